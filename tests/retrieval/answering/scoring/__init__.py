"""Tests of retrieval/answering/scoring/."""
