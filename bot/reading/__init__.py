"""A server's reading list: papers that members put forward and vote for, one of which is read each week."""

from bot.interactions.registration import extension_setup

setup = extension_setup(__name__)
