"""Tests of retrieval/ingest/parsers/."""
