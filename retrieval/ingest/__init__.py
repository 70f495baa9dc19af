"""How papers come in: parsers of files and answers, live sources, the importer."""
