"""Direct messages about new papers that match what people follow."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
