"""How good answers and searches are, measured on question sets."""
