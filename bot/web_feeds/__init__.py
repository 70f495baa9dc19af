"""Feeds for feed readers: the newest list, a search, a server's posts; as Atom and as JSON Feed."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
