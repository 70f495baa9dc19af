"""``/status``: how the bot does in this server, for those whom Discord's command permissions let in."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.daily_post.service import feed_service
from bot.errors import permission_names
from bot.interactions.components import BotInteraction
from bot.interactions.permissions import missing_in, to_discuss
from bot.server_setup.status_card import Discussing, FeedStatus, Jobs, Sources, server_status_card
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import Status

_LOOKED_AT = 20
"""Past posts of a channel among which the last good and the last failed one are looked for."""


async def standing(bot: PaperBot, guild: discord.Guild, feed: DailyFeed, *, discusses: bool) -> FeedStatus:
    """How a channel's daily post stands now. ``discusses``: papers are discussed in the channel itself."""
    claims = await bot.store.daily_posts.recent(feed.channel_id, _LOOKED_AT)
    channel = guild.get_channel(feed.channel_id)
    failures = (Status.RELEASED, Status.UNKNOWN)
    return FeedStatus(
        feed,
        next_at=await feed_service(bot).next_post(feed),
        posted=next((claim for claim in claims if claim.status is Status.POSTED), None),
        failed=next((claim for claim in claims if claim.status in failures), None),
        lacks=permission_names(missing_in(channel)) if channel else "",
        lacks_to_discuss=permission_names(missing_in(channel, to_discuss(channel))) if channel and discusses else "",
        gone=channel is None,
    )


async def discussing(bot: PaperBot, guild: discord.Guild) -> Discussing | None:
    """Where the server wants its discussions, and what the bot lacks there."""
    channel_id = await bot.store.discussions.place(guild.id)
    if channel_id is None:
        return None
    channel = guild.get_channel(channel_id)
    lacks = permission_names(missing_in(channel, to_discuss(channel))) if channel else ""
    return Discussing(channel_id, lacks, gone=channel is None)


async def sources(bot: PaperBot) -> Sources:
    """Where papers come from, and how old that is."""
    stats = await bot.library.stats()
    newest = stats.newest.day if stats.newest else None
    return Sources(newest, stats.sources, live=bot.settings.sources.enabled)


class ServerStatus(commands.Cog):
    """How the bot does, by command."""

    @app_commands.command(name="status")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: BotInteraction) -> None:
        """Last and next posts, what went wrong and its mend, permissions, and how old the sources are"""
        guild, bot = interaction.guild, interaction.client
        if guild is None:
            raise app_commands.NoPrivateMessage
        await interaction.response.defer(ephemeral=True, thinking=True)
        feeds = await bot.store.daily_feeds.of_guild(guild.id)
        place = await discussing(bot, guild)
        standings = [await standing(bot, guild, feed, discusses=place is None) for feed in feeds]
        jobs = Jobs(list(bot.jobs.values()), bot.clock())
        card = server_status_card(standings, await sources(bot), place, jobs)
        await interaction.followup.send(view=card, ephemeral=True)
