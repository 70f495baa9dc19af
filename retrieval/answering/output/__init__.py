"""What an answer shows: quotes, highlights, comparisons, explanations."""
