"""Keeps the collections of a Milvus server up to date with the catalogue.

One process writes at a time. It notes that it writes before it begins; if it dies, the next one finds that note and
counts all terms again. Rows of papers are compared by their digest, so that what is there isn't written twice.

BM25 divides a paper's length by the mean length of all papers, which changes with every paper. All rows are made with
the mean of one time, and are made again once the present one differs from it by a tenth. That only moves candidates:
the scores of those that are found are computed with the present mean.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from retrieval.catalogue import Catalogue, CatalogueVersion
from retrieval.index import analysis_name, document_terms
from retrieval.index.milvus.collection import ChangedTerm, CollectionState, PaperCollection
from retrieval.index.milvus.rows import Row, paper_row
from retrieval.index.milvus.term_counts import LONGEST
from retrieval.papers import Paper

log = logging.getLogger(__name__)

_BATCH: Final = 2_000
_DRIFT: Final = 0.1
"""By how much the mean length may differ from the one that rows were made with, as a share of it."""
_TERMS: Final = 50_000
"""Terms whose counts changed and aren't written yet, at most."""


@dataclass(slots=True)
class _Changes:
    """What the batches of one update change in the counts."""

    documents: int = 0
    words: int = 0
    papers: defaultdict[int, int] = field(default_factory=lambda: defaultdict[int, int](int))
    spellings: dict[int, str] = field(default_factory=dict[int, str])

    def add(self, row: Row) -> None:
        """A paper that wasn't there, or its new text."""
        self.documents += 1
        self.words += row.fields["length"]
        for number, term in row.terms.items():
            self.papers[number] += 1
            self.spellings[number] = term

    def remove(self, numbers: Sequence[int], length: int) -> None:
        """A paper that is gone, or its old text."""
        self.documents -= 1
        self.words -= length
        for number in numbers:
            self.papers[number % (1 << 64)] -= 1


class CollectionWriter:
    """Writes the papers of a catalogue into collections. Raises ``SearchUnavailable``."""

    def __init__(self, catalogue: Catalogue, collection: PaperCollection, title_weight: int) -> None:
        self._catalogue = catalogue
        self._collection = collection
        self._title_weight = title_weight
        self.analysis = analysis_name(title_weight)

    async def update(self, state: CollectionState | None, version: CatalogueVersion, revision: int) -> CollectionState:
        """Write what changed since the state that the collections are in, and return the new one."""
        known = state or CollectionState(
            identity=version.identity, analysis=self.analysis, revision=-1, changes=-1, mean=0.0
        )
        changed = await self._changed(known, version)
        if changed is not None and not changed and not known.writing:
            return await self._finish(known, version, revision)
        if known.writing:
            log.warning("A process stopped while it wrote to Milvus: counting all terms again.")
            known = await self._recounted(known)
        known = known.model_copy(update={"writing": True, "analysis": self.analysis})
        await asyncio.to_thread(self._collection.set_state, known)
        if changed is None:
            known = await self._write_all(known)
        else:
            known = await self._write_ids(known, changed)
        if known.documents and abs(known.words / known.documents - known.mean) > _DRIFT * known.mean:
            log.info("The papers' mean length has changed: writing all rows to Milvus again.")
            known = await self._write_all(known.model_copy(update={"mean": known.words / known.documents}))
        return await self._finish(known, version, revision)

    async def _finish(self, state: CollectionState, version: CatalogueVersion, revision: int) -> CollectionState:
        done = state.model_copy(update={"writing": False, "revision": revision, "changes": version.changes})
        if done != state:
            await asyncio.to_thread(self._collection.set_state, done)
        return done

    async def _changed(self, state: CollectionState, version: CatalogueVersion) -> set[str] | None:
        """The papers whose text or record changed since a state; ``None``: all of them must be compared."""
        if state.revision < 0 or state.analysis != self.analysis:
            return None
        changed = await self._catalogue.changed_since(state.revision)
        if changed is None or version.changes < state.changes:
            return None
        async for records in self._catalogue.records.changed(state.changes, version.changes):
            changed.update(record.paper_id for record in records)
        return changed

    async def _write_all(self, state: CollectionState) -> CollectionState:
        """Compare all papers with their rows, and write those that differ."""
        changes, live = _Changes(), 0
        async for batch in self._batches():
            papers = [paper for paper in batch if paper.withdrawn is None]
            live += len(papers)
            if not state.mean and papers:
                state = state.model_copy(update={"mean": await asyncio.to_thread(self._mean, papers)})
            gone = [paper.id for paper in batch if paper.withdrawn is not None]
            await asyncio.to_thread(self._write, papers, gone, state.mean, changes)
            if len(changes.papers) > _TERMS:
                state, changes = await asyncio.to_thread(self._write_counts, state, changes), _Changes()
        state = await asyncio.to_thread(self._write_counts, state, changes)
        return state if state.documents == live else await self._without_strangers(state)

    async def _write_ids(self, state: CollectionState, ids: Collection[str]) -> CollectionState:
        """Write these papers as the catalogue has them now; withdrawn and missing ones are deleted."""
        ordered, changes = sorted(ids), _Changes()
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            papers = [paper for paper in (await self._catalogue.get(batch)).values() if paper.withdrawn is None]
            gone = set(batch).difference(paper.id for paper in papers)
            if not state.mean and papers:
                state = state.model_copy(update={"mean": await asyncio.to_thread(self._mean, papers)})
            await asyncio.to_thread(self._write, papers, sorted(gone), state.mean, changes)
        return await asyncio.to_thread(self._write_counts, state, changes)

    async def _without_strangers(self, state: CollectionState) -> CollectionState:
        """Delete the rows of papers that the catalogue doesn't have: it is an older copy."""
        changes, rows = _Changes(), self._collection.every_row()
        while (batch := await asyncio.to_thread(next, rows, None)) is not None:
            known = await self._catalogue.get([row.id for row in batch])
            gone = [row.id for row in batch if row.id not in known or known[row.id].withdrawn is not None]
            await asyncio.to_thread(self._write, [], gone, state.mean, changes)
        return await asyncio.to_thread(self._write_counts, state, changes)

    async def _batches(self) -> AsyncGenerator[list[Paper]]:
        batch = list[Paper]()
        async for paper in self._catalogue.everything():
            batch.append(paper)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    # --- in a thread ---------------------------------------------------------------------------

    def _mean(self, papers: Sequence[Paper]) -> float:
        return sum(len(document_terms(paper, self._title_weight)) for paper in papers) / len(papers)

    def _write(self, papers: Sequence[Paper], gone: Sequence[str], mean: float, changes: _Changes) -> None:
        """Write and delete rows that differ from what is there, and note what that changes."""
        rows = {
            paper.id: paper_row(paper, document_terms(paper, self._title_weight), mean, self.analysis)
            for paper in papers
        }
        there = self._collection.rows([*rows, *gone])
        different = [row for id, row in rows.items() if id not in there or there[id].digest != row.digest]
        deleted = [id for id in gone if id in there]
        for row in different:
            changes.add(row)
        for id in [*deleted, *(row.id for row in different if row.id in there)]:
            changes.remove(there[id].terms, there[id].length)
        self._collection.write(different)
        self._collection.delete(deleted)

    def _write_counts(self, state: CollectionState, changes: _Changes) -> CollectionState:
        """Add changes to the counts that are stored."""
        written, changed = state.written + 1, [number for number, more in changes.papers.items() if more]
        there = self._collection.terms(changed)
        self._collection.write_terms(
            [
                (number, max(0, papers + changes.papers[number]), _short(changes.spellings.get(number, spelling)))
                for number in changed
                for _, papers, spelling in [there.get(number, (number, 0, ""))]
            ],
            written,
        )
        totals = {"documents": state.documents + changes.documents, "words": state.words + changes.words}
        state = state.model_copy(update={**totals, "written": written})
        self._collection.set_state(state)
        return state

    async def _recounted(self, state: CollectionState) -> CollectionState:
        """Count the terms of all rows, whatever the stored counts are."""
        return await asyncio.to_thread(self._recount, state)

    def _recount(self, state: CollectionState) -> CollectionState:
        counted = _Changes()
        for rows in self._collection.every_row():
            for row in rows:
                counted.documents += 1
                counted.words += row.length
                for number in row.terms:
                    counted.papers[number % (1 << 64)] += 1
        written, wrong = state.written + 1, list[ChangedTerm]()
        for terms in self._collection.terms_changed(-1):
            for number, papers, spelling in terms:
                right = counted.papers.pop(number, 0)
                if right != papers:
                    wrong.append((number, right, spelling))
        # Terms without a row: how they are spelt is written with the next paper that has them.
        wrong += [(number, papers, "") for number, papers in counted.papers.items()]
        self._collection.write_terms(wrong, written)
        totals = {"documents": counted.documents, "words": counted.words}
        return state.model_copy(update={**totals, "written": written})


def _short(spelling: str) -> str:
    return spelling if len(spelling.encode("utf-8", "surrogatepass")) <= LONGEST else ""
