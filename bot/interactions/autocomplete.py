"""Choices while people type a paper, a search, an author or a category; those they used recently come first.

Attach one to an option with ``app_commands.autocomplete(paper=paper_autocomplete)``. They respond within Discord's
three seconds and keep its limits; if nothing matches, there are no choices.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping
from typing import Final

import discord
from discord import app_commands
from sqlalchemy.exc import DBAPIError

from bot.client import PaperBot
from bot.interactions.recently_used import recent_papers, recent_searches
from bot.texts import counted
from bot.ui import theme
from bot.ui.discord_limits import CHOICE_NAME, CHOICES, shorten
from bot.ui.markdown import visible
from retrieval.errors import PaperBotError
from retrieval.papers import normalise
from retrieval.search.autocomplete import NameCount, fits, holds

log = logging.getLogger(__name__)

_SECONDS: Final = 2.5
"""Discord discards choices after three seconds."""

Typing = discord.Interaction[PaperBot]
Choices = list[app_commands.Choice[str]]


async def paper_autocomplete(interaction: Typing, typed: str) -> Choices:
    """Papers by id or title; the value is the id. Before anything is typed: recent ones, then the newest list."""
    return await in_time(_papers(interaction, typed))


async def query_autocomplete(interaction: Typing, typed: str) -> Choices:
    """Searches: what is typed, matching recent searches, then completions of the last word."""
    return await in_time(_queries(interaction, typed))


async def author_autocomplete(interaction: Typing, typed: str) -> Choices:
    """Authors, those with the most papers first."""
    return await in_time(_named(interaction.client.library.completer.authors(typed, limit=CHOICES)))


async def category_autocomplete(interaction: Typing, typed: str) -> Choices:
    """Categories with the number of their papers."""
    return await in_time(_named(interaction.client.library.completer.categories(typed, limit=CHOICES)))


async def in_time(choices: Awaitable[Choices]) -> Choices:
    """No choices instead of an error: Discord can't show errors while people type."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await choices
    except (PaperBotError, TimeoutError, DBAPIError) as error:
        log.info("No choices: %s", str(error) or "timed out")
        return []


async def _papers(interaction: Typing, typed: str) -> Choices:
    library, wanted = interaction.client.library, typed.strip()
    recent = await recent_papers(interaction.client.store, interaction.user.id)
    used = {id: paper.title for id, paper in (await library.papers(recent)).items()}
    if wanted:
        found = await library.completer.papers(wanted, limit=CHOICES)
        first = {id: title for id, title in used.items() if id in found or fits(wanted, id, title)}
    else:
        found = {each.paper.id: each.paper.title for each in (await library.lists.trending()).ranked[:CHOICES]}
        first = used
    return _titled(first | found, wanted)


def _titled(papers: Mapping[str, str], typed: str) -> Choices:
    """Titles, preceded by the id if that is what is typed."""
    choices = Choices()
    for id, title in list(papers.items())[:CHOICES]:
        shown = normalise(visible(title)) or id
        name = theme.joined(id, shown) if typed and id.startswith(typed) else shown
        choices.append(app_commands.Choice(name=shorten(name, CHOICE_NAME), value=id))
    return choices


async def _queries(interaction: Typing, typed: str) -> Choices:
    wanted = normalise(typed)
    lately = await recent_searches(interaction.client.store, interaction.user.id)
    proposed = [wanted, *(each for each in lately if holds(each, wanted))]
    if wanted:
        proposed += await interaction.client.library.completer.searches(typed, limit=CHOICES)
    return _as_they_are(proposed)


def _as_they_are(queries: Iterable[str]) -> Choices:
    """Searches as choices, without long ones: shortened, they would be different searches."""
    fitting = [each for each in dict.fromkeys(queries) if each and len(each) <= CHOICE_NAME]
    return [app_commands.Choice(name=each, value=each) for each in fitting[:CHOICES]]


async def _named(found: Awaitable[list[NameCount]]) -> Choices:
    return [
        app_commands.Choice(name=_with_number(each), value=each.name)
        for each in await found
        if len(each.name) <= CHOICE_NAME
    ]


def _with_number(named: NameCount) -> str:
    number = counted(named.papers, "paper")
    return theme.joined(shorten(visible(named.name), CHOICE_NAME - len(theme.joined("", number)) - 3), number)
