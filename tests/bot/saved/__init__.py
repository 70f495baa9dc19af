"""Tests of bot/saved/."""
