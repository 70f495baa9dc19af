"""Where papers come from: one module a source. Each yields ``Paper``s; none knows the store."""
