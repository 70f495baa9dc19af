"""Tests of bot/follows/."""
