"""``/status``: how the bot is doing in this server."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.daily_post.service import feed_service
from bot.errors import permission_names
from bot.interactions.components import BotInteraction
from bot.interactions.permissions import ManagerCog, missing_in, to_discuss
from bot.server_setup.status_card import DiscussionsStatus, FeedStatus, JobsStatus, SourcesStatus, server_status_card
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import DeliveryKind, Status

_RECENT: Final = 20  # past posts of a channel that are searched for the last sent and the last failed one


async def feed_status(bot: PaperBot, guild: discord.Guild, feed: DailyFeed, *, discusses: bool) -> FeedStatus:
    """A channel's daily post. ``discusses``: papers are discussed in the channel itself."""
    claims = await bot.store.deliveries.recent(DeliveryKind.POST, feed.channel_id, _RECENT)
    channel = guild.get_channel(feed.channel_id)
    failures = (Status.RELEASED, Status.DROPPED, Status.UNKNOWN)
    return FeedStatus(
        feed,
        next_at=await feed_service(bot).next_post(feed),
        posted=next((claim for claim in claims if claim.status is Status.SENT), None),
        failed=next((claim for claim in claims if claim.status in failures), None),
        missing=permission_names(missing_in(channel)) if channel else "",
        missing_for_threads=permission_names(missing_in(channel, to_discuss(channel))) if channel and discusses else "",
        gone=channel is None,
    )


async def discussions_status(bot: PaperBot, guild: discord.Guild) -> DiscussionsStatus | None:
    """The server's channel for discussions; ``None`` if it didn't choose one."""
    channel_id = await bot.store.discussions.place(guild.id)
    if channel_id is None:
        return None
    channel = guild.get_channel(channel_id)
    missing = permission_names(missing_in(channel, to_discuss(channel))) if channel else ""
    return DiscussionsStatus(channel_id, missing, gone=channel is None)


async def sources_status(bot: PaperBot) -> SourcesStatus:
    """The sources, and how old their newest papers are."""
    stats = await bot.library.stats()
    newest = stats.newest.day if stats.newest else None
    return SourcesStatus(newest, stats.sources, live=bot.settings.sources.enabled)


class ServerStatus(ManagerCog):
    """The command."""

    @app_commands.command(name="status")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: BotInteraction) -> None:
        """See posts, errors and how to fix them, permissions, sources and background jobs"""
        guild, bot = interaction.guild, interaction.client
        if guild is None:
            raise app_commands.NoPrivateMessage
        await interaction.response.defer(ephemeral=True, thinking=True)
        feeds = await bot.store.daily_feeds.of_guild(guild.id)
        discussions = await discussions_status(bot, guild)
        statuses = [await feed_status(bot, guild, feed, discusses=discussions is None) for feed in feeds]
        jobs = JobsStatus(list(bot.jobs.values()), bot.clock())
        card = server_status_card(statuses, await sources_status(bot), discussions, jobs)
        await interaction.followup.send(view=card, ephemeral=True)
