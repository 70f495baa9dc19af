"""A channel's post of the day's list: set-up, selection, posting, refreshing."""
