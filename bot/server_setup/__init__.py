"""``/setup``, the settings of a server on one screen, and ``/status``."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
