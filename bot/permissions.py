"""What the bot must be allowed in a channel, and what it lacks there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import discord

TO_POST: Final = ("view_channel", "send_messages", "read_message_history")
"""To post each day, and to find a post again after an interruption."""

TO_DISCUSS: Final = ("view_channel", "create_public_threads", "send_messages_in_threads")
"""To open a thread in a text channel."""
TO_DISCUSS_IN_FORUM: Final = ("view_channel", "send_messages", "send_messages_in_threads")
"""To open a post in a forum."""


def to_discuss(channel: discord.abc.GuildChannel) -> Sequence[str]:
    """What it takes to open discussions in a channel."""
    return TO_DISCUSS_IN_FORUM if isinstance(channel, discord.ForumChannel) else TO_DISCUSS


def missing_in(channel: discord.abc.GuildChannel, wanted: Sequence[str] = TO_POST) -> list[str]:
    """The permission flags of ``wanted`` that the bot does not have in the channel, in their order."""
    allowed = channel.permissions_for(channel.guild.me)
    return [name for name in wanted if not getattr(allowed, name)]
