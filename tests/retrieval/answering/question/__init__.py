"""Tests of retrieval/answering/question/."""
