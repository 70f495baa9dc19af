"""Pauses a daily post whose channel is gone or closed, and notifies somebody, once."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

import discord

from bot.daily_post.notice_cards import stopped_card
from bot.errors import REQUEST_FAILURES
from bot.jobs.delivery import SEND_SECONDS
from bot.storage.daily_feeds import DailyFeed, DailyFeeds

log = logging.getLogger(__name__)

_UNKNOWN_CHANNEL, _UNKNOWN_GUILD = 10003, 10004
_MISSING_ACCESS, _MISSING_PERMISSIONS = 50001, 50013
"""Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

GONE = "The channel was deleted."
CLOSED = "I'm no longer allowed to post there."


async def pause_feed(client: discord.Client, feeds: DailyFeeds, channel_id: int, error: discord.HTTPException) -> None:
    """Pause a channel's daily post if ``error`` means that the channel is gone or closed, and notify somebody.

    If several processes find out, only the one that pauses it notifies. Other errors change nothing.
    """
    trouble = _trouble(error)
    if trouble is None or not await feeds.stop(channel_id, trouble):
        return
    feed = await feeds.get(channel_id)
    guild = client.get_guild(feed.guild_id) if feed else None
    if feed is not None and guild is not None:
        await _notify(client, guild, feed)


def _trouble(error: discord.HTTPException) -> str | None:
    if error.code in {_UNKNOWN_CHANNEL, _UNKNOWN_GUILD}:
        return GONE
    return CLOSED if error.code in {_MISSING_ACCESS, _MISSING_PERMISSIONS} else None


async def _notify(client: discord.Client, guild: discord.Guild, feed: DailyFeed) -> None:
    """Notify whoever set it up, or else the server's system channel, or else its owner."""
    channel = guild.get_channel(feed.channel_id)
    view = stopped_card(guild.name, channel.name if channel else None, feed.trouble or "")
    places = {
        "who set it up": partial(_who_set_it_up, guild, feed),
        "the system channel": partial(_system_channel, guild, feed),
        "the owner": partial(_owner, client, guild),
    }
    for name, place in places.items():
        try:
            async with asyncio.timeout(SEND_SECONDS):
                found = await place()
                if found is not None:
                    await found.send(view=view, allowed_mentions=discord.AllowedMentions.none())
                    return
        except REQUEST_FAILURES as error:
            log.info("Channel %s: %s couldn't be notified (%r)", feed.channel_id, name, error)
    log.warning(
        "The daily post of channel %s was paused, and nobody could be notified: %s", feed.channel_id, feed.trouble
    )


async def _who_set_it_up(guild: discord.Guild, feed: DailyFeed) -> discord.Member | None:
    """Who changed it last, if they still manage the server."""
    member = await guild.fetch_member(feed.changed_by)
    return member if member.guild_permissions.manage_guild else None


async def _system_channel(guild: discord.Guild, feed: DailyFeed) -> discord.TextChannel | None:
    channel = guild.system_channel
    return None if channel is None or channel.id == feed.channel_id else channel


async def _owner(client: discord.Client, guild: discord.Guild) -> discord.User | None:
    return await client.fetch_user(guild.owner_id) if guild.owner_id else None
