"""``python -m tests.scale``: the daily minute, measured on a database and simulated for any number of servers."""
