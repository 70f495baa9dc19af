"""``python -m bot check --deep``: everything that is stored, read and compared."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from bot.cli.check_results import Check, State
from bot.settings import Settings
from bot.storage import Store
from bot.storage.answers import StoredQuote
from retrieval.catalogue import Catalogue
from retrieval.database.files import damage
from retrieval.english import counted
from retrieval.errors import PaperBotError

_NAMED: Final = 5  # of what is wrong


async def deep_checks(settings: Settings) -> AsyncIterator[Check]:
    """The pages and references of both databases, every row, and whether every stored quote is still a quote."""
    papers, community = settings.papers_database, settings.community_database
    files = {"Pages of papers": papers} | (
        {"Pages of community": community} if settings.community_location == community else {}
    )
    for name, path in files.items():
        if path.exists():
            yield await asyncio.to_thread(_pages, name, path)
    try:
        async with Store.open(settings.community_location) as store, Catalogue.open(papers) as catalogue:
            yield await _rows(store)
            yield await _quotes(store, catalogue)
    except PaperBotError as error:
        yield Check("Stored quotes", State.WRONG, str(error))


def _pages(name: str, path: Path) -> Check:
    fix = "Restore a backup (python -m bot restore); papers can also be fetched again."
    try:
        found = damage(path)
    except sqlite3.Error as error:
        return Check(name, State.WRONG, f"{path} can't be read: {error}", fix)
    if found:
        return Check(name, State.WRONG, f"{path} is damaged: {'; '.join(found[:_NAMED])}", fix)
    return Check(name, State.OK, f"{path} is whole")


async def _rows(store: Store) -> Check:
    unreadable = await store.unreadable_tables()
    if unreadable:
        text = f"tables with rows that can't be read: {', '.join(unreadable)}"
        return Check("Rows", State.WRONG, text, "Restore a backup: python -m bot restore.")
    return Check("Rows", State.OK, "every stored row can be read")


async def _quotes(store: Store, catalogue: Catalogue) -> Check:
    """Whether each stored quote is a slice of the version of the abstract that it names."""
    total, wrong, gone = 0, list[int](), 0
    async for batch in store.quotes():
        found = await catalogue.as_quoted({(quote.paper_id, quote.digest) for _, quote in batch})
        total += len(batch)
        for answer_id, quote in batch:
            paper = found.get((quote.paper_id, quote.digest))
            gone += paper is None
            if paper is not None and not _is_slice(quote, paper.abstract):
                wrong.append(answer_id)
    if wrong:
        text = f"{counted(len(wrong), 'quote')} of {total:,} outside their abstracts, in answers {wrong[:_NAMED]}"
        return Check("Stored quotes", State.WRONG, text, "Restore a backup, or wait: the bot never shows such a quote.")
    if gone:
        text = f"{counted(gone, 'quote')} of {total:,} from abstracts that are no longer here"
        return Check("Stored quotes", State.NOTE, text, "Import the papers again: python -m retrieval import FILE…")
    return Check("Stored quotes", State.OK, f"{counted(total, 'quote')}, each a slice of its abstract")


def _is_slice(quote: StoredQuote, abstract: str) -> bool:
    inside = 0 <= quote.start < quote.end <= len(abstract)
    return inside and all(quote.start <= start < end <= quote.end for start, end in quote.highlights)
