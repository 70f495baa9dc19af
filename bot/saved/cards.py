"""Cards of saved papers: one with its note and tags, a page of a list, a removal, an export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import discord
from discord import ui

from bot.saved.export.formats import ExportFormat
from bot.saved.service import MAX_LIST_NAME, MAX_NOTE, MAX_TYPED_TAGS, SavedEntry, SavedPage, SavedView
from bot.storage.saved_papers import SavedPaper
from bot.texts import counted, mark, tr
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
from bot.ui.forms import form, text_field
from bot.ui.markdown import bold, fitted, plain, quote_block, small, visible
from retrieval.papers import Paper

SAVED: Final = mark("Saved in {list}")
ALREADY_SAVED: Final = mark("Already saved in {list}")
_MAX_TEXT: Final = 3_200
_MAX_NOTE: Final = 1_600
_MAX_NOTE_IN_LIST: Final = 160
_MAX_LIST: Final = 120
_MAX_QUERY: Final = 150


def save_card(save: SavedPaper, paper: Paper, lists: Sequence[str], *, heading: str) -> ui.LayoutView:
    """A saved paper, to edit, move or remove. ``heading`` says what was done to the ``{list}``."""
    save_id = save.id or 0
    parts = [tr(heading, list=bold(fitted(save.list_name, _MAX_LIST))), _title_and_facts(paper)]
    if save.note:
        parts.append(_note(save.note, _MAX_NOTE))
    if save.tags:
        parts.append(_tags(save))
    elif not save.note:
        parts.append(small(tr("Edit adds a note and tags, which `/saved` can search.")))
    row = [
        button("Edit", custom_ids.SAVED_EDIT(save_id), main=True),
        button("Remove", custom_ids.SAVED_REMOVE(save_id)),
        button("Abstract", custom_ids.PAPER(paper.id)),
        button("BibTeX", custom_ids.PAPER_BIBTEX(paper.id)),
        button("Show list", custom_ids.SAVED_PAGE(0, save.list_name, 0)),
    ]
    return card(theme.PAPER, spaced(parts), row, _move_menu(save, lists))


def _move_menu(save: SavedPaper, lists: Sequence[str]) -> Row:
    others = [name for name in lists if name != save.list_name][:CHOICES]
    options = [discord.SelectOption(label=shorten(visible(name), 100), value=name) for name in others]
    menu = ui.Select[ui.LayoutView](
        custom_id=custom_ids.SAVED_MOVE(save.id or 0), placeholder=tr("Move to another list…"), options=options
    )
    return [menu] if options else []


def edit_form(save: SavedPaper) -> ui.Modal:
    """Asks for the list, note and tags of a saved paper."""
    placeholder = mark("What you want to remember about it")
    return form(
        "Edit a saved paper",
        custom_ids.SAVED_FORM(save.id or 0),
        text_field("list", "List", value=save.list_name, max_length=MAX_LIST_NAME),
        text_field(
            "note", "Note", value=save.note, max_length=MAX_NOTE, placeholder=placeholder, required=False, long=True
        ),
        text_field(
            "tags",
            "Tags, separated by commas",
            value=", ".join(save.tags),
            max_length=MAX_TYPED_TAGS,
            placeholder="survey, kv cache",
            required=False,
        ),
    )


def removed_card(save: SavedPaper, paper: Paper) -> ui.LayoutView:
    """A paper was removed, which can be undone."""
    name = bold(fitted(save.list_name, _MAX_LIST))
    text = tr("Removed from {list}: {paper}", list=name, paper=title_link(paper, 200))
    hint = small(tr("Undo brings it back with its note and tags, for one day."))
    return card(theme.NOTICE, [f"{text}\n{hint}"], [button("Undo", custom_ids.SAVED_UNDO(save.id or 0), main=True)])


def saved_page_card(shown: SavedPage) -> ui.LayoutView:
    """A page of a person's saved papers."""
    view, page, lists = shown.view, shown.page, shown.lists
    if not lists:
        return _nothing_saved_card()
    if not shown.entries:
        return _nothing_found_card(view, lists)
    query = tr("for {words}", words=bold(fitted(view.query, _MAX_QUERY))) if view.query else ""
    facts = small(theme.joined(counted(page.total, "paper"), query, page.label, tr("only you see this")))
    entries = _entries(shown.entries, page.first + 1, with_list=view.list_name is None)
    turn = pager(partial(custom_ids.SAVED_TURN, view.search_id, view.name), page)
    export = button("Export", custom_ids.SAVED_EXPORT(view.search_id, view.name))
    parts = spaced([f"## {_title(view)}\n{facts}", *entries])
    return card(theme.LIST, parts, [*turn, export], _other_lists(view, lists))


def _entries(entries: Sequence[SavedEntry], first: int, *, with_list: bool) -> list[Entry]:
    """Saved papers, numbered from ``first`` on."""

    def draw(place: int, entry: SavedEntry, budget: LineBudget) -> str:
        save, paper = entry
        title = bold(f"{first + place}. {title_link(paper, budget.title, budget.address)}")
        where = tr("in {list}", list=fitted(save.list_name, 60)) if with_list else ""
        facts = theme.joined(where, _facts(paper)) if budget.words else where
        tags = _tags(save) if save.tags and budget.words else ""
        note = _note(save.note, min(_MAX_NOTE_IN_LIST, budget.words)) if save.note and budget.words else ""
        return "\n".join(line for line in (title, small(facts) if facts else "", tags, note) if line)

    return [
        ui.Section(text, accessory=button("Open", custom_ids.SAVED_OPEN(save.id or 0)))
        for text, (save, _) in zip(fit_to_limit(entries, draw, _MAX_TEXT), entries, strict=False)
    ]


def _other_lists(view: SavedView, lists: Mapping[str, int]) -> Row:
    """A menu of the other lists, if there are any."""
    others = [name for name in lists if name != view.list_name]
    if not others:
        return []
    names = [*([None] if view.list_name is not None else []), *others]
    options = [_list_option(name, lists) for name in names[:CHOICES]]
    custom_id = custom_ids.SAVED_LIST(view.search_id)
    return [ui.Select(custom_id=custom_id, placeholder=tr("Show another list…"), options=options)]


def _list_option(name: str | None, lists: Mapping[str, int]) -> discord.SelectOption:
    """An option of the menu. Its value is ``=`` and the name, since Discord refuses the empty one of all lists."""
    label = tr("All saved papers") if name is None else shorten(visible(name), 80)
    count = sum(lists.values()) if name is None else lists[name]
    return discord.SelectOption(label=label, value=f"={name or ''}", description=counted(count, "paper"))


def _nothing_saved_card() -> ui.LayoutView:
    text = tr(
        "**You haven't saved any papers yet.**\n"
        "Press **Save** under a paper, or use `/save`: only you see what you save. "
        "`/trending` and `/search` are good places to start."
    )
    return card(theme.NOTICE, [text])


def _nothing_found_card(view: SavedView, lists: Mapping[str, int]) -> ui.LayoutView:
    title = bold(_title(view))
    if view.query:
        text = tr(
            "Nothing in {list} matches {words}.\n"
            "I searched titles, abstracts, your notes and your tags. Try fewer words.",
            list=title,
            words=bold(fitted(view.query, 200)),
        )
        row = [button("Show the whole list", custom_ids.SAVED_TURN(0, view.name, 0))]
        return card(theme.NOTICE, [text], row, _other_lists(SavedView(view.list_name), lists))
    text = tr("{list} is empty. **Edit** under a saved paper, or `/save`, adds to it.", list=title)
    return card(theme.NOTICE, [text], _other_lists(view, lists))


def _title(view: SavedView) -> str:
    return tr("All saved papers") if view.list_name is None else fitted(view.list_name, _MAX_LIST)


def export_card(view: SavedView, total: int, *, linked: bool = False) -> ui.LayoutView:
    """Asks for the format of an export. ``linked``: a list can have a link, too."""
    papers = counted(total, "paper")
    if view.query:
        papers = f"{papers} {tr('for {words}', words=bold(fitted(view.query, _MAX_QUERY)))}"
    heading = tr("Export: {list}", list=_title(view))
    text = f"## {heading}\n{tr('{papers}, with your notes and tags. Which format?', papers=papers)}"
    row = [button(each.label, custom_ids.SAVED_FILE(each, view.search_id, view.name)) for each in ExportFormat]
    link = [button("Link for Zotero", custom_ids.SAVED_LINK("show", view.name))] if linked and not view.query else []
    return card(theme.LIST, [text], row, link)


def file_card(name: str, text: str) -> ui.LayoutView:
    """A message with the attached file ``name``."""
    view = card(theme.LIST, [text])
    view.add_item(ui.File(f"attachment://{name}"))
    return view


def code_card(text: str, hint: str) -> ui.LayoutView:
    """A text to copy, which must not contain three backticks in a row."""
    return card(theme.PAPER, [f"```\n{text}\n```", LINE, small(hint)])


def _note(note: str, max_length: int) -> str:
    return quote_block(line for line in fitted(note, max_length).split("\n") if line.strip())


def _tags(save: SavedPaper) -> str:
    return small(tr("Tags: {tags}", tags=", ".join(plain(tag) for tag in save.tags)))


def _title_and_facts(paper: Paper) -> str:
    facts = _facts(paper)
    return f"{bold(title_link(paper))}\n{small(facts)}" if facts else bold(title_link(paper))


def _facts(paper: Paper) -> str:
    return theme.joined(tr("**Withdrawn by its authors**") if paper.withdrawn else "", byline(paper))
