"""A loopback Discord (REST and gateway), and the real bot as a process that talks to it."""
