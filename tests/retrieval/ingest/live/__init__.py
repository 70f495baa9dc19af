"""Tests of retrieval/ingest/live/."""
