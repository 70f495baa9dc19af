"""Everything about papers and answers. Knows nothing of Discord."""
