"""Making the reader: ``config/reader.onnx`` and what lies beside it. Needs PyTorch, which answering doesn't."""
