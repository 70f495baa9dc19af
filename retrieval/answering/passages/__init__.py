"""Papers read for answers: sentences, cues, units, names."""
