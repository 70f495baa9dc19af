"""Tests of retrieval/answering/output/."""
