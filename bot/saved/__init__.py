"""A person's saved papers: lists, notes, tags."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
