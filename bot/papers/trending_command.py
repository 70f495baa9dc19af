"""``/trending``: the papers with the most votes of a day, a week, a month or any days."""

from __future__ import annotations

from discord import app_commands, ui
from discord.ext import commands

from bot.cooldown import QUESTION
from bot.interactions.components import BotInteraction
from bot.interactions.deferral import defer_if_slow, send_reply
from bot.interactions.options import TypedDay, parse_days
from bot.papers.service import paper_service
from bot.papers.trending_card import trending_card
from retrieval.trending.results import Days, Span


class TrendingCommand(commands.Cog):
    """``/trending``."""

    @app_commands.command(name="trending", extras=QUESTION)
    @app_commands.describe(
        span="How far back to look",
        since="Instead: from this day on, such as 2026-05-27, 2026-05 or 2026",
        until="Up to and including this day",
    )
    async def trending(
        self,
        interaction: BotInteraction,
        span: Span = Span.DAY,
        since: TypedDay | None = None,
        until: TypedDay | None = None,
    ) -> None:
        """The trending papers of a day, a week, a month, or any days"""
        period = parse_days(since, until) or span
        async with defer_if_slow(interaction):
            card = await trending_page(interaction, period)
        await send_reply(interaction, card)


async def trending_page(interaction: BotInteraction, period: Span | Days, page: int = 0) -> ui.LayoutView:
    """The card of a page (0-based) of trending papers."""
    trending, note = await paper_service(interaction.client).trending(period, interaction.guild_id)
    return trending_card(trending, page=page, note=note)
