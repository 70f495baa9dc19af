"""Questions by command, mention, direct message, reply and thread, and the cards that answer them."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
