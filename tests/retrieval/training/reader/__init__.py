"""Tests of retrieval/training/reader/."""
