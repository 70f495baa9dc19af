"""Tests of the bot's monitoring."""
