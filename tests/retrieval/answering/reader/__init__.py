"""Tests of retrieval/answering/reader/."""
