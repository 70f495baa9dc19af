"""Tests of bot/link_cards/."""
