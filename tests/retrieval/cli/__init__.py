"""Tests of retrieval/cli/."""
