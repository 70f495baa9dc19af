"""Tests of bot/votes/."""
