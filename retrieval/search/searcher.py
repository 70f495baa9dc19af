"""Finding all papers of a query: conditions are applied while searching, never to a few best hits.

Words are looked up in the index, filters in the columns of the papers' records. A phrase is first narrowed
down to the papers that hold all of its words, and then read in their texts, in the order in which papers
are shown.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.catalogue import Catalogue
from retrieval.index import Hit, Index, Selection
from retrieval.index.bigrams import READ
from retrieval.index.term_groups import select_containing
from retrieval.papers import Paper
from retrieval.query.conditions import All, Author, Condition, OfText, Phrase, Words, leaves, matches
from retrieval.query.query import Query
from retrieval.search.facets import FacetsOf, Selector
from retrieval.search.reranker import reranked
from retrieval.worker import Worker

_LOT = 500  # papers whose text is looked at together, so that a search for a phrase never holds all abstracts
_READ_ANYWAY = 500
"""So many are read for a phrase: mostly enough to fill a page, and to count what fits."""
_MOST_READ = 200_000
"""So many are read at most, in some six seconds: a phrase whose words stand everywhere narrows nothing down."""
_FURTHER = 4
"""How many times as far the next search looks where these were not enough."""


@dataclass(frozen=True, slots=True)
class Found:
    """Hits of a page; ``total`` counts all that fit, or where not ``counted`` those that were counted.

    ``read`` is of how many papers, where there were too many to read all that might fit.
    """

    hits: list[Hit]
    total: int
    counted: bool = True
    read: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    """A query in an index: the papers that may be shown, and how many of these its words rank."""

    query: Query
    index: Index
    selector: Selector
    selected: Selection
    ranked: int
    unread: tuple[Condition, ...]
    """Conditions with a phrase: of the papers that may be shown only those fit whose texts fulfil them."""

    @classmethod
    def of(cls, query: Query, index: Index, selector: Selector) -> _Search:
        """The search for a query. Words that alone rank are left to the ranking: it finds just the papers of these."""
        parts = [part for part in query.parts if not (_by_words_alone(query) and isinstance(part, Words))]
        selected = selector.select(All(tuple(parts)))
        unread = [part for part in parts if any(isinstance(leaf, Phrase) for leaf in leaves(part))]
        return cls(query, index, selector, selected, index.count(query.terms, selected), tuple(unread))

    @property
    def size(self) -> int:
        """How many papers may be shown."""
        return self.ranked if _by_words_alone(self.query) else len(self.selected)

    def best(self, limit: int) -> list[Hit]:
        """The best ``limit`` papers that hold any of the query's words."""
        return self.index.search(self.query.terms, limit, self.selected)

    def newest(self, limit: int) -> list[Hit]:
        """The newest ``limit`` papers that hold none of the query's words."""
        rest = self.selected & ~select_containing(self.index, [self.query.terms]) if self.query.terms else self.selected
        return [Hit(id, 0.0) for id in self.selector.facets.newest(rest, limit)]


class Searcher:
    """Searches of a catalogue and its index."""

    def __init__(
        self, catalogue: Catalogue, facets: FacetsOf, worker: Worker, paper_vectors: PaperVectors, title_weight: int
    ) -> None:
        self._catalogue = catalogue
        self._facets = facets
        self._worker = worker
        self._meanings = paper_vectors
        self._title_weight = title_weight

    async def find(self, query: Query, index: Index, *, limit: int, offset: int) -> Found:
        """A page of a query's papers: by score, then those that no word ranks, newest first."""
        named = {leaf for leaf in leaves(query.condition) if isinstance(leaf, Author)}
        authors = {author: await self._catalogue.records.of_author(author.words) for author in named}
        selector = Selector(await self._facets.of(index), authors)
        search = await self._worker.run(_Search.of, query, index, selector)
        if search.unread:
            return await self._read(search, limit, offset)
        return Found((await self._first(search, offset + limit))[offset:], search.size)

    async def _first(self, search: _Search, count: int) -> list[Hit]:
        """The first papers that may be shown: by score, then those that no word ranks, newest first."""
        hits = await self._ranked(search, count) if search.ranked else []
        if search.ranked < min(count, search.size):
            hits += await self._worker.run(search.newest, count - search.ranked)
        return hits

    async def _ranked(self, search: _Search, limit: int) -> list[Hit]:
        """The best selected papers that hold any of the query's words.

        The very best are read, and those that come nearest to what it says lead them; whatever the page, it
        is the same ones that are read, so that pages neither repeat nor miss a paper.
        """
        hits, terms = await self._worker.run(search.best, max(READ, limit)), search.query.terms
        if len(terms) > 1:
            read = hits[:READ]
            papers = await self._with_texts([hit.id for hit in read])
            best = await self._worker.run(
                reranked, search.index, terms, read, papers, self._meanings, self._title_weight
            )
            hits = best + hits[READ:]
        return hits[:limit]

    async def _read(self, search: _Search, limit: int, offset: int) -> Found:
        """The page of those papers that fit with their texts too, and how many fit of those that were read for it."""
        hits, fitting, read = list[Hit](), 0, 0
        async for lot in self._in_order(search):
            fits = await self._fitting(search.unread, lot)
            hits += fits[max(0, offset - fitting) :][: limit - len(hits)]
            fitting, read = fitting + len(fits), read + len(lot)
            if fitting > offset + limit and read >= _READ_ANYWAY:  # the page is full, and another one follows
                break
            if read >= _MOST_READ and read < search.size:
                return Found(hits, fitting, counted=False, read=read)
        return Found(hits, fitting, counted=read >= search.size)

    async def _in_order(self, search: _Search) -> AsyncGenerator[list[Hit]]:
        """All papers that may be shown, as they are shown, a lot at a time; each search looks further than the last."""
        start, end = 0, _LOT
        while start < search.size:
            hits = await self._first(search, end)
            for at in range(start, len(hits), _LOT):
                yield hits[at : at + _LOT]
            start, end = end, _FURTHER * end

    async def _fitting(self, unread: Sequence[Condition], hits: Sequence[Hit]) -> list[Hit]:
        """Those of the papers that fulfil conditions that say something of their texts."""
        ids = [hit.id for hit in hits]
        if all(isinstance(leaf, OfText) for condition in unread for leaf in leaves(condition)):
            papers = await self._with_texts(ids)
        else:
            papers = await self._catalogue.get(ids)
        return await self._worker.run(_those_that_fit, All(tuple(unread)), hits, papers)

    async def _with_texts(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Papers with title and abstract alone, in a third of the time that their records would take."""
        texts = await self._catalogue.texts(ids)
        return {id: Paper.model_construct(id=id, title=title, abstract=said) for id, (title, said) in texts.items()}


def _those_that_fit(condition: Condition, hits: Sequence[Hit], papers: Mapping[str, Paper]) -> list[Hit]:
    return [hit for hit in hits if hit.id in papers and matches(condition, papers[hit.id])]


def _by_words_alone(query: Query) -> bool:
    """Whether the query has plain words that must be there, and no other text to rank by."""
    plain = [part for part in query.parts if isinstance(part, Words)]
    return len(plain) == 1 and set(query.terms) <= set(plain[0].stems) and bool(query.terms)
