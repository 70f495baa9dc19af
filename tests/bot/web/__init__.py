"""Tests of the bot's web pages."""
