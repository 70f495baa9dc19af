"""The settings of a server on one screen, and what works and what does not."""
