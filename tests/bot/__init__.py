"""Tests of the chat: what people do in Discord, and see."""
