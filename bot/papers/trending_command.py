"""``/trending``: the papers that people vote for, of a day, a week, a month or any days."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.papers.trending_card import trending_card
from bot.ui.freshness import freshness
from retrieval.errors import InvalidInput
from retrieval.ingest.live import Source
from retrieval.query.parser import parse_day
from retrieval.trending.results import Days, Span

TypedDay = app_commands.Range[str, 4, 10]


class TrendingPapers(commands.Cog):
    """Trending lists by command."""

    @app_commands.command(name="trending")
    @app_commands.describe(
        span="How far back to look",
        since="Instead: from this day on, such as 2026-05-27, 2026-05 or 2026",
        until="Up to this day, itself included",
    )
    async def trending(
        self,
        interaction: discord.Interaction[PaperBot],
        span: Span = Span.DAY,
        since: TypedDay | None = None,
        until: TypedDay | None = None,
    ) -> None:
        """The trending papers of a day, a week, a month, or any days"""
        asked = _days(since, until) or span
        await interaction.response.defer(thinking=True)
        page = await trending_page(interaction.client, asked, 0, interaction.guild_id)
        await interaction.followup.send(view=page)


async def trending_page(bot: PaperBot, asked: Span | Days, page: int, guild_id: int | None) -> discord.ui.LayoutView:
    """A page (0-based) of trending papers; a list that counts back from today says when it is old.

    The votes of the server that asks (``None``: of none) count as the source's do.
    """
    votes = await bot.store.votes.totals(guild_id or 0)  # no server has the number 0
    trending = await bot.library.lists.trending(asked, votes)
    counted_back = isinstance(asked, Span)
    note = ""
    if counted_back:
        note = freshness(trending.last, await bot.library.sources(), bot.clock(), [Source.HUGGING_FACE])
    return trending_card(trending, page=page, note=note)


def _days(since: str | None, until: str | None) -> Days | None:
    """The days that were typed; an open end reaches as far as there are lists. Raises ``InvalidInput``."""
    if since is None and until is None:
        return None
    first = _day(since, last=False) if since else date.min
    return Days(first, _day(until, last=True) if until else date.max)


def _day(text: str, *, last: bool) -> date:
    try:
        return parse_day(text, last=last)
    except ValueError:
        raise InvalidInput(f"“{text}” is no day such as 2026-05-27, 2026-05 or 2026.") from None
