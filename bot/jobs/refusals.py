"""What Discord's refusal says about a channel, and who is notified that something was stopped there."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

import discord

from bot.errors import REQUEST_FAILURES
from bot.jobs.delivery import SEND_SECONDS
from retrieval.english import Text

log = logging.getLogger(__name__)

_UNKNOWN_CHANNEL, _UNKNOWN_GUILD = 10003, 10004
_MISSING_ACCESS, _MISSING_PERMISSIONS = 50001, 50013
"""Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

GONE: Final = Text("The channel was deleted.")
CLOSED: Final = Text("I'm no longer allowed to post there.")


def channel_trouble(error: discord.HTTPException) -> Text | None:
    """Why nothing can be posted in a channel any more; ``None`` for other errors."""
    if error.code in {_UNKNOWN_CHANNEL, _UNKNOWN_GUILD}:
        return GONE
    return CLOSED if error.code in {_MISSING_ACCESS, _MISSING_PERMISSIONS} else None


async def notify_managers(
    client: discord.Client, guild: discord.Guild, channel_id: int, view: discord.ui.LayoutView, who: int | None = None
) -> bool:
    """Notify ``who`` set it up, or else the server's system channel, or else its owner. ``False``: nobody was."""
    places = {
        "who set it up": partial(_manager, guild, who),
        "the system channel": partial(_system_channel, guild),
        "the owner": partial(_owner, client, guild),
    }
    for name, place in places.items():
        try:
            async with asyncio.timeout(SEND_SECONDS):
                found = await place()
                if found is not None:
                    await found.send(view=view, allowed_mentions=discord.AllowedMentions.none())
                    return True
        except REQUEST_FAILURES as error:
            log.info("Channel %s: %s couldn't be notified (%r)", channel_id, name, error)
    return False


async def _manager(guild: discord.Guild, user_id: int | None) -> discord.Member | None:
    """A person, if they still manage the server."""
    member = await guild.fetch_member(user_id) if user_id else None
    return member if member is not None and member.guild_permissions.manage_guild else None


async def _system_channel(guild: discord.Guild) -> discord.TextChannel | None:
    return guild.system_channel


async def _owner(client: discord.Client, guild: discord.Guild) -> discord.User | None:
    return await client.fetch_user(guild.owner_id) if guild.owner_id else None
