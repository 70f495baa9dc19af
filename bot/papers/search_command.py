"""``/search``: papers by words, author, category and dates, a page at a time."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.autocomplete import author_autocomplete, category_autocomplete, query_autocomplete
from bot.papers.list_cards import mistake_card, search_card
from retrieval.errors import InvalidInput, QueryError
from retrieval.query.query import compose_query, parse

PAGE = 5
"""Hits on a page: as many as fit a phone's screen with a line of abstract each."""


async def search_page(bot: PaperBot, search_id: int, text: str, page: int, user_id: int) -> discord.ui.LayoutView:
    """The card of one page (0-based) of a kept search; a page past the end becomes the last one."""
    found = await bot.library.search(text, limit=PAGE, offset=page * PAGE)
    if page and not found.hits:
        page = max(0, (found.total - 1) // PAGE)
        found = await bot.library.search(text, limit=PAGE, offset=page * PAGE)
    meant_id = await bot.store.searches.record(found.suggestion, user_id, bot.clock()) if found.suggestion else None
    return search_card(found, search_id=search_id, page=page, per_page=PAGE, meant_id=meant_id)


class Search(commands.Cog):
    """Search by command."""

    @app_commands.command(name="search")
    @app_commands.describe(
        words="Words, “phrases”, -exclusions, votes:>20, has:code, OR, parentheses",
        author="Part of an author's name",
        category="An arXiv category, for example cs.CL",
        after="Published on this day or later: 2024-05-27, 2024-05 or 2024",
        before="Published on this day or earlier: 2024-05-27, 2024-05 or 2024",
    )
    @app_commands.autocomplete(words=query_autocomplete, author=author_autocomplete, category=category_autocomplete)
    async def search(
        self,
        interaction: discord.Interaction[PaperBot],
        words: app_commands.Range[str, 1, 1000] = "",
        author: app_commands.Range[str, 1, 100] | None = None,
        category: app_commands.Range[str, 1, 30] | None = None,
        after: app_commands.Range[str, 4, 10] | None = None,
        before: app_commands.Range[str, 4, 10] | None = None,
    ) -> None:
        """Find papers by words, author, category or date"""
        bot = interaction.client
        try:
            text = compose_query(words, author=author, category=category, after=after, before=before)
            parse(text)  # before the channel sees "thinking": a mistake is for the one who made it
        except QueryError as error:
            await _suggest_correction(interaction, error)
            return
        if not text:
            raise InvalidInput("Give me something to search for: words, an author, a category or a date.")
        await interaction.response.defer(thinking=True)
        search_id = await bot.store.searches.record(text, interaction.user.id, bot.clock())
        await interaction.followup.send(view=await search_page(bot, search_id, text, 0, interaction.user.id))


async def _suggest_correction(interaction: discord.Interaction[PaperBot], error: QueryError) -> None:
    """Show the person who searched where the mistake is, with a button for the corrected query."""
    bot, search_id = interaction.client, None
    if error.suggestion is not None:
        search_id = await bot.store.searches.record(error.suggestion, interaction.user.id, bot.clock())
    await interaction.response.send_message(view=mistake_card(error, search_id), ephemeral=True)
