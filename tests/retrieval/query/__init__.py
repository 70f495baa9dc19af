"""Tests of retrieval/query/."""
