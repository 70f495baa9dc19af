"""Tests of bot/web_feeds/."""
