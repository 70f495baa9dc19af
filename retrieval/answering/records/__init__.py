"""Answers from the catalogue's records: who wrote what, when, with how many votes, with code."""
