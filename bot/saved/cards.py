"""Saved papers: one with its note and tags, a list page by page, what is removed, what is exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import discord
from discord import ui

from bot.storage.saved_papers import SavedPaper
from bot.ui import custom_ids, theme
from bot.ui.components import (
    LINE,
    Entry,
    LineBudget,
    Row,
    button,
    byline,
    card,
    fit_to_limit,
    pager,
    spaced,
    title_link,
)
from bot.ui.discord_limits import CHOICES, shorten
from bot.ui.markdown import bold, fitted, plain, quote_block, small, visible
from retrieval.papers import Paper

PAGE: Final = 5
"""Papers on a page: with a note each they fill a phone's screen."""
_TEXT: Final = 3_200
_NOTE_IN_LIST: Final = 160
_NOTE: Final = 1_600

SavedEntry = tuple[SavedPaper, Paper]


@dataclass(frozen=True, slots=True)
class SavedView:
    """What of a person's saved papers is looked at: a list (``None``: all), or what a query finds in it.

    The query is kept under ``search_id``, by which buttons name it; 0: none.
    """

    list_name: str | None
    query: str = ""
    search_id: int = 0

    @property
    def name(self) -> str:
        """The list as buttons name it: nothing stands for all."""
        return self.list_name or ""


def save_card(save: SavedPaper, paper: Paper, lists: Sequence[str], *, heading: str) -> ui.LayoutView:
    """A saved paper as its owner sees it, to be changed, moved or removed. ``heading`` says what was done."""
    number = save.id or 0
    parts = [f"{heading} {bold(fitted(save.list_name, 120))}", f"{bold(title_link(paper))}\n{_signature(paper)}"]
    if save.note:
        parts.append(_note(save.note, _NOTE))
    if save.tags:
        parts.append(_tags(save))
    elif not save.note:
        parts.append(small("Edit adds a note and tags, by which you find it again."))
    row = [
        button("Edit", custom_ids.saved_edit(number), main=True),
        button("Remove", custom_ids.saved_remove(number)),
        button("Abstract", custom_ids.paper(paper.id)),
        button("BibTeX", custom_ids.paper_bibtex(paper.id)),
        button("Show list", custom_ids.saved_page(0, 0, save.list_name)),
    ]
    others = [name for name in lists if name != save.list_name][:CHOICES]
    return card(theme.PAPER, spaced([part.strip() for part in parts]), row, _moving(number, others))


def _moving(number: int, others: Sequence[str]) -> Row:
    if not others:
        return []
    options = [discord.SelectOption(label=shorten(visible(name), 100), value=name) for name in others]
    return [ui.Select(custom_id=custom_ids.saved_move(number), placeholder="Move to another list…", options=options)]


def removed_card(save: SavedPaper, paper: Paper) -> ui.LayoutView:
    """A paper is taken out of its list; a press puts it back."""
    text = f"Removed from {bold(fitted(save.list_name, 120))}: {title_link(paper, 200)}"
    hint = small("Undo puts it back with its note and tags. After a day it is gone.")
    return card(theme.NOTICE, [f"{text}\n{hint}"], [button("Undo", custom_ids.saved_undo(save.id or 0), main=True)])


def saved_list_card(
    shelf: SavedView, entries: Sequence[SavedEntry], *, page: int, total: int, lists: Mapping[str, int]
) -> ui.LayoutView:
    """A page (0-based) of a person's saved papers. ``entries`` are the page's, ``total`` counts all that fit."""
    if not lists:
        return _nothing_saved()
    if not entries:
        return _nothing_here(shelf, lists)
    pages = max(1, -(-total // PAGE))
    which = f"page {page + 1:,} of {pages:,}" if pages > 1 else ""
    words = f"for {bold(fitted(shelf.query, 150))}" if shelf.query else ""
    facts = small(theme.joined(theme.counted(total, "paper"), words, which, "only you see this"))
    numbered = _entries(entries, page * PAGE + 1, named=shelf.list_name is None)
    parts = spaced([f"## {_title(shelf)}\n{facts}", *numbered])
    turns = pager(partial(custom_ids.saved_turn, shelf.search_id, shelf.name), page, pages)
    export = [button("Export", custom_ids.saved_export(shelf.search_id, shelf.name))]
    return card(theme.LIST, parts, [*turns, *export], _other_lists(shelf, lists))


def _entries(entries: Sequence[SavedEntry], first: int, *, named: bool) -> list[Entry]:
    """Saved papers with numbers from ``first`` on; ``named``: each says which list it is in."""
    by_id = {paper.id: save for save, paper in entries}

    def draw(place: int, paper: Paper, room: LineBudget) -> str:
        save = by_id[paper.id]
        title = bold(f"{first + place}. {title_link(paper, room.title, room.address)}")
        where = f"in {fitted(save.list_name, 60)}" if named else ""
        signature = theme.joined(where, _signature_facts(paper)) if room.words else where
        note = _note(save.note, min(_NOTE_IN_LIST, room.words)) if save.note and room.words else ""
        lines = [title, small(signature) if signature else "", _tags(save) if save.tags and room.words else "", note]
        return "\n".join(line for line in lines if line)

    drawn = fit_to_limit([paper for _, paper in entries], draw, _TEXT)
    return [
        ui.Section(text, accessory=button("Open", custom_ids.saved_open(save.id or 0)))
        for text, (save, _) in zip(drawn, entries, strict=False)
    ]


def _other_lists(shelf: SavedView, lists: Mapping[str, int]) -> Row:
    """A menu of the other lists, where there are any."""
    others = [name for name in lists if name != shelf.list_name]
    if not others:
        return []
    names = [*([None] if shelf.list_name is not None else []), *others]
    options = [_list_option(name, lists) for name in names[:CHOICES]]
    return [
        ui.Select(custom_id=custom_ids.saved_list(shelf.search_id), placeholder="Show another list…", options=options)
    ]


def _list_option(name: str | None, lists: Mapping[str, int]) -> discord.SelectOption:
    """An option of the menu: its value is the name behind a sign, as Discord takes no empty one for all lists."""
    label = "All saved papers" if name is None else shorten(visible(name), 80)
    count = sum(lists.values()) if name is None else lists[name]
    return discord.SelectOption(label=label, value=f"={name or ''}", description=theme.counted(count, "paper"))


def _nothing_saved() -> ui.LayoutView:
    lines = (
        "**You have saved no papers yet.**",
        "Press **Save** under a paper, or use `/save`: only you see what you save. "
        "`/trending` and `/search` show papers to begin with.",
    )
    return card(theme.NOTICE, ["\n".join(lines)])


def _nothing_here(shelf: SavedView, lists: Mapping[str, int]) -> ui.LayoutView:
    title = bold(_title(shelf))
    if shelf.query:
        text = f"Nothing in {title} fits {bold(fitted(shelf.query, 200))}."
        hint = "I looked at titles, abstracts, your notes and your tags. Fewer words find more."
        row = [button("Show all of it", custom_ids.saved_turn(0, shelf.name, 0))]
        return card(theme.NOTICE, [f"{text}\n{hint}"], row, _other_lists(SavedView(shelf.list_name), lists))
    text = f"There is nothing in {title} any more. **Edit** under a saved paper, or `/save`, puts one there."
    return card(theme.NOTICE, [text], _other_lists(shelf, lists))


def _title(shelf: SavedView) -> str:
    return "All saved papers" if shelf.list_name is None else fitted(shelf.list_name, 120)


def export_card(shelf: SavedView, total: int, forms: Mapping[str, str]) -> ui.LayoutView:
    """Asks for the format of an export. ``forms`` are what files end in and what the formats are called."""
    words = f" for {bold(fitted(shelf.query, 150))}" if shelf.query else ""
    papers = theme.counted(total, "paper")
    text = f"## Export: {_title(shelf)}\n{papers}{words}, with your notes and tags. As what?"
    row = [button(name, custom_ids.saved_file(form, shelf.search_id, shelf.name)) for form, name in forms.items()]
    return card(theme.LIST, [text], row)


def file_card(name: str, text: str) -> ui.LayoutView:
    """A message that brings the attached file ``name``."""
    view = card(theme.LIST, [text])
    view.add_item(ui.File(f"attachment://{name}"))
    return view


def code_card(text: str, hint: str) -> ui.LayoutView:
    """A text to be copied, which must hold no three backticks in a row."""
    return card(theme.PAPER, [f"```\n{text}\n```", LINE, small(hint)])


def _note(note: str, room: int) -> str:
    return quote_block(line for line in fitted(note, room).split("\n") if line.strip())


def _tags(save: SavedPaper) -> str:
    return small("Tags: " + ", ".join(plain(tag) for tag in save.tags))


def _signature(paper: Paper) -> str:
    facts = _signature_facts(paper)
    return small(facts) if facts else ""


def _signature_facts(paper: Paper) -> str:
    return theme.joined("**Withdrawn by its authors**" if paper.withdrawn else "", byline(paper))
