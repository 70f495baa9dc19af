"""Tests of bot/papers/."""
