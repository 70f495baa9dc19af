"""``/search``: papers by words, author, category and dates, page by page."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cooldown import QUESTION
from bot.interactions.autocomplete import author_autocomplete, category_autocomplete, query_autocomplete
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.deferral import defer_if_slow, send_reply
from bot.interactions.viewer import Viewer
from bot.papers.list_cards import mistake_card, search_card
from bot.papers.service import paper_service
from retrieval.errors import InvalidInput, QueryError
from retrieval.query.query import compose_query, parse


class SearchCommand(commands.Cog):
    """``/search``."""

    @app_commands.command(name="search", extras=QUESTION)
    @app_commands.describe(
        words="Words, “phrases”, -exclusions, OR, title:, year:2024, votes:>20, has:code, an id or a link",
        author="Part of an author's name",
        category="An arXiv category, for example cs.CL",
        after="Published on or after this day: 2024-05-27, 2024-05 or 2024",
        before="Published on or before this day: 2024-05-27, 2024-05 or 2024",
    )
    @app_commands.autocomplete(words=query_autocomplete, author=author_autocomplete, category=category_autocomplete)
    async def search(
        self,
        interaction: BotInteraction,
        words: app_commands.Range[str, 1, 1000] = "",
        author: app_commands.Range[str, 1, 100] | None = None,
        category: app_commands.Range[str, 1, 30] | None = None,
        after: app_commands.Range[str, 4, 10] | None = None,
        before: app_commands.Range[str, 4, 10] | None = None,
    ) -> None:
        """Find papers by words, author, category or date"""
        service, viewer = paper_service(interaction.client), Viewer.of(interaction)
        try:
            text = compose_query(words, author=author, category=category, after=after, before=before)
            parse(text)  # before the channel sees "thinking": only the person who typed it sees a mistake
        except QueryError as error:
            meant_id = await service.store_search(error.suggestion, viewer, private=True)
            await send_ephemeral(interaction, mistake_card(error, meant_id))
            return
        if not text:
            raise InvalidInput("Enter something to search for: words, an author, a category or a date.")
        async with defer_if_slow(interaction):
            card = search_card(await service.search(text, viewer))
        await send_reply(interaction, card)
