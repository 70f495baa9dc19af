"""How cards are put together."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.cards.latex import readable
from bot.cards.look import DOT
from bot.cards.markup import fitted, link
from retrieval.papers import Paper
from retrieval.text import sentences

Row = Sequence[ui.Button[ui.LayoutView]]

_AUTHORS_SHOWN = 3


def card(colour: discord.Colour, texts: Sequence[str | None], *rows: Row) -> ui.LayoutView:
    """A coloured container of texts, a thin line between them at each ``None``, and rows of buttons below.

    The view is stopped: discord.py would keep a copy of every view that waits for presses, for as
    long as the bot runs. Presses are answered by the custom ids' patterns instead, also after a restart.
    """
    container = ui.Container[ui.LayoutView](accent_colour=colour)
    for text in texts:
        container.add_item(ui.Separator() if text is None else ui.TextDisplay(text))
    for row in rows:
        if row:
            container.add_item(ui.ActionRow(*row))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def press(label: str, custom_id: str, *, sign: str | None = None, disabled: bool = False) -> ui.Button[ui.LayoutView]:
    """A button that the bot answers."""
    return ui.Button(label=label, custom_id=custom_id, emoji=sign, disabled=disabled)


def leave(label: str, url: str) -> ui.Button[ui.LayoutView]:
    """A button that opens a page; the longest address that Discord takes has 512 characters."""
    return ui.Button(label=label, url=url[:512])


def title_link(paper: Paper, room: int = 300) -> str:
    """The paper's title, readable and harmless, linked to the paper, in ``room`` characters of title."""
    return link(fitted(readable(paper.title), room), paper.url)


def byline(paper: Paper, *, room: int = 160) -> str:
    """Who and when, in a few words: ``Yuhan Liu, Hanchen Li, Yihua Cheng and 11 more · 2023 · 2310.07240``."""
    shown = paper.authors[:_AUTHORS_SHOWN]
    more = len(paper.authors) - len(shown)
    names = ", ".join(shown) + (f" and {more} more" if more else "")
    when = str(paper.published.year) if paper.published else ""
    parts = [names, when, paper.id if paper.is_arxiv else ""]
    return fitted(DOT.join(part for part in parts if part), room)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def first_words(paper: Paper, room: int) -> str:
    """The first sentence of the abstract in ``room`` characters."""
    spans = sentences(paper.abstract)
    return fitted(readable(paper.abstract[slice(*spans[0])]), room) if spans else ""
