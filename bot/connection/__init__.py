"""The connection to Discord: what discord.py leaves open about starting, staying connected and stopping."""
