"""What people vote for: the documented score, and the lists."""
