"""Papers as files for other programs: BibTeX, RIS, CSV, Markdown and JSON. No Discord objects."""
