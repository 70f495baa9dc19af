"""The search language: its parser, conditions, and the reason why a paper doesn't match."""
