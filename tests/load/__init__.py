"""``make load``: the real bot process, many servers and members, and a Discord on this machine."""
