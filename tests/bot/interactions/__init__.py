"""Tests of bot/interactions/."""
