"""Commands, messages and presses: one module each, thin: parse, call, hand the result to a card."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
