"""Recaps of a server's week or month."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
