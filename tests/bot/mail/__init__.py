"""Tests of bot/mail/."""
