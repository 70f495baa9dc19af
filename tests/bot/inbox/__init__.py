"""Tests of bot/inbox/."""
