"""Tests of bot/paper_updates/."""
