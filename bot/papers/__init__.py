"""Search, one paper, trending: the commands and cards that show papers."""
