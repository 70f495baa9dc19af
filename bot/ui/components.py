"""The building blocks of cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

import discord
from discord import ui

from bot.texts import listed, mark, tr
from bot.ui import custom_ids, discord_limits
from bot.ui.latex import readable
from bot.ui.markdown import bold, fitted, has_name, link, small, visible, web_address
from bot.ui.pages import Page
from bot.ui.theme import joined
from retrieval.answering.passages.aim import aim_quote
from retrieval.papers import Paper

T = TypeVar("T")
Row = Sequence[ui.Button[ui.LayoutView] | ui.Select[ui.LayoutView] | ui.ChannelSelect[ui.LayoutView]]
Entry = ui.Section[ui.LayoutView] | ui.MediaGallery[ui.LayoutView]

_NO_TITLE: Final = mark("Untitled")
_MAX_ADDRESS: Final = 300  # characters of an address that a title links to: they count as text of the card


class Spacing(Enum):
    """What separates two texts of a card."""

    GAP = "empty space"
    LINE = "a thin line"


GAP, LINE = Spacing.GAP, Spacing.LINE


@dataclass(frozen=True, slots=True)
class LineBudget:
    """Maximum characters of a paper in a list: of its title, the sentence below it, and its address."""

    title: int
    words: int
    address: int = _MAX_ADDRESS


FULL_BUDGET: Final = LineBudget(250, 180)
LINE_BUDGETS: Final = (
    LineBudget(200, 180),
    LineBudget(160, 120),
    LineBudget(120, 70),
    LineBudget(120, 0),
    LineBudget(75, 0),
    LineBudget(60, 0, 60),
)
"""From generous to narrow: with the last, thirty papers fit in a card."""
TERSE: Final = tuple(budget for budget in LINE_BUDGETS if not budget.words)


def card(colour: discord.Colour, parts: Sequence[str | Spacing | Entry], *rows: Row) -> ui.LayoutView:
    """A coloured container of texts and what separates them, above rows of buttons.

    The view is stopped: discord.py would keep a copy of every view that waits for presses, for as long as the bot
    runs. Presses are recognised by their custom ids instead, also after a restart.
    """
    container = ui.Container[ui.LayoutView](accent_colour=colour)
    for part in parts:
        container.add_item(_component(part))
    for row in rows:
        if row:
            container.add_item(ui.ActionRow(*row))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    view.stop()
    return view


def _component(part: str | Spacing | Entry) -> ui.Item[ui.LayoutView]:
    match part:
        case str():
            return ui.TextDisplay(part)
        case Spacing():
            return ui.Separator(visible=part is LINE)
        case _:
            return part


def paper_row(text: str, paper: Paper) -> Entry:
    """A text about a paper, beside a button that shows the paper."""
    return ui.Section(text, accessory=button("Abstract", custom_ids.PAPER(paper.id)))


def vote_row(text: str, paper: Paper, *, disabled: bool = False) -> Entry:
    """A text about a paper, beside a button that votes for the paper."""
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
    """A button with its label in the reader's language.

    ``main``: the most important one. ``grave``: what it does can't be undone.
    """
    style = discord.ButtonStyle.success if main else discord.ButtonStyle.secondary
    style = discord.ButtonStyle.danger if grave else style
    return ui.Button(label=tr(label), custom_id=custom_id, emoji=sign, disabled=disabled, style=style)


def setup_button() -> ui.Button[ui.LayoutView]:
    """A button that opens ``/setup``, for cards that have nothing to show until a server is set up."""
    return button("Set up the daily post", custom_ids.SETUP_OPEN(), main=True)


def pager(page_id: Callable[[int], str], page: Page) -> Row:
    """Buttons to the previous and the next page; none for a single page. ``page_id`` makes the custom id of a page."""
    if page.count <= 1:
        return []
    return [
        button("Previous", page_id(max(0, page.number - 1)), disabled=page.number == 0),
        button("Next", page_id(page.number + 1), disabled=page.number + 1 >= page.count),
    ]


def menu(
    papers: Sequence[Paper],
    first: int,
    *,
    custom_id: str | None = None,
    asks: str = mark("Read an abstract…"),
    chosen: str | None = None,
) -> Row:
    """A menu of at most 25 papers, numbered from ``first``. Without a ``custom_id``, it shows the paper's card.

    ``asks`` is the placeholder; ``chosen`` is the id of the selected paper.
    """
    options = [
        discord.SelectOption(
            label=discord_limits.shorten(f"{number}. {visible(readable(paper.title))}", discord_limits.CHOICE_NAME),
            value=paper.id,
            default=paper.id == chosen,
        )
        for number, paper in enumerate(papers[: discord_limits.CHOICES], first)
    ]
    return [ui.Select(custom_id=custom_id or custom_ids.PAPER_MENU(), placeholder=tr(asks), options=options)]


def link_button(label: str, url: str | None) -> list[ui.Button[ui.LayoutView]]:
    """A button that opens a page; none if Discord wouldn't accept the address."""
    target = web_address(url)
    usable = target is not None and len(target) <= discord_limits.URL
    return [ui.Button(label=tr(label), url=target)] if usable else []


def title_link(paper: Paper, limit: int = FULL_BUDGET.title, max_address: int = _MAX_ADDRESS) -> str:
    """The paper's title in ``limit`` characters, readable and escaped, linked if the address isn't too long."""
    title = readable(paper.title)
    if not has_name(title):
        title = tr(_NO_TITLE)
    target = web_address(paper.url)
    return link(title, target, limit) if target and len(target) <= max_address else fitted(title, limit)


def byline(paper: Paper) -> str:
    """Who and when, as papers cite each other: ``Yuhan Liu et al., 2023 · arXiv 2310.07240``."""
    year = str(paper.published.year) if paper.published else ""
    who = ", ".join(part for part in (_authors(paper.authors), year) if part)
    return joined(who, f"arXiv\u00a0{paper.arxiv}" if paper.arxiv else "")


def _authors(names: Sequence[str]) -> str:
    shown = [fitted(name, 50) for name in names[:2]]
    return f"{shown[0]} et al." if len(names) > len(shown) else listed(shown)


def title_and_byline(paper: Paper, budget: LineBudget = FULL_BUDGET) -> str:
    """The linked title in bold, above who and when in small print."""
    title, signature = bold(title_link(paper, budget.title, budget.address)), byline(paper)
    return f"{title}\n{small(signature)}" if signature else title


def aim_words(paper: Paper, limit: int) -> str:
    """The sentence of the abstract that says what the paper does, in ``limit`` characters."""
    return fitted(readable(aim_quote(paper.title, paper.abstract)), limit) if limit else ""


def fit_to_limit(
    items: Sequence[T],
    draw: Callable[[int, T, LineBudget], str],
    limit: int,
    budgets: Sequence[LineBudget] = LINE_BUDGETS,
) -> list[str]:
    """The items drawn in ``limit`` characters together: with ever smaller budgets first, then without the last items.

    ``draw`` gets the item's index, the item, and its budget.
    """
    texts = list[str]()
    for budget in budgets:
        texts = [draw(place, item, budget) for place, item in enumerate(items)]
        if sum(map(len, texts)) <= limit:
            return texts
    return texts_within(texts, limit)


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
    """The parts with a separator between them."""
    return [each for part in parts for each in (between, part)][1:]
