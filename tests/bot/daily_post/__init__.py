"""Tests of bot/daily_post/."""
