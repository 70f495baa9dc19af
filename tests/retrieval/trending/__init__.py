"""Tests of retrieval/trending/."""
