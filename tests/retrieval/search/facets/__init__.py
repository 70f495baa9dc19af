"""Tests of retrieval/search/facets/."""
