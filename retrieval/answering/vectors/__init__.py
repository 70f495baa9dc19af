"""Vectors of words and papers."""
