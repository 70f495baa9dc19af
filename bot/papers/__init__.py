"""Search, one paper, trending: the commands and cards that show papers."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
