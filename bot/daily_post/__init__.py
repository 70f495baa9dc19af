"""A channel's post of the day's list: set-up, selection, posting, refreshing."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
