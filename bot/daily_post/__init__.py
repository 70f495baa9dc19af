"""Each day's list posted in a channel: settings, selection, posting, updating."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
