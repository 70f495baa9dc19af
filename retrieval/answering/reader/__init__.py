"""The reader: a small cross-encoder that reads a question together with the answerer's best sentences. Optional."""
