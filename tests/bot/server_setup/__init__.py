"""Tests of bot/server_setup/."""
