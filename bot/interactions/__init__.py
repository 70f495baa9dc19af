"""What commands, buttons and forms of several features share."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
