"""One thread or forum post for each paper of a server."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
