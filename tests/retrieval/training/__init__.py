"""Tests of retrieval/training/."""
