"""Tests of bot/saved/export/."""
