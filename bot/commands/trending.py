"""``/trending``: the papers that people vote for, of a day, a week or a month."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.trending import trending_card
from bot.client import PaperBot
from retrieval.results import Span


class TrendingPapers(commands.Cog):
    """Trending lists by command."""

    @app_commands.command(name="trending")
    @app_commands.describe(span="How far back to look")
    async def trending(self, interaction: discord.Interaction[PaperBot], span: Span = Span.DAY) -> None:
        """The day's, week's or month's trending papers"""
        await interaction.response.defer(thinking=True)
        trending = await interaction.client.library.trending(span)
        await interaction.followup.send(view=trending_card(trending, page=0))


async def setup(bot: PaperBot) -> None:
    """Called by ``load_extension``."""
    await bot.add_cog(TrendingPapers())
