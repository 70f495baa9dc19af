"""Which papers' texts changed in which revision, so that an index can catch up without being rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.catalogue.tables import revisions, text_changes
from retrieval.papers import Paper

KEPT: Final = 64
"""Revisions whose papers are remembered: about twelve days of additions, or the last batches of an import."""
MOST: Final = 50_000
"""Changed papers, at most: catching up with more takes as long as rebuilding the index on all cores."""


async def note_change(connection: AsyncConnection, papers: Sequence[Paper]) -> None:
    """Increase the revision by one for the changed texts of these papers (at least one, without repeats)."""
    grown = update(revisions).values(number=revisions.c.number + 1).returning(revisions.c.number)
    number = (await connection.execute(grown)).scalar_one()
    rows = [{"revision": number, "paper_id": paper.id} for paper in papers]
    await connection.execute(insert(text_changes), rows)
    await connection.execute(delete(text_changes).where(text_changes.c.revision <= number - KEPT))


async def changed_since(connection: AsyncConnection, revision: int) -> set[str] | None:
    """Ids of all papers whose text changed after ``revision``; ``None`` if unknown, or if there are too many."""
    now = (await connection.execute(select(revisions.c.number))).scalar() or 0
    if revision > now:  # the revision of another catalogue, or this one is an older copy
        return None
    rows = select(text_changes).where(text_changes.c.revision.between(revision + 1, now)).limit(MOST + 1)
    found = [(number, paper_id) for number, paper_id in await connection.execute(rows)]
    complete = len({number for number, _ in found}) == now - revision
    return {paper_id for _, paper_id in found} if complete and len(found) <= MOST else None
