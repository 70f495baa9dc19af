"""Searches over the index: ranking, spelling, autocomplete, and the index that follows the catalogue."""
