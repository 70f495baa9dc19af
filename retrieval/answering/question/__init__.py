"""What a question asks: its kind, names, telling words, typos, candidates."""
