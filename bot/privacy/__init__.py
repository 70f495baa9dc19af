"""What is stored about a person, how long anything is stored, servers that left."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
