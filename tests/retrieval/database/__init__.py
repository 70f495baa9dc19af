"""Tests of retrieval/database/."""
