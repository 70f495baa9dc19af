"""``/status``: how the bot does in this server, for those whom Discord's command permissions let in."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.status import Sources, Standing, server_status_card
from bot.client import PaperBot
from bot.commands.buttons import Press
from bot.commands.daily import upcoming
from bot.errors import permission_names
from bot.permissions import missing_in
from bot.store.feeds import DailyFeed
from bot.store.ledger import Status

_LOOKED_AT = 20
"""Past posts of a channel among which the last good and the last failed one are looked for."""


async def standing(bot: PaperBot, guild: discord.Guild, feed: DailyFeed) -> Standing:
    """How a channel's daily post stands now."""
    claims = await bot.store.ledger.recent(feed.channel_id, _LOOKED_AT)
    channel = guild.get_channel(feed.channel_id)
    failures = (Status.RELEASED, Status.UNKNOWN)
    return Standing(
        feed,
        next_at=await upcoming(bot, feed),
        posted=next((claim for claim in claims if claim.status is Status.POSTED), None),
        failed=next((claim for claim in claims if claim.status in failures), None),
        lacks=permission_names(missing_in(channel)) if channel else "",
        gone=channel is None,
    )


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
    async def status(self, interaction: Press) -> None:
        """Last and next posts, what went wrong and its mend, permissions, and how old the sources are"""
        guild, bot = interaction.guild, interaction.client
        if guild is None:
            raise app_commands.NoPrivateMessage
        await interaction.response.defer(ephemeral=True, thinking=True)
        feeds = await bot.store.feeds.of_guild(guild.id)
        standings = [await standing(bot, guild, feed) for feed in feeds]
        await interaction.followup.send(view=server_status_card(standings, await sources(bot)), ephemeral=True)


async def setup(bot: PaperBot) -> None:
    """Called by ``load_extension``."""
    await bot.add_cog(ServerStatus())
