"""Question analysis: kind, names, content words, candidates, small talk."""
