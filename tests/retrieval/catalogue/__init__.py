"""Tests of retrieval/catalogue/."""
