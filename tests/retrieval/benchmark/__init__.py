"""Tests of retrieval/benchmark/."""
