"""The settings of a server on one screen, and what works and what does not."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
