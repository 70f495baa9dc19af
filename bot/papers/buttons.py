"""The buttons and menus of papers and lists."""

from __future__ import annotations

from datetime import date

from bot.interactions.components import BotInteraction, on_choice, on_press, send_ephemeral
from bot.interactions.viewer import Viewer
from bot.papers.list_cards import search_card, similar_card
from bot.papers.paper_card import paper_card
from bot.papers.service import paper_service
from bot.papers.trending_command import trending_page
from bot.ui import custom_ids
from retrieval.trending.results import Days, Span


@on_choice(custom_ids.PAPER_MENU)
@on_press(custom_ids.PAPER)
async def show_paper(interaction: BotInteraction, paper: str) -> None:
    """Show a paper to the person who pressed."""
    opened = await paper_service(interaction.client).open(interaction.user.id, paper)
    await send_ephemeral(interaction, paper_card(opened))


@on_press(custom_ids.PAPER_SIMILAR)
async def show_similar_papers(interaction: BotInteraction, paper: str) -> None:
    """Show similar papers to the person who pressed."""
    library = interaction.client.library
    await send_ephemeral(interaction, similar_card(await library.paper(paper), await library.similar(paper)))


@on_choice(custom_ids.PAPER_AUTHOR)
async def show_papers_by_author(interaction: BotInteraction, name: str) -> None:
    """Show an author's papers to the person who chose them."""
    results = await paper_service(interaction.client).by_author(name, Viewer.of(interaction))
    await send_ephemeral(interaction, search_card(results))


@on_press(custom_ids.SEARCH_PAGE)
async def turn_search_page(interaction: BotInteraction, search: int, page: int) -> None:
    """Turn to another page of a search in place."""
    results = await paper_service(interaction.client).search_page(search, page, Viewer.of(interaction))
    await interaction.response.edit_message(view=search_card(results))


@on_press(custom_ids.TRENDING)
async def turn_trending_page(interaction: BotInteraction, span: Span, page: int, turn: str = "") -> None:  # noqa: ARG001 - part of the id
    """Turn to another span or page of the trending papers in place."""
    await interaction.response.edit_message(view=await trending_page(interaction, span, page))


@on_press(custom_ids.TRENDING_DAYS)
async def turn_trending_days(interaction: BotInteraction, first: date, last: date, page: int) -> None:
    """Turn to another page of the trending papers of some days in place."""
    await interaction.response.edit_message(view=await trending_page(interaction, Days(first, last), page))
