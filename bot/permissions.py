"""What the bot must be allowed in a channel, and what it lacks there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import discord

TO_POST: Final = ("view_channel", "send_messages", "read_message_history")
"""To post each day, and to find a post again after an interruption."""


def missing_in(channel: discord.abc.GuildChannel, wanted: Sequence[str] = TO_POST) -> list[str]:
    """The permission flags of ``wanted`` that the bot does not have in the channel, in their order."""
    allowed = channel.permissions_for(channel.guild.me)
    return [name for name in wanted if not getattr(allowed, name)]
