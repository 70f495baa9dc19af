"""Papers that were withdrawn, got a new version or got code."""
