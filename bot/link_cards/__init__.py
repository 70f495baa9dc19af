"""Cards for pasted links to papers."""
