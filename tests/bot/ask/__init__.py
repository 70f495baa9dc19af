"""Tests of bot/ask/."""
