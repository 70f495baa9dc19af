"""Papers by mail, for those who asked for it."""
