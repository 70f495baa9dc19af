"""``/trending``: the papers with the most votes of a day, a week, a month or any days."""

from __future__ import annotations

from datetime import date

from discord import app_commands, ui
from discord.ext import commands

from bot.interactions.components import BotInteraction
from bot.papers.service import paper_service
from bot.papers.trending_card import trending_card
from retrieval.errors import InvalidInput
from retrieval.query.days import parse_day
from retrieval.trending.results import Days, Span

TypedDay = app_commands.Range[str, 4, 10]


class TrendingCommand(commands.Cog):
    """``/trending``."""

    @app_commands.command(name="trending")
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
        period = _days(since, until) or span
        await interaction.response.defer(thinking=True)
        await interaction.followup.send(view=await trending_page(interaction, period))


async def trending_page(interaction: BotInteraction, period: Span | Days, page: int = 0) -> ui.LayoutView:
    """The card of a page (0-based) of trending papers."""
    trending, note = await paper_service(interaction.client).trending(period, interaction.guild_id)
    return trending_card(trending, page=page, note=note)


def _days(since: str | None, until: str | None) -> Days | None:
    """The days that were typed; an open end reaches as far as there are lists. Raises ``InvalidInput``."""
    if since is None and until is None:
        return None
    first = _parse_day(since, last=False) if since else date.min
    return Days(first, _parse_day(until, last=True) if until else date.max)


def _parse_day(text: str, *, last: bool) -> date:
    try:
        return parse_day(text, last=last)
    except ValueError:
        raise InvalidInput(f"“{text}” isn't a date like 2026-05-27, 2026-05 or 2026.") from None
