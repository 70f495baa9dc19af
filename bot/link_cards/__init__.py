"""Cards for pasted links to papers."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
