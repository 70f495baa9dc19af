"""Pauses a daily post whose channel is gone or closed, and notifies somebody, once."""

from __future__ import annotations

import logging

import discord

from bot.daily_post.notice_cards import stopped_card
from bot.jobs.refusals import channel_trouble, notify_managers
from bot.storage.daily_feeds import DailyFeeds

log = logging.getLogger(__name__)


async def pause_feed(client: discord.Client, feeds: DailyFeeds, channel_id: int, error: discord.HTTPException) -> None:
    """Pause a channel's daily post if ``error`` means that the channel is gone or closed, and notify somebody.

    If several processes find out, only the one that pauses it notifies. Other errors change nothing.
    """
    trouble = channel_trouble(error)
    if trouble is None or not await feeds.stop(channel_id, trouble):
        return
    feed = await feeds.get(channel_id)
    guild = client.get_guild(feed.guild_id) if feed else None
    if feed is None or guild is None:
        return
    channel = guild.get_channel(channel_id)
    view = stopped_card(guild.name, channel.name if channel else None, trouble)
    if not await notify_managers(client, guild, channel_id, view, feed.changed_by):
        log.warning("The daily post of channel %s was paused, and nobody could be notified: %s", channel_id, trouble)
