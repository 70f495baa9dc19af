"""What `python -m bot` offers besides running: chat, check, preview."""
