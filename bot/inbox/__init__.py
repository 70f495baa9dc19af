"""Papers by mail, for those who asked for it."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
