"""A person's saved papers: lists, notes, tags."""
