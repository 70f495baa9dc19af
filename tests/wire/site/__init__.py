"""On PYTHONPATH of a bot under test: see ``sitecustomize``."""
