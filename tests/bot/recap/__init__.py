"""Tests of bot/recap/."""
