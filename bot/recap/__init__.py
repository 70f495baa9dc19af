"""The week or the month of a server, looked back on."""
