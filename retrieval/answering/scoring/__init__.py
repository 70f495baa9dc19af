"""Features of sentences and papers, and the fitted weights that rank them."""
