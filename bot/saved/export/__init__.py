"""Papers for other programs: BibTeX, RIS, CSV, Markdown and JSON. Knows nothing of Discord."""
