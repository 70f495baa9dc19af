"""Tests of reading abstracts."""
