"""The week or the month of a server, looked back on."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
