"""New papers that fit what a person follows, by direct message."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
