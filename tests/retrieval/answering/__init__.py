"""Tests of retrieval/answering/."""
