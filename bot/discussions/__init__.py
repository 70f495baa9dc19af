"""One thread or forum post for each paper of a server."""
