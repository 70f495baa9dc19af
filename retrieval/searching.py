"""Finding all papers of a query: conditions are applied while searching, never to a few best hits.

The catalogue selects by records, the index by words. A phrase is first narrowed down to the papers that
hold all of its words, and then read in their texts, in the order in which papers are shown.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from retrieval.catalogue import Catalogue
from retrieval.conditions import (
    EVERY_PAPER,
    All,
    Condition,
    Either,
    Not,
    Phrase,
    Words,
    leaves,
    reads_text,
)
from retrieval.index import Hit, Index
from retrieval.index.bigrams import READ, rescored
from retrieval.query import Query
from retrieval.selection import EVERYTHING, NOTHING, Selection
from retrieval.text import STOP_WORDS, stem
from retrieval.worker import Worker

_READ_AT_ONCE = 500  # papers whose text is looked at, so that a search for a phrase never holds all abstracts
_COUNTED = 5_000  # papers read behind a page's end to count what fits; a count that stops there says so


@dataclass(frozen=True, slots=True)
class Found:
    """Hits of a page; ``total`` counts all that fit, or where not ``counted`` those that were counted."""

    hits: list[Hit]
    total: int
    counted: bool = True


class Searcher:
    """Searches of a catalogue and its index."""

    def __init__(self, catalogue: Catalogue, worker: Worker, title_weight: int) -> None:
        self._catalogue = catalogue
        self._worker = worker
        self._title_weight = title_weight

    async def find(self, query: Query, index: Index, *, limit: int, offset: int) -> Found:
        """A page of a query's papers: by score, then those that no word ranks, newest first."""
        selected, records = await self._selected(query, index)
        ranked = await self._worker.run(_count, index, query.terms, selected)
        if any(isinstance(leaf, Phrase) for leaf in leaves(query.condition)):
            return await self._read(query, self._in_order(query, index, selected, records, ranked), limit, offset)
        hits = list[Hit]()
        if offset < ranked:
            hits = (await self._ranked(query, index, selected, offset + limit))[offset:]
        total = ranked if _by_words_alone(query) else selected.size(len(index))
        if len(hits) < limit and total > ranked:
            skip, rest = max(0, offset - ranked), self._unranked(query, index, selected, records)
            async for hit in rest:
                if skip:
                    skip -= 1
                elif len(hits) < limit:
                    hits.append(hit)
                if len(hits) >= limit:
                    break
            await rest.aclose()
        return Found(hits, total)

    async def _selected(self, query: Query, index: Index) -> tuple[Selection, Condition]:
        """What may be shown, and the part of the condition that the records decide.

        Words that are the only ones to rank by are left to the ranking: it finds just the papers that have them.
        """
        records = [part for part in query.parts if not reads_text(part)]
        texts = [part for part in query.parts if reads_text(part)]
        if _by_words_alone(query):
            texts = [part for part in texts if not isinstance(part, Words)]
        selected = await self._catalogue.matching(All(tuple(records))) if records else EVERYTHING
        for part in texts:
            selected &= await self._bound(part, index, selected, upper=True)
        return selected, All(tuple(records)) if records else EVERY_PAPER

    async def _bound(self, condition: Condition, index: Index, within: Selection, *, upper: bool) -> Selection:
        """Papers that fit, as far as records and single words tell.

        Phrases are not read: ``upper`` takes what may fit, else only what surely fits is taken. ``within``
        is where the answer matters.
        """
        match condition:
            case Not(part):
                return ~await self._bound(part, index, within, upper=not upper)
            case Phrase(words):
                return await self._worker.run(_with_all, index, words, within) if upper else NOTHING
            case Words(stems):
                return await self._worker.run(_with_any, index, stems, within)
            case All(parts) if reads_text(condition):
                for part in parts:
                    within &= await self._bound(part, index, within, upper=upper)
                return within
            case Either(parts) if reads_text(condition):
                either = NOTHING
                for part in parts:
                    either |= await self._bound(part, index, within, upper=upper)
                return either
            case _:
                return await self._catalogue.matching(condition)

    async def _ranked(self, query: Query, index: Index, selected: Selection, limit: int) -> list[Hit]:
        """The best selected papers that hold any of the query's words.

        The very best are read, and those that have its words side by side lead them; whatever the page, it
        is the same ones that are read, so that pages neither repeat nor miss a paper.
        """
        hits = await self._worker.run(_best, index, query.terms, selected, max(READ, limit))
        if len(query.terms) > 1:
            read, papers = hits[:READ], await self._catalogue.get([hit.id for hit in hits[:READ]])
            best = await self._worker.run(rescored, index, query.terms, read, papers, self._title_weight)
            hits = best + hits[READ:]
        return hits[:limit]

    async def _in_order(
        self, query: Query, index: Index, selected: Selection, records: Condition, ranked: int
    ) -> AsyncGenerator[Hit]:
        for hit in await self._ranked(query, index, selected, ranked):
            yield hit
        if not _by_words_alone(query):
            async for hit in self._unranked(query, index, selected, records):
                yield hit

    async def _unranked(
        self, query: Query, index: Index, selected: Selection, records: Condition
    ) -> AsyncGenerator[Hit]:
        """The selected papers that hold none of the query's words, newest first."""
        if query.terms:
            selected &= ~await self._worker.run(_with_any, index, query.terms, selected)
        if not selected.inverted:
            for id in await self._catalogue.by_age(selected.ids):
                yield Hit(id, 0.0)
            return
        offset = 0
        while batch := await self._catalogue.newest_first(records, limit=_READ_AT_ONCE, offset=offset):
            for id in batch:
                if id in selected:
                    yield Hit(id, 0.0)
            offset += len(batch)

    async def _read(self, query: Query, candidates: AsyncGenerator[Hit], limit: int, offset: int) -> Found:
        """The page of those candidates whose text fits too, and how many fit."""
        hits, fitting, read_behind, batch = list[Hit](), 0, 0, list[Hit]()

        async def take(batch: Sequence[Hit]) -> list[Hit]:
            papers = await self._catalogue.get([hit.id for hit in batch])
            return [hit for hit in batch if hit.id in papers and query.matches(papers[hit.id])]

        async for candidate in candidates:
            batch.append(candidate)
            if len(batch) < _READ_AT_ONCE:
                continue
            fits = await take(batch)
            hits += fits[max(0, offset - fitting) :][: limit - len(hits)]
            fitting, read_behind = fitting + len(fits), read_behind + (len(batch) if len(hits) >= limit else 0)
            batch = []
            if read_behind > _COUNTED:
                await candidates.aclose()
                return Found(hits, fitting, counted=False)
        fits = await take(batch)
        hits += fits[max(0, offset - fitting) :][: limit - len(hits)]
        return Found(hits, fitting + len(fits))


def _by_words_alone(query: Query) -> bool:
    """Whether the query has plain words that must be there, and no other text to rank by."""
    plain = [part for part in query.parts if isinstance(part, Words)]
    return len(plain) == 1 and set(query.terms) <= set(plain[0].stems) and bool(query.terms)


def _best(index: Index, terms: Sequence[str], selected: Selection, limit: int) -> list[Hit]:
    """The best ``limit`` selected papers that hold any of ``terms``."""
    if not selected.inverted:
        return index.search(terms, limit, selected.ids)
    if not selected.ids:
        return index.search(terms, limit)
    left_out = index.count(terms, selected.ids)
    return [hit for hit in index.search(terms, limit + left_out) if hit.id in selected][:limit]


def _count(index: Index, terms: Sequence[str], selected: Selection) -> int:
    """How many selected papers hold any of ``terms``."""
    if not selected.inverted:
        return index.count(terms, selected.ids)
    return index.count(terms) - (index.count(terms, selected.ids) if selected.ids else 0)


def _with_any(index: Index, stems: Sequence[str], within: Selection) -> Selection:
    """The papers within a selection that hold any of the stems."""
    found = _best(index, stems, within, _count(index, stems, within))
    return Selection(frozenset(hit.id for hit in found))


def _with_all(index: Index, words: Sequence[str], within: Selection) -> Selection:
    """The papers within a selection that hold all these words, but for stop words, which are not indexed."""
    telling = {stem(word) for word in words if word not in STOP_WORDS}
    for each in sorted(telling, key=lambda each: (index.document_frequency(each), each)):
        within = _with_any(index, [each], within)
    return within
