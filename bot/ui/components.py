"""How cards are put together: the pieces that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

import discord
from discord import ui

from bot.ui import custom_ids, discord_limits
from bot.ui.latex import readable
from bot.ui.markdown import address, fitted, link, visible
from bot.ui.theme import joined
from retrieval.papers import Paper
from retrieval.text import sentences

T = TypeVar("T")
Row = Sequence[ui.Button[ui.LayoutView] | ui.Select[ui.LayoutView] | ui.ChannelSelect[ui.LayoutView]]
Entry = ui.Section[ui.LayoutView] | ui.MediaGallery[ui.LayoutView]

_NAMELESS: Final = "Untitled"
_LINKED: Final = 300  # characters of the longest address that a title is linked to; longer ones eat the card


class Spacing(Enum):
    """What separates two texts of a card."""

    GAP = "a little room"
    LINE = "a thin line"


GAP, LINE = Spacing.GAP, Spacing.LINE


@dataclass(frozen=True, slots=True)
class LineBudget:
    """How much of a paper a list shows: characters of its title, of its first sentence, of its address."""

    title: int
    words: int
    address: int = _LINKED


LINE_BUDGETS: Final = (
    LineBudget(200, 180),
    LineBudget(160, 120),
    LineBudget(120, 70),
    LineBudget(120, 0),
    LineBudget(75, 0),
    LineBudget(60, 0, 60),
)
"""From generous to narrow: with the last, thirty papers fit into a card."""
TERSE: Final = tuple(room for room in LINE_BUDGETS if not room.words)


def card(colour: discord.Colour, parts: Sequence[str | Spacing | Entry], *rows: Row) -> ui.LayoutView:
    """A coloured container of texts and what is between them, and rows of buttons below.

    The view is stopped: discord.py would keep a copy of every view that waits for presses, for as
    long as the bot runs. Presses are answered by the custom ids' patterns instead, also after a restart.
    (A view can only be stopped on the event loop; elsewhere, as in a test, there is nothing to keep it.)
    """
    container = ui.Container[ui.LayoutView](accent_colour=colour)
    for part in parts:
        container.add_item(_drawn(part))
    for row in rows:
        if row:
            container.add_item(ui.ActionRow(*row))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def _drawn(part: str | Spacing | Entry) -> ui.Item[ui.LayoutView]:
    match part:
        case str():
            return ui.TextDisplay(part)
        case Spacing():
            return ui.Separator(visible=part is LINE)
        case _:
            return part


def paper_row(text: str, paper: Paper) -> Entry:
    """A text about a paper, with a button beside it that shows the paper."""
    return ui.Section(text, accessory=button("Abstract", custom_ids.PAPER(paper.id)))


def vote_row(text: str, paper: Paper, *, disabled: bool = False) -> Entry:
    """A text about a paper, with a button beside it that votes for the paper."""
    return ui.Section(text, accessory=button("Vote", custom_ids.VOTE(paper.id), disabled=disabled))


def button(
    label: str,
    custom_id: str,
    *,
    sign: str | None = None,
    disabled: bool = False,
    main: bool = False,
    grave: bool = False,
) -> ui.Button[ui.LayoutView]:
    """A button that the bot answers.

    ``main``: the one that people came to press, which stands out. ``grave``: what it does cannot be undone.
    """
    style = discord.ButtonStyle.success if main else discord.ButtonStyle.secondary
    style = discord.ButtonStyle.danger if grave else style
    return ui.Button(label=label, custom_id=custom_id, emoji=sign, disabled=disabled, style=style)


def pager(address_of: Callable[[int], str], page: int, pages: int) -> Row:
    """Buttons to the page before and after ``page`` (0-based); none for a single page.

    ``address_of`` makes a page's custom id.
    """
    if pages <= 1:
        return []
    return [
        button("Previous", address_of(max(0, page - 1)), disabled=page == 0),
        button("Next", address_of(page + 1), disabled=page + 1 >= pages),
    ]


def menu(papers: Sequence[Paper], first: int, *, custom_id: str | None = None, asks: str = "Read an abstract…") -> Row:
    """A menu of a list's papers, which have numbers from ``first`` on there; by itself it shows one. At most 25.

    ``asks`` is its placeholder.
    """
    options = [
        discord.SelectOption(
            label=discord_limits.shorten(f"{number}. {visible(readable(paper.title))}", discord_limits.CHOICE_NAME),
            value=paper.id,
        )
        for number, paper in enumerate(papers[: discord_limits.CHOICES], first)
    ]
    return [ui.Select(custom_id=custom_id or custom_ids.PAPER_MENU(), placeholder=asks, options=options)]


def link_button(label: str, url: str | None) -> list[ui.Button[ui.LayoutView]]:
    """A button that opens a page; none if Discord would refuse the address."""
    url = address(url or "")
    usable = url.startswith(("https://", "http://")) and len(url) <= discord_limits.URL
    return [ui.Button(label=label, url=url)] if usable else []


def title_link(paper: Paper, room: int = 250, longest: int = _LINKED) -> str:
    """The paper's title in ``room`` characters, readable and harmless, linked to the paper.

    Not linked where the address has more than ``longest`` characters.
    """
    title = fitted(readable(paper.title), room).strip() or _NAMELESS
    return link(title, paper.url) if len(paper.url) <= longest else title


def byline(paper: Paper) -> str:
    """Who and when, as papers cite each other: ``Yuhan Liu et al., 2023 · arXiv 2310.07240``."""
    year = str(paper.published.year) if paper.published else ""
    who = ", ".join(part for part in (_authors(paper.authors), year) if part)
    return joined(who, f"arXiv\u00a0{paper.id}" if paper.is_arxiv else "")


def _authors(names: Sequence[str]) -> str:
    shown = [fitted(name, 50) for name in names[:2]]
    return f"{shown[0]} et al." if len(names) > len(shown) else " and ".join(shown)


def first_words(paper: Paper, room: int) -> str:
    """The first sentence of the abstract in ``room`` characters."""
    spans = sentences(paper.abstract) if room else []
    return fitted(readable(paper.abstract[slice(*spans[0])]), room) if spans else ""


def fit_to_limit(
    items: Sequence[T],
    draw: Callable[[int, T, LineBudget], str],
    limit: int,
    rooms: Sequence[LineBudget] = LINE_BUDGETS,
) -> list[str]:
    """The items drawn in ``limit`` characters together: ever narrower first, then the last ones left out.

    ``draw`` gets the item's place in ``items`` (0-based), the item, and how much room it has.
    """
    texts = list[str]()
    for room in rooms:
        texts = [draw(place, item, room) for place, item in enumerate(items)]
        if sum(map(len, texts)) <= limit:
            return texts
    while sum(map(len, texts)) > limit:
        texts.pop()
    return texts


def texts_within(texts: Iterable[str], limit: int) -> list[str]:
    """The first texts that have at most ``limit`` characters together."""
    kept, left = list[str](), limit
    for text in texts:
        left -= len(text)
        if left < 0:
            break
        kept.append(text)
    return kept


def spaced(parts: Sequence[str | Entry], between: Spacing = GAP) -> list[str | Spacing | Entry]:
    """The parts with room or a line between them."""
    return [each for part in parts for each in (between, part)][1:]
