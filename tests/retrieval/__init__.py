"""Tests of papers and answers."""
