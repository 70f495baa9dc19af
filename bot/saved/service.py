"""Saved papers as their owner names, finds and takes them along: no Discord in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bot.saved.export.items import ExportItem, one_line
from bot.storage import Store
from bot.storage.saved_papers import SavedPaper
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.papers import Paper, normalise

FIRST_LIST: Final = "Reading list"
"""Where papers go as long as a person has named no list."""
LIST_NAME: Final = 50
"""Characters of a list's name: it must fit into a button's id."""
NOTE: Final = 1_000
TAG: Final = 30
TAGS: Final = 10
TYPED_TAGS: Final = 300
"""Characters of all tags as they are typed."""


def list_name_of(typed: str, known: Iterable[str]) -> str:
    """A list's name as it was typed, or as the person's list of that name is spelt. Raises ``InvalidInput``."""
    name = one_line(typed)
    if not name:
        raise InvalidInput("A list needs a name, such as “Reading list”.")
    if len(name) > LIST_NAME:
        raise InvalidInput(f"“{name[:LIST_NAME]}…” is too long for a list: a name has up to {LIST_NAME} characters.")
    return next((each for each in known if each.casefold() == name.casefold()), name)


def tags_of(typed: str) -> tuple[str, ...]:
    """Tags between commas, each once whatever its case; a leading # is left out. Raises ``InvalidInput``."""
    tags = dict[str, str]()
    for part in typed.replace("\n", ",").split(","):
        tag = one_line(part).removeprefix("#").strip()
        if len(tag) > TAG:
            raise InvalidInput(f"The tag “{tag[:TAG]}…” is too long: a tag has up to {TAG} characters.")
        if tag:
            tags.setdefault(tag.casefold(), tag)
    if len(tags) > TAGS:
        raise InvalidInput(f"That are {len(tags)} tags. A paper has up to {TAGS}.")
    return tuple(tags.values())


def note_of(typed: str) -> str:
    """A note without white space at its ends. Raises ``InvalidInput``."""
    note = typed.strip()
    if len(note) > NOTE:
        raise InvalidInput(f"That note has {len(note):,} characters. I keep up to {NOTE:,}.")
    return note


async def chosen_list(store: Store, user_id: int, typed: str | None) -> str:
    """The list that is meant; without a name the one that the person used last. Raises ``InvalidInput``."""
    lists = await store.saved_papers.lists(user_id)
    if typed is not None:
        return list_name_of(typed, lists)
    return next(iter(lists), FIRST_LIST)


async def on_shelf(store: Store, library: Library, user_id: int, list_name: str | None, query: str) -> list[SavedPaper]:
    """A person's papers of a list (``None``: of all) that fit a query, the last saved one first.

    A query reads a paper's note and tags as if its abstract said them. Raises ``QueryError`` for a malformed
    query and ``Busy`` when too many wait.
    """
    saves = await store.saved_papers.of_list(user_id, list_name)
    if not query:
        return saves
    papers = await library.papers([save.paper_id for save in saves])
    read = [_with_words_of(save, papers[save.paper_id]) for save in saves if save.paper_id in papers]
    unfit = await library.unfit(query, read)
    return [save for save in saves if save.paper_id in papers and save.paper_id not in unfit]


def _with_words_of(save: SavedPaper, paper: Paper) -> Paper:
    """The paper as if its abstract ended with the note and the tags."""
    words = f"{paper.abstract} {save.note} {' '.join(save.tags)}"
    return paper.model_copy(update={"abstract": normalise(words)})


async def with_papers(library: Library, saves: Sequence[SavedPaper]) -> list[ExportItem]:
    """Each save with its paper; one that the catalogue has lost stands there under its id."""
    papers = await library.papers([save.paper_id for save in saves])
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
