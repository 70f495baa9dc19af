"""Stores papers in the catalogue; only what changed is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.catalogue import tables
from retrieval.catalogue.changes import note_change
from retrieval.catalogue.rows import merged, paper_of, row_of
from retrieval.database import upsert
from retrieval.names import all_name_words, folded
from retrieval.papers import Paper

WRITER = "papers"
"""The lock of transactions that write papers: a batch is merged with what is stored, and changes have numbers."""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding papers did; each different paper of a batch counts once.

    ``revisions`` is by how much this increased the catalogue's revision.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    revisions: int = field(default=0, compare=False)

    def __add__(self, other: Added) -> Added:
        return Added(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.revisions + other.revisions,
        )


async def write_batch(
    connection: AsyncConnection, papers: Sequence[Paper], seen_at: datetime
) -> tuple[Added, list[Paper]]:
    """Write a batch inside the caller's transaction. An id may occur several times.

    Also returns the papers whose text is new or changed, in their present state.
    """
    known = await _known(connection, {paper.id for paper in papers})
    final = dict[str, Paper]()
    for paper in papers:
        before = final.get(paper.id) or known.get(paper.id)
        final[paper.id] = merged(before, paper) if before else paper
    rows = {id: row_of(paper) for id, paper in final.items()}
    touched = [final[id] for id, row in rows.items() if id not in known or row != row_of(known[id])]
    new = sum(paper.id not in known for paper in touched)
    await _keep_replaced(connection, touched, known, seen_at)
    await _write_papers(connection, [rows[paper.id] for paper in touched])
    await _write_details(connection, touched, known)
    await _write_votes(connection, touched, known, seen_at)
    relisted = await _write_listings(connection, papers) - {paper.id for paper in touched}
    await _touch_dated(connection, [final[id] for id in relisted if final[id].published is None])
    text_changed = [paper for paper in touched if _text_changed(paper, known.get(paper.id))]
    if text_changed:
        await note_change(connection, text_changed)
    changed = len(touched) - new + len(relisted)
    return Added(new, changed, len(final) - new - changed, int(bool(text_changed))), text_changed


async def _write_papers(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of papers with the number of the next change; existing papers keep their ``arrived``."""
    if not rows:
        return
    number = await _next_change(connection)
    numbered = [row | {"arrived": number, "touched": number} for row in rows]
    await upsert(connection, tables.papers, numbered, kept=("arrived",))


async def _touch_dated(connection: AsyncConnection, papers: Sequence[Paper]) -> None:
    """Record a change of papers whose day, by which searches filter, is that of a new list."""
    if papers:
        touched = update(tables.papers).values(touched=await _next_change(connection))
        await connection.execute(touched.where(tables.papers.c.id.in_([paper.id for paper in papers])))


async def _next_change(connection: AsyncConnection) -> int:
    """The number of the next change of papers' records, to be fetched before the change is written.

    No other transaction gets a number before this one ends, so numbers are in the order of storing.
    """
    counted = update(tables.revisions).values(changes=tables.revisions.c.changes + 1)
    return (await connection.execute(counted.returning(tables.revisions.c.changes))).scalar_one()


def _text_changed(paper: Paper, before: Paper | None) -> bool:
    """Whether the index must be updated: the text is new, or the paper was withdrawn."""
    return before is None or _searched(paper) != _searched(before)


def _searched(paper: Paper) -> tuple[str, str, bool]:
    return paper.title, paper.abstract, paper.withdrawn is None


async def _known(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Paper]:
    rows = await connection.execute(select(tables.papers).where(tables.papers.c.id.in_(ids)))
    return {row["id"]: paper_of(row) for row in rows.mappings()}


async def _write_details(connection: AsyncConnection, papers: Sequence[Paper], known: dict[str, Paper]) -> None:
    renamed = [each for each in papers if each.id not in known or known[each.id].authors != each.authors]
    await _replace(connection, tables.authors, renamed, known, _author_rows)
    await upsert(connection, tables.name_words, _name_word_rows(renamed))
    moved = [each for each in papers if each.id not in known or known[each.id].categories != each.categories]
    await _replace(connection, tables.categories, moved, known, _category_rows)


async def _keep_replaced(
    connection: AsyncConnection, papers: Sequence[Paper], known: dict[str, Paper], seen_at: datetime
) -> None:
    """Store the abstracts that these papers replace, because they may have been quoted."""
    replaced = [known[each.id] for each in papers if each.id in known and known[each.id].abstract != each.abstract]
    rows = [
        {"paper_id": old.id, "digest": old.digest, "title": old.title, "abstract": old.abstract}
        | {"version": old.version, "replaced_at": seen_at}
        for old in replaced
        if old.abstract
    ]
    await upsert(connection, tables.earlier_abstracts, rows)


def _author_rows(paper: Paper) -> list[dict[str, Any]]:
    return [
        {"paper_id": paper.id, "position": position, "folded_name": folded(name)}
        for position, name in enumerate(paper.authors)
    ]


def _name_word_rows(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    """The words of all authors' names; those of names that no paper has any more do no harm."""
    names = {name: folded(name) for paper in papers for name in paper.authors}
    rows = dict.fromkeys((word, one) for name, one in names.items() for word in all_name_words(name))
    return [{"word": word, "folded_name": name} for word, name in rows]


def _category_rows(paper: Paper) -> list[dict[str, Any]]:
    return [{"paper_id": paper.id, "category": category} for category in dict.fromkeys(paper.categories)]


async def _replace(
    connection: AsyncConnection, table: Table, papers: Sequence[Paper], known: dict[str, Paper], rows_of: Any
) -> None:
    """Replace the rows of these papers in a table of details."""
    old = [paper.id for paper in papers if paper.id in known]
    if old:
        await connection.execute(delete(table).where(table.c.paper_id.in_(old)))
    await upsert(connection, table, [row for paper in papers for row in rows_of(paper)])


async def _write_votes(
    connection: AsyncConnection, papers: Sequence[Paper], known: dict[str, Paper], seen_at: datetime
) -> None:
    """Add a row of history for each paper whose votes changed."""
    counted = [
        {"paper_id": paper.id, "seen_at": seen_at, "votes": paper.votes}
        for paper in papers
        if paper.votes is not None and (paper.id not in known or known[paper.id].votes != paper.votes)
    ]
    await upsert(connection, tables.votes, counted)


async def _write_listings(connection: AsyncConnection, papers: Sequence[Paper]) -> set[str]:
    """Put papers on their lists; returns the ids of those that are new there or have another position."""
    rows = {
        (paper.listing.name, paper.id): {"paper_id": paper.id, **paper.listing.model_dump()}
        for paper in papers
        if paper.listing
    }
    names = {name for name, _ in rows}
    found = await connection.execute(select(tables.listings).where(tables.listings.c.name.in_(names)))
    there = {(row["name"], row["paper_id"]): row["position"] for row in found.mappings()}
    fresh = [row for key, row in rows.items() if there.get(key) != row["position"]]
    await upsert(connection, tables.listings, fresh)
    return {row["paper_id"] for row in fresh}
