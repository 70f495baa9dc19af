"""Tests of bot/privacy/."""
