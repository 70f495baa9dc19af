"""What a question asks: its kind, names, distinctive words, candidates."""
