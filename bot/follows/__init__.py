"""New papers that fit what a person follows, by direct message."""
