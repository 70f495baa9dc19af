"""The search language: parser, conditions, and why a paper does not match."""
