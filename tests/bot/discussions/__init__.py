"""Tests of bot/discussions/."""
