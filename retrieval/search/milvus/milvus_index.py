"""The live index of a catalogue whose papers a Milvus server indexes.

In memory are only the counts of terms. For each search, the engine returns the best candidates and counts the
papers that match; what a page shows is then computed from the candidates' texts in the catalogue, as in every index.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from filelock import FileLock, Timeout

from retrieval.catalogue import Added, Catalogue
from retrieval.english import Text
from retrieval.errors import SearchUnavailable
from retrieval.index import Document, Index, ordered_terms
from retrieval.index import Query as Weighted
from retrieval.index.bigrams import READ
from retrieval.index.milvus.collection import CollectionState, PaperCollection
from retrieval.index.milvus.connection import DOWN
from retrieval.index.milvus.partial import PartialIndex, WholeVocabularyCache
from retrieval.index.milvus.rows import SortDimension, Vector, query_vector
from retrieval.index.milvus.term_counts import TermCounts
from retrieval.papers import Paper
from retrieval.query.conditions import All, Condition, Either, leaves
from retrieval.query.query import Query
from retrieval.search.facets import IndexFacets, Selector
from retrieval.search.facets.selection import is_read
from retrieval.search.index_builder import BulkUpdate
from retrieval.search.live_index import LiveIndex
from retrieval.search.milvus.expressions import EVERYTHING, Expressions, has_any, known_ids
from retrieval.search.milvus.writer import CollectionWriter
from retrieval.search.most_words import required_words
from retrieval.search.parallel_analysis import Analysed
from retrieval.search.ranking_terms import ranking_terms
from retrieval.search.searcher import papers_by

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_CANDIDATES: Final = 2 * READ
"""Candidates of a search, at least: twice as many as are reranked."""
_READ_CANDIDATES: Final = 1_000
"""Candidates whose texts are read for a phrase, and among which those with most words are looked for."""
_AT_ONCE: Final = 2_000
"""Papers that are written while the program starts; more are written while it runs."""
_CALLS: Final = 8
"""Calls of the engine at the same time."""
_CACHED: Final = 2_000
"""Papers whose terms are in the cache: some 10 KB each."""
_CLOSING_SECONDS: Final = 10.0
_CHECK_INTERVAL: Final = 5.0
_NOT_READY: Final = Text("The search engine isn't ready yet. Please try again in a few minutes.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search: the papers that match, those that also may be shown, and what ranks them."""

    matching: str
    others: str | None
    vector: Vector
    order: SortDimension
    by_order: bool
    page: int
    limit: int


class MilvusIndex(LiveIndex):
    """See ``LiveIndex``. ``writes``: this process keeps the collections up to date, unless another one does.

    ``lock`` is a file that the one process that writes locks. While the engine isn't responding, ``for_query`` and
    ``for_searches`` raise ``SearchUnavailable``, and everything else goes on.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        collection: PaperCollection,
        *,
        lock: Path | None,
        title_weight: int,
        prepare: Callable[[Index], Awaitable[None]],
        writes: bool,
    ) -> None:
        super().__init__(
            catalogue, folder=None, title_weight=title_weight, prepare=prepare, engine="numpy", read_only=not writes
        )
        self._collection = collection
        self._lock = lock
        self._writes = writes
        self._writer = CollectionWriter(catalogue, collection, title_weight)
        self._state: CollectionState | None = None
        self._refused = False
        self._counts = TermCounts.none()
        self._index = PartialIndex([], self._counts)
        self._pool = ThreadPoolExecutor(max_workers=_CALLS, thread_name_prefix="milvus")
        self._vocabulary = WholeVocabularyCache()

    async def __aexit__(self, *_: object) -> None:
        """Stop the work in the background; a write of a few papers is finished."""
        if self._maintenance is not None:
            await asyncio.wait([self._maintenance], timeout=_CLOSING_SECONDS)
        await super().__aexit__()
        self._pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._collection.connection.close)

    async def current(self) -> Index:
        """An index without papers, which knows the counts of all terms."""
        if time.monotonic() - self._checked > _CHECK_INTERVAL and not self._change.locked():
            self._checked = time.monotonic()
            self._start(self.follow)
        return self._index

    async def follow(self, *, at_once: bool = False) -> None:
        """Bring the collections to the catalogue's revision, and the counts to theirs.

        While the engine isn't responding, nothing happens: the next call tries again.
        """
        async with self._change:
            try:
                late = await self._read_state()
                if late and self._revision < 0 and await self._catalogue.count() > _AT_ONCE:
                    log.info("Writing the papers to Milvus. Searches begin when that is done.")
                    self._start(self._write_later)
                elif late:
                    await self._write()
            except SearchUnavailable as error:
                log.debug("Nothing was written to Milvus: %s", error)  # the connection said why

    async def add(self, papers: Sequence[Paper], *, seen_at: datetime) -> Added:
        """See ``LiveIndex``. Papers are stored even if the engine isn't responding; it gets them later."""
        added = await self._catalogue.add(papers, seen_at=seen_at)
        if not self._change.locked():  # otherwise they are written at the next check
            await self.follow()
        return added

    @asynccontextmanager
    async def bulk_update(self) -> AsyncGenerator[BulkUpdate]:
        """See ``LiveIndex``. The papers are read from the catalogue when all are stored."""
        yield BulkUpdate(Index.empty(), _unused)
        await self.follow()

    # --- indexes of the papers that a search needs ---------------------------------------------

    async def for_query(
        self,
        query: Query,
        *,
        limit: int,
        offset: int = 0,
        every_word: bool = False,
        whole_names: bool = False,
        also: Condition | None = None,
        order: SortDimension | None = None,
    ) -> Index:
        """See ``LiveIndex``. Raises ``SearchUnavailable``, but not for the papers of an author or with an id."""
        condition = query.condition if also is None else Either((query.condition, also))
        authors = await papers_by(condition, self._catalogue, whole_names=whole_names)
        known = known_ids(condition, authors)
        if known is not None and len(known) <= _READ_CANDIDATES:
            await self.current()
            return await self._of(known, 0)
        index = await self._ready()
        selector = Selector(IndexFacets(index, ()), authors, self._vocabulary)
        expressions = Expressions(selector, await self._catalogue.category_names())
        asked = await self._run(self._asked, query, condition, expressions, limit, offset, order)
        ids, matching = await self._run(self._found, asked, every_word or also is not None)
        return await self._of(ids, matching)

    async def for_searches(
        self,
        searches: Sequence[tuple[Weighted, int]],
        ids: Sequence[str] = (),
        groups: Sequence[Sequence[str]] = (),
    ) -> Index:
        """See ``LiveIndex``. Raises ``SearchUnavailable``."""
        index = await self._ready()
        vectors = [query_vector(term_weights(weighted, index)) for weighted, _ in searches]
        chosen = " and ".join(has_any(group) for group in groups) or EVERYTHING
        limit = max((count for _, count in searches), default=1)
        found = await self._run(self._collection.search, vectors, chosen, max(_CANDIDATES, 2 * limit))
        return await self._of([*ids, *(id for hits in found for id in hits)], 0)

    def _asked(
        self,
        query: Query,
        condition: Condition,
        expressions: Expressions,
        limit: int,
        offset: int,
        order: SortDimension | None,
    ) -> _Asked:
        index = expressions.selector.facets.index
        weights = term_weights(ranking_terms(query, index, expressions.selector), index)
        words = required_words(query.parts)
        rest = All(tuple(part for part in query.parts if part not in words)) if len(words) > 1 else None
        is_long = any(is_read(leaf) for leaf in leaves(condition))
        return _Asked(
            expressions.of(condition),
            None if rest is None else expressions.of(rest),
            query_vector(weights) if order is None else {},
            SortDimension.NEWEST if order is None else order,
            order is not None,
            limit,
            max(_READ_CANDIDATES if is_long else _CANDIDATES, 2 * (limit + offset)),
        )

    def _found(self, asked: _Asked, every_word: bool) -> tuple[list[str], int]:
        """The ids of the papers that a search needs, and how many more match."""
        total, found = self._collection.count(asked.matching), list[str]()
        if total and asked.vector:
            found += self._collection.search([asked.vector], asked.matching, asked.limit)[0]
        if len(found) < min(asked.limit, total):  # papers that no word ranks
            found += self._collection.search([{asked.order: 1.0}], asked.matching, asked.limit)[0]
        unseen = max(0, total - len(set(found)))
        if total < asked.page and asked.others is not None and not every_word:
            found += self._collection.search([asked.vector], asked.others, _READ_CANDIDATES)[0]
        return found, unseen

    async def _of(self, ids: Sequence[str], unseen: int) -> Index:
        """An index of these papers as the catalogue has them."""
        papers = await self._catalogue.get(dict.fromkeys(ids))
        live = [paper for paper in papers.values() if paper.withdrawn is None]
        return await self._threads.run(self._built, live, self._counts, unseen)

    def _built(self, papers: Sequence[Paper], counts: TermCounts, unseen: int) -> Index:
        documents: list[Document] = [
            (paper.id, _terms(paper.title, paper.abstract, self.title_weight)) for paper in papers
        ]
        return PartialIndex(documents, counts, unseen)

    async def _ready(self) -> Index:
        """The counts of all terms. Raises ``SearchUnavailable``: before the papers are there, and while it is down."""
        index = await self.current()
        if self._revision < 0:
            await self.follow_soon()
            index = self._index
        if self._revision < 0:
            raise SearchUnavailable(_NOT_READY)
        return index

    async def follow_soon(self) -> None:
        """Try to read the counts that are missing, unless that was just tried."""
        if not self._collection.connection.is_paused and not self._change.locked():
            await self.follow()

    async def _run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a call of the engine, from a thread. Raises ``SearchUnavailable``."""
        seconds = 2 * self._collection.connection.seconds
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(self._pool.submit(function, *args, **kwargs))
        except TimeoutError as error:
            raise SearchUnavailable(DOWN) from error

    # --- following the catalogue ---------------------------------------------------------------

    async def _read_state(self) -> bool:
        """Take up what the collections hold; whether they lack something of the catalogue."""
        version, revision = await self._catalogue.records.version(), await self._catalogue.revision()
        state = await asyncio.to_thread(self._collection.state)
        if state is not None and state.identity != version.identity:
            if not self._refused:
                log.error("%s", another_catalogue(self._collection.name))
            self._refused = True
            raise SearchUnavailable(_NOT_READY)
        if state is not None and state.revision >= 0:
            await self._take_up(state)
        wanted = (self._writer.analysis, revision, version.changes, False)
        return state is None or (state.analysis, state.revision, state.changes, state.writing) != wanted

    async def _write_later(self) -> None:
        async with self._change:
            try:
                await self._write()
            except SearchUnavailable as error:
                log.debug("Not all papers were written to Milvus: %s", error)  # the connection said why

    async def _write(self) -> None:
        """Write what the collections lack, unless another process does."""
        if not self._writes:
            return
        try:
            with FileLock(self._lock, timeout=0) if self._lock else nullcontext():
                version, revision = await self._catalogue.records.version(), await self._catalogue.revision()
                state = await asyncio.to_thread(self._collection.state)
                await self._take_up(await self._writer.update(state, version, revision))
        except Timeout:
            log.debug("Another process writes to Milvus.")

    async def _take_up(self, state: CollectionState) -> None:
        """Use the counts that belong to a state."""
        if state == self._state and self._revision >= 0:
            return
        known = -1 if self._state is None or self._revision < 0 else self._state.written
        self._counts = await asyncio.to_thread(self._read_counts, state, known)
        index = PartialIndex([], self._counts)
        await self._prepare(index)
        await asyncio.to_thread(self._vocabulary, index)
        self._index, self._state, self._revision = index, state, state.revision

    def _read_counts(self, state: CollectionState, known: int) -> TermCounts:
        if state.written < known:  # somebody dropped the collections
            known, before = -1, TermCounts.none()
        else:
            before = self._counts
        batches = self._collection.terms_changed(known) if state.written > known else ()
        return before.changed([term for batch in batches for term in batch], state.documents, state.words)

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something in the background, unless that is busy."""
        if self._maintenance is None or self._maintenance.done() or self._maintenance is asyncio.current_task():
            self._maintenance = asyncio.create_task(_awaited(work), name="index maintenance")


def another_catalogue(name: str) -> str:
    """What an operator should do about a collection that isn't ours."""
    return (
        f"The collection {name} in Milvus has the papers of another catalogue. Set [milvus] collection to another "
        "name, or drop it."
    )


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception:
        log.exception("Following the catalogue failed; it is tried again soon.")


async def _unused(index: Index, _: Sequence[Analysed], /) -> Index:
    return index


@lru_cache(maxsize=_CACHED)
def _terms(title: str, abstract: str, title_weight: int) -> tuple[str, ...]:
    """The terms of a paper in their order."""
    return tuple(ordered_terms(Paper.model_construct(title=title, abstract=abstract), title_weight))


def term_weights(query: Weighted, index: Index) -> dict[str, float]:
    """What each term of a query weighs that some paper contains: its idf times its count."""
    counts = query if isinstance(query, Mapping) else Counter(query)
    frequencies = index.document_frequencies(list(counts))
    return {
        term: count * index.statistics.idf(frequency)
        for (term, count), frequency in zip(counts.items(), frequencies, strict=True)
        if frequency
    }
