"""Save, find, change and export a person's papers. No Discord objects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.client import PaperBot
from bot.saved.export.formats import ExportFormat, export
from bot.saved.export.items import ExportItem, one_line
from bot.storage import Store
from bot.storage.saved_papers import SavedPaper
from bot.texts import language_in_use, mark, tr, written_number
from bot.ui.pages import Page
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.papers import Paper, normalise
from retrieval.query.query import parse

_LONG_NAME: Final = mark("The name “{name}…” is too long: {most} characters at most.")
_LONG_TAG: Final = mark("The tag “{tag}…” is too long: {most} characters at most.")
FIRST_LIST: Final = "Reading list"
"""The list of people who haven't named one."""
MAX_LIST_NAME: Final = 50
"""Characters of a list's name: it has to fit in a button's id."""
MAX_NOTE: Final = 1_000
MAX_TAG: Final = 30
MAX_TAGS: Final = 10
MAX_TYPED_TAGS: Final = 300
"""Characters of all tags together, as typed."""
PAGE_SIZE: Final = 5
"""Papers on a page: with notes, they fill a phone's screen."""

SavedEntry = tuple[SavedPaper, Paper]


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list (``None``: all lists), or what a query finds in it.

    The query is stored as ``search_id``, for buttons; 0: no query.
    """

    list_name: str | None
    query: str = ""
    search_id: int = 0

    @property
    def name(self) -> str:
        """The list in custom ids: an empty string for all lists."""
        return self.list_name or ""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of a view, and the person's lists with their sizes."""

    view: SavedView
    page: Page
    entries: Sequence[SavedEntry]
    lists: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SavedService:
    """What ``/save``, ``/saved`` and their buttons do."""

    library: Library
    store: Store
    clock: Callable[[], datetime]

    # --- one paper -----------------------------------------------------------------------------

    async def save(
        self, user_id: int, paper_id: str, list_name: str, note: str = "", tags: tuple[str, ...] = ()
    ) -> tuple[SavedPaper, bool]:
        """Save a paper, and whether it is new. One that was saved before isn't changed."""
        await self.store.languages.save(user_id, language_in_use())  # of messages about the paper's updates
        save = SavedPaper(user_id, paper_id, list_name, note, tags, self.clock())
        return await self.store.saved_papers.keep(save)

    async def get(self, user_id: int, save_id: int) -> SavedPaper:
        """A person's saved paper. Raises ``InvalidInput`` if it was removed."""
        return _existing(await self.store.saved_papers.get(user_id, save_id))

    async def change(
        self,
        user_id: int,
        save_id: int,
        *,
        list_name: str | None = None,
        note: str | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> SavedPaper:
        """Change what isn't ``None``. Raises ``InvalidInput`` if the paper was removed."""
        changed = self.store.saved_papers.change(user_id, save_id, list_name=list_name, note=note, tags=tags)
        return _existing(await changed)

    async def remove(self, user_id: int, save_id: int) -> SavedEntry:
        """Remove a paper. It can be restored for a day. Raises ``InvalidInput`` if it was removed before."""
        save = _existing(await self.store.saved_papers.remove(user_id, save_id, self.clock()))
        return save, await self._paper(save)

    async def restore(self, user_id: int, save_id: int) -> SavedPaper:
        """Undo a removal. Raises ``InvalidInput`` if it is too late."""
        save = await self.store.saved_papers.restore(user_id, save_id)
        if save is None:
            raise InvalidInput("Too late to undo, or you've saved the paper again. `/saved` shows your papers.")
        return save

    async def details(self, save: SavedPaper) -> tuple[SavedPaper, Paper, list[str]]:
        """A saved paper, and the names of the person's lists."""
        return save, await self._paper(save), await self.lists(save.user_id)

    async def _paper(self, save: SavedPaper) -> Paper:
        [item] = await self._items([save])
        return item.paper

    # --- lists ---------------------------------------------------------------------------------

    async def lists(self, user_id: int) -> list[str]:
        """The names of a person's lists, the last used one first."""
        return list(await self.store.saved_papers.lists(user_id))

    async def choose_list(self, user_id: int, typed: str | None) -> str:
        """The list that was named, or else the last used one. Raises ``InvalidInput``."""
        lists = await self.lists(user_id)
        if typed is not None:
            return parse_list_name(typed, lists)
        return lists[0] if lists else FIRST_LIST

    async def search(self, user_id: int, typed_list: str | None, query: str) -> SavedView:
        """The view of a list and a query. Raises ``InvalidInput``, and ``QueryError`` for a mistake in the query."""
        list_name = parse_list_name(typed_list, await self.lists(user_id)) if typed_list else None
        if not query:
            return SavedView(list_name)
        parse(query)
        return SavedView(list_name, query, await self.store.searches.record(query, user_id, self.clock()))

    async def view(self, user_id: int, search_id: int, name: str) -> SavedView:
        """The view that a person's button names. Raises ``InvalidInput`` if its query has expired."""
        query = await self.store.searches.get(search_id, user_id) if search_id else ""
        if query is None:
            raise InvalidInput("This search has expired. Please search again with `/saved`.")
        return SavedView(name or None, query, search_id)

    async def page(self, user_id: int, view: SavedView, number: int = 0) -> SavedPage:
        """A page (0-based) of a view, or its last one. Raises as ``find`` does."""
        saves = await self.find(user_id, view)
        page = Page.of(number, len(saves), PAGE_SIZE)
        shown = page.cut(saves)
        papers = [item.paper for item in await self._items(shown)]
        lists = await self.store.saved_papers.lists(user_id)
        return SavedPage(view, page, list(zip(shown, papers, strict=True)), lists)

    async def find(self, user_id: int, view: SavedView) -> list[SavedPaper]:
        """A person's papers in a view, the last saved one first. Notes and tags are searched like the abstract.

        Raises ``QueryError``, and ``Busy``.
        """
        saves = await self.store.saved_papers.of_list(user_id, view.list_name)
        if not view.query:
            return saves
        papers = await self.library.papers([save.paper_id for save in saves])
        searched = [_with_note(save, papers[save.paper_id]) for save in saves if save.paper_id in papers]
        left_out = await self.library.mismatches(view.query, searched)
        return [save for save in saves if save.paper_id in papers and save.paper_id not in left_out]

    async def export(self, user_id: int, view: SavedView, form: ExportFormat) -> tuple[bytes, int]:
        """A view as a file, and how many papers are in it. Raises as ``find`` does."""
        items = await self._items(await self.find(user_id, view))
        return await asyncio.to_thread(export, form, items), len(items)

    async def make_link(self, user_id: int, list_name: str) -> str:
        """The token of a new link to a list (all of them: ""). Raises ``InvalidInput`` if there is no such list."""
        if list_name and list_name not in await self.lists(user_id):
            raise InvalidInput("You have no such list any more. `/saved` shows your lists.")
        return await self.store.private_links.create_for_saved(user_id, list_name, self.clock())

    async def _items(self, saves: Sequence[SavedPaper]) -> list[ExportItem]:
        """The saved papers to export; one that is no longer in the catalogue has its id as its title."""
        papers = await self.library.papers([save.paper_id for save in saves])
        return [
            ExportItem(
                papers.get(save.paper_id) or Paper(id=save.paper_id, title=save.paper_id),
                save.list_name,
                save.note,
                save.tags,
                save.saved_at,
            )
            for save in saves
        ]


def saved_service(bot: PaperBot) -> SavedService:
    """The service with everything that the bot works with."""
    return SavedService(bot.library, bot.store, bot.clock)


def parse_list_name(typed: str, known: Iterable[str]) -> str:
    """A list's name as typed, or as the person's list of that name is spelled. Raises ``InvalidInput``."""
    name = one_line(typed)
    if not name:
        raise InvalidInput("A list needs a name, such as “Reading list”.")
    if len(name) > MAX_LIST_NAME:
        raise InvalidInput(tr(_LONG_NAME, name=name[:MAX_LIST_NAME], most=MAX_LIST_NAME))
    return next((each for each in known if each.casefold() == name.casefold()), name)


def parse_tags(typed: str) -> tuple[str, ...]:
    """Comma-separated tags, without duplicates in any case and without a leading #. Raises ``InvalidInput``."""
    tags = dict[str, str]()
    for part in typed.replace("\n", ",").split(","):
        tag = one_line(part).removeprefix("#").strip()
        if len(tag) > MAX_TAG:
            raise InvalidInput(tr(_LONG_TAG, tag=tag[:MAX_TAG], most=MAX_TAG))
        if tag:
            tags.setdefault(tag.casefold(), tag)
    if len(tags) > MAX_TAGS:
        raise InvalidInput(
            tr("That's {number} tags; a paper can have at most {most}.", number=len(tags), most=MAX_TAGS)
        )
    return tuple(tags.values())


def parse_note(typed: str) -> str:
    """A note without white space around it. Raises ``InvalidInput``."""
    note = typed.strip()
    if len(note) > MAX_NOTE:
        length, most = written_number(len(note)), written_number(MAX_NOTE)
        raise InvalidInput(
            tr("That note has {number} characters; a note can have at most {most}.", number=length, most=most)
        )
    return note


def _with_note(save: SavedPaper, paper: Paper) -> Paper:
    """The paper as if its abstract ended with the note and the tags."""
    words = f"{paper.abstract} {save.note} {' '.join(save.tags)}"
    return paper.model_copy(update={"abstract": normalise(words)})


def _existing(save: SavedPaper | None) -> SavedPaper:
    if save is None:
        raise InvalidInput("You've removed that paper. `/saved` shows your papers.")
    return save
