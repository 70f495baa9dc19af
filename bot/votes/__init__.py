"""A server's own votes for papers."""
