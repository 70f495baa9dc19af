"""``SearchService``: a page of papers for a query, with what helps where few are found."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final, Self

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.index.mapped_files import MAPPED
from retrieval.index.vocabulary import VocabularyCache
from retrieval.library.paper_finder import with_scores
from retrieval.query.query import Query
from retrieval.search.facets import FacetCache
from retrieval.search.named_people import named_person, with_named_author
from retrieval.search.named_titles import NamedTitle, named_title
from retrieval.search.results import SearchPage
from retrieval.search.searcher import FoundHits, ReadsMany, Searcher, with_unseen
from retrieval.search.spelling import NOTHING_TO_SEARCH, missing_fields, suggest_query
from retrieval.worker import Worker

_MOST_READ: Final = 2_000
"""Papers whose texts are read for a phrase in one call: some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What ranks papers beside the index."""

    vocabulary: VocabularyCache
    paper_vectors: PaperVectors
    title_weight: int


class SearchService:
    """Searches. ``direct`` is the same service over what reads the database directly, where that is possible.

    The direct one does all of a search in one call of the worker: each call costs as much as the search of a small
    index. A search that reads many texts isn't one call, so that others get their turn in between.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        facets: FacetCache,
        worker: Worker,
        rank: Ranking,
        direct: SearchService | None = None,
        most_read: int | None = None,
    ) -> None:
        self.facets = facets
        self.searcher = Searcher(
            catalogue, facets, rank.vocabulary, worker, rank.paper_vectors, rank.title_weight, most_read
        )
        self._catalogue = catalogue
        self._worker = worker
        self._direct = direct

    @classmethod
    @contextmanager
    def open(cls, catalogue: Catalogue, facets: FacetCache, worker: Worker, rank: Ranking) -> Generator[Self]:
        """The service over a catalogue, and the direct one over the same file."""
        with catalogue.direct() as file, Worker(waiting=1, seconds=1, inline=True) as here:
            direct = None if file is None else cls(file, facets.reading(file), here, rank, most_read=_MOST_READ)
            yield cls(catalogue, facets, worker, rank, direct)

    async def page(self, query: Query, index: Index, limit: int, offset: int, *, every_word: bool) -> SearchPage:
        """See ``Library.search``."""
        if self._direct is not None:
            with suppress(ReadsMany):
                return await self._worker.run_at_once(self._direct.found, query, index, limit, offset, every_word)
        return await self.found(query, index, limit, offset, every_word)

    async def found(self, query: Query, index: Index, limit: int, offset: int, every_word: bool, /) -> SearchPage:
        """The page, made by this service itself."""
        title = None if every_word else await named_title(query, self._catalogue)
        person = None if title or every_word else await named_person(query, self._catalogue, index)
        if person is not None:
            by = replace(query, condition=person.condition, terms=())
            found = await self.searcher.find_named(by, query, index, limit=limit, offset=offset)
        else:
            found = await self.searcher.find(query, index, limit=limit, offset=offset, every_word=every_word)
            if title is not None:
                found = await self._title_first(title, query, found, index, limit, offset)
        found = with_unseen(found, query, index)
        suggestion = person.query if person else None
        if suggestion is None and (not found.total or found.complete is not None):
            suggestion = await with_named_author(query, self._catalogue)
        suggestion = suggestion or await suggest_query(query, self._catalogue, index)
        missing = (
            () if found.total else await missing_fields(query, await self.facets.for_index(index), self._catalogue)
        )
        missing = missing if len(index) else (NOTHING_TO_SEARCH,)
        await self._worker.run(MAPPED.release)
        return SearchPage(
            query,
            await with_scores(self._catalogue, found.hits),
            found.total,
            offset,
            found.counted,
            found.read,
            suggestion,
            missing,
            complete=found.complete,
            given_up=found.given_up,
            person=person.name if person else None,
        )

    async def _title_first(
        self, title: NamedTitle, query: Query, found: FoundHits, index: Index, limit: int, offset: int
    ) -> FoundHits:
        """What was ``found`` for a query with a title, whose papers come first, though others may say its words more.

        Where no paper has all that was typed, as in a reference, the words of the title alone are searched for.
        """
        if not found.total or found.complete == 0:
            query = title.query
            found = await self.searcher.find(query, index, limit=limit, offset=offset)
        best = found if not offset else await self.searcher.find(query, index, limit=limit, offset=0)
        if {hit.id for hit in best.hits[: len(title.ids)]} == set(title.ids):
            return found
        return await self.searcher.find_named(Query("", title.condition), query, index, limit=limit, offset=offset)
