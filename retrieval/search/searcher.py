"""Finds all papers that match a query: conditions restrict the search itself, not only its best hits.

Words are looked up in the index, filters in the columns of the papers' records. For a phrase, the papers that contain
all of its words are selected first, and then their texts are read, in the order in which papers are shown.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress

import numpy as np

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.catalogue import LARGEST_PAGE, Catalogue
from retrieval.index import Hit, Index, Selection
from retrieval.index.bigrams import READ, contain_in_order
from retrieval.index.segment import Mask, Rows
from retrieval.index.term_groups import select_containing
from retrieval.index.vocabulary import VocabularyCache
from retrieval.papers import Paper
from retrieval.query.conditions import All, Author, Condition, Phrase, TextCondition, Words, leaves, matches
from retrieval.query.query import Query
from retrieval.search.facets import ColumnCondition, FacetCache, IndexFacets, Selector
from retrieval.search.facets.selection import is_plain, is_read
from retrieval.search.most_words import MostWords, is_required_word, most_words, required_words
from retrieval.search.ranking_terms import ranking_terms
from retrieval.search.reranker import Reranker
from retrieval.text import terms_of
from retrieval.worker import Worker

_BATCH = 500  # papers whose texts are read together, so that a search for a phrase never has all abstracts in memory
_FIRST_READ = 500
"""Papers that are always read for a phrase: usually enough to fill a page and to count the matches."""
_MOST_READ = 200_000
"""Papers that are read at most, in about six seconds: a phrase of very common words excludes nothing."""
_LOOKED_UP = 50_000
"""Papers among which positions of a phrase are looked up in one call, at most: fifty milliseconds."""
_READ_FOR_PHRASES = 1_000
"""Papers with a query's phrases that are read at most, to find those that have most of its words."""
_GROWTH = 4
"""How many times as many papers the next search returns if these weren't enough."""


RerankerOf = Callable[[Index, Sequence[str]], Reranker]
"""Makes what reranks the papers of a search for terms."""


@dataclass(frozen=True, slots=True)
class FoundHits:
    """The hits of a page; ``total`` is how many papers match, or if not ``counted``, how many matches were counted.

    ``read``: among how many papers, if there were too many to read all that might match. ``complete``: how many papers
    have all words, where those with most of them follow; ``given_up`` are the words that papers of this page lack.
    """

    hits: list[Hit]
    total: int
    counted: bool = True
    read: int | None = None
    complete: int | None = None
    given_up: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class _PreparedSearch:
    """A query and an index: the papers that may be shown, and what ranks them."""

    query: Query
    index: Index
    selector: Selector
    selected: Selection
    terms: tuple[str, ...]
    """What ranks the papers."""
    reranker: Reranker
    unread: tuple[Condition, ...]
    """Conditions with a phrase: only papers whose texts fulfil them match."""
    sure: Selection | None
    """Papers that fulfil these conditions without being read."""

    @classmethod
    def of(cls, query: Query, index: Index, selector: Selector, reranker: RerankerOf) -> _PreparedSearch:
        """The search for a query."""
        unread = tuple(part for part in query.parts if not is_plain(part) and any(map(is_read, leaves(part))))
        terms = ranking_terms(query, index, selector)
        selected, sure = selector.select(query.condition), _sure(selector, unread)
        return cls(query, index, selector, selected, terms, reranker(index, terms), unread, sure)

    def rest(self, selected: Selection, unread: tuple[Condition, ...] = ()) -> _PreparedSearch:
        """The same search among other papers."""
        return replace(self, selected=selected, unread=unread, sure=_sure(self.selector, unread))

    def others(self) -> _PreparedSearch:
        """The search for all that isn't a plain word."""
        parts = tuple(part for part in self.query.parts if not is_required_word(part))
        unread = tuple(part for part in self.unread if not is_required_word(part))
        return self.rest(self.selector.select(All(parts)), unread)

    def most_words(self, page: int, complete: Selection, others: Selection, *, none: bool) -> MostWords | None:
        """The papers with most words, where fewer than a page have all; ``none``: or without any of them."""
        return most_words(self.index, required_words(self.query.parts), page, complete, others, none=none)

    @property
    def size(self) -> int:
        """How many papers may be shown."""
        return len(self.selected)

    def page(self, limit: int, offset: int, *, every_word: bool) -> FoundHits:
        """See ``Searcher.find``, for a search that reads no texts."""
        if every_word or self.size >= limit:
            return FoundHits(self.first(offset + limit)[offset:], self.size)
        complete = self.first(self.size)
        most = self.most_words(limit, self.selected, self.others().selected, none=False)
        if most is None:
            return FoundHits(complete[offset:], self.size)
        return self.with_most_words(complete, most, limit, offset)

    def with_most_words(self, complete: Sequence[Hit], most: MostWords, limit: int, offset: int) -> FoundHits:
        """A page of the papers that have all words, then those that have most of them."""
        rest, last = self.rest(most.selected), offset + limit - len(complete)
        others, rows = rest.first_rows(last) if last > 0 else ([], np.empty(0, np.intp))
        page, given_up = [*complete, *others][offset : offset + limit], most.given_up(rows[max(0, last - limit) :])
        return FoundHits(page, len(complete) + rest.size, complete=len(complete), given_up=given_up)

    def first(self, count: int) -> list[Hit]:
        """The first ``count`` papers that may be shown: by score, then those that no word ranks, newest first."""
        return self.first_rows(count)[0]

    def first_rows(self, count: int) -> tuple[list[Hit], Rows]:
        """The same, with their rows."""
        hits, rows = self._best(count)
        if len(hits) < min(count, self.size):
            newest = self._newest(self.selected, count - len(hits))
            hits, rows = hits + newest, np.append(rows, self.index.documents.rows_of([hit.id for hit in newest]))
        return hits, rows

    def possible(self, hits: list[Hit], rows: Rows) -> list[Hit]:
        """Without the papers (with their rows) in which the words of a phrase are surely not next to each other."""
        return list(compress(hits, self._have_phrases(rows).tolist()))

    def possible_after(self, first: Rows) -> list[Hit] | None:
        """The ``possible`` ones among the papers after the first batch, in their order; ``None``: more than a batch."""
        documents = self.index.documents
        rows = (self.selected & ~Selection(documents, first)).rows
        possible = Selection(documents, rows[self._have_phrases(rows)])
        if len(possible) > _BATCH:
            return None
        hits = self.index.search(self.terms, len(possible), possible)
        return hits if len(hits) == len(possible) else hits + self._newest(possible, len(possible) - len(hits))

    def _have_phrases(self, rows: Rows) -> Mask:
        """Which papers have the words of every phrase next to each other, as far as the index knows.

        So must be the parts of a word that is typed apart, unless papers have it as one.
        """
        having = np.ones(len(rows), np.bool_)
        for part in self.unread:
            said = part.words if isinstance(part, Phrase) else part.apart if isinstance(part, Words) else ()
            if len(content := terms_of(said)) > 1:
                found = contain_in_order(self.index, content, rows)
                if isinstance(part, Words):
                    found |= self.index.contained(part.stems, rows).any(axis=0)
                having &= found
        return having

    def _best(self, limit: int) -> tuple[list[Hit], Rows]:
        """The best ``limit`` papers that contain any of the query's words, and their rows.

        The very best ones are reranked: the same papers for every page, so that pages neither repeat nor miss a paper.
        """
        rows, scores = self.index.best_rows(self.reranker.wanted, READ, self.selected)
        best, best_rows = self.index.hits(rows, scores + self.reranker.added(rows), limit)
        if limit <= READ or len(rows) < READ:
            return best, best_rows
        others, other_rows = self.index.best(self.terms, limit, self.selected)
        return [*best, *others[READ:]], np.append(best_rows, other_rows[READ:])

    def _newest(self, selected: Selection, limit: int) -> list[Hit]:
        """The newest ``limit`` of these papers that contain none of the query's words."""
        rest = selected & ~select_containing(self.index, [self.terms]) if self.terms else selected
        return [Hit(id, 0.0) for id in self.selector.facets.newest(rest, limit)]


class ReadsMany(Exception):
    """A search may have to read more texts than a searcher may."""


class Searcher:
    """Searches a catalogue and its index. ``most_read``: texts that it may read for a search; ``None``: any number."""

    def __init__(
        self,
        catalogue: Catalogue,
        facets: FacetCache,
        vocabulary: VocabularyCache,
        worker: Worker,
        paper_vectors: PaperVectors,
        title_weight: int,
        most_read: int | None = None,
    ) -> None:
        self._most_read = most_read
        self._catalogue = catalogue
        self._facets = facets
        self._vocabulary = vocabulary
        self._worker = worker
        self._reranker = partial(Reranker, paper_vectors=paper_vectors, title_weight=title_weight)

    async def find(
        self,
        query: Query,
        index: Index,
        *,
        limit: int,
        offset: int,
        whole_names: bool = False,
        every_word: bool = False,
    ) -> FoundHits:
        """A page of a query's papers: by score, then those that no word ranks, newest first.

        Where fewer than ``limit`` papers have all of its words, those that have most of them follow, unless
        ``every_word`` is required.
        ``whole_names``: authors are called just as the query says, rather than having these words in their names.
        """
        selector = await self._selector(query, index, whole_names=whole_names)
        # One call for all that needs no texts: each costs as much as the search of a small index.
        search, page = await self._worker.run(self._searched, query, index, selector, limit, offset, every_word)
        if page is not None:
            return page
        found = await self._read(search, limit, offset)
        if not every_word and found.counted and found.total < limit:
            complete = found.hits if found.total == len(found.hits) else (await self._read(search, limit, 0)).hits
            most = await self._most_words(search, complete, limit)
            if most is not None:
                return await self._worker.run(search.with_most_words, complete, most, limit, offset)
        return found

    def _searched(
        self, query: Query, index: Index, selector: Selector, limit: int, offset: int, every_word: bool, /
    ) -> tuple[_PreparedSearch, FoundHits | None]:
        """The search for a query, and its page, unless texts must be read."""
        search = self._prepared(query, index, selector)
        return search, None if search.unread else search.page(limit, offset, every_word=every_word)

    def _prepared(self, query: Query, index: Index, selector: Selector) -> _PreparedSearch:
        return _PreparedSearch.of(query, index, selector, self._reranker)

    async def _most_words(self, search: _PreparedSearch, complete: Sequence[Hit], limit: int) -> MostWords | None:
        """The papers with most words beside the ``complete`` ones; phrases must still be in them."""
        if not required_words(search.query.parts):
            return None
        others, index = await self._worker.run(search.others), search.index
        selected = others.selected
        if others.unread:
            read = await self._read(others, _READ_FOR_PHRASES, 0)
            selected = index.documents.select([hit.id for hit in read.hits])
        having_all = index.documents.select([hit.id for hit in complete])
        return await self._worker.run(partial(search.most_words, limit, having_all, selected, none=bool(others.unread)))

    async def find_named(self, named: Query, query: Query, index: Index, *, limit: int, offset: int) -> FoundHits:
        """A page of the papers that ``named`` finds, then of the others that have all of the query's words.

        ``named``: the search for the papers of a person, or with a title, that a query names.
        """
        first = await self._worker.run(self._prepared, named, index, await self._selector(named, index))
        saying = await self._worker.run(self._prepared, query, index, await self._selector(query, index))
        others = await self._worker.run(saying.rest, saying.selected & ~first.selected, saying.unread)
        of_named = await self._first(first, offset + limit)
        rest = await self._first(others, offset + limit - len(of_named.hits))
        hits = [*of_named.hits, *rest.hits][offset:]
        return FoundHits(hits, of_named.total + rest.total, of_named.counted and rest.counted, rest.read)

    async def _first(self, search: _PreparedSearch, count: int) -> FoundHits:
        """The first papers of a search, those with all words only."""
        if search.unread:
            return await self._read(search, count, 0)
        return FoundHits(await self._worker.run(search.first, count) if count else [], search.size)

    async def first_by(
        self,
        query: Query,
        index: Index,
        take: Callable[[IndexFacets, Selection, int], list[str]],
        limit: int,
        *,
        whole_names: bool = False,
    ) -> FoundHits:
        """The first papers of a query in the order in which ``take`` picks them by their records; their score is 0."""
        selector = await self._selector(query, index, whole_names=whole_names)
        selected = await self._worker.run(selector.select, query.condition)
        phrases = any(is_read(leaf) for leaf in leaves(query.condition))
        most = min(len(selected), _MOST_READ) if phrases else limit
        hits = [Hit(id, 0.0) for id in await self._worker.run(take, selector.facets, selected, most)]
        if not phrases:
            return FoundHits(hits, len(selected))
        batches = [hits[start : start + _BATCH] for start in range(0, len(hits), _BATCH)]
        fits = [hit for batch in batches for hit in await self._matching([query.condition], batch)]
        return FoundHits(fits[:limit], len(fits))

    async def _selector(self, query: Query, index: Index, *, whole_names: bool = False) -> Selector:
        others = [leaf for part in query.parts if not is_plain(part) for leaf in leaves(part)]
        authors = await papers_by(All(tuple(others)), self._catalogue, whole_names=whole_names)
        by_records = not query.terms or any(isinstance(leaf, ColumnCondition) for leaf in others)
        facets = None if by_records else self._facets.at_hand(index)
        return Selector(facets or await self._facets.for_index(index), authors, self._vocabulary)

    async def _read(self, search: _PreparedSearch, limit: int, offset: int) -> FoundHits:
        """The page of the papers whose texts match too, and how many of those that were read match.

        Raises ``ReadsMany`` if there are more of them than this searcher may read.
        """
        matching, read, last = list[Hit](), 0, offset + limit
        async for batch, rows in self._in_order(search):
            possible = await self._worker.run(search.possible, batch, rows)
            matching += await self._matching(search.unread, possible, search.sure)
            read += len(batch)
            if len(matching) > last and read >= _FIRST_READ:  # the page is full, and another one follows
                break
            if read == len(batch) < search.size <= _LOOKED_UP:  # the first batch
                rest = await self._worker.run(search.possible_after, rows)
                others = await self._matching(search.unread, rest, search.sure) if rest is not None else None
                if others is not None and len(matching) + len(others) <= last:
                    matching, read = matching + others, search.size
                    break
            if self._most_read is not None and search.size > self._most_read:
                raise ReadsMany
            if read >= _MOST_READ and read < search.size:
                return FoundHits(matching[offset:last], len(matching), counted=False, read=read)
        return FoundHits(matching[offset:last], len(matching), counted=read >= search.size)

    async def _in_order(self, search: _PreparedSearch) -> AsyncGenerator[tuple[list[Hit], Rows]]:
        """All papers that may be shown, in their order, in batches; each search returns more than the last."""
        start, end = 0, _BATCH
        while start < search.size:
            hits, rows = await self._worker.run(search.first_rows, end)
            for at in range(start, len(hits), _BATCH):
                yield hits[at : at + _BATCH], rows[at : at + _BATCH]
            start, end = end, _GROWTH * end

    async def _matching(
        self, unread: Sequence[Condition], hits: Sequence[Hit], sure: Selection | None = None
    ) -> list[Hit]:
        """The papers that fulfil conditions on their texts; the ``sure`` ones aren't read."""
        if sure is not None:
            known = sure.mask[sure.documents.rows_of([hit.id for hit in hits])]
            rest = [hit for hit, is_known in zip(hits, known.tolist(), strict=True) if not is_known]
            fit = {hit.id for hit in await self._matching(unread, rest)} if rest else set[str]()
            return [hit for hit, is_known in zip(hits, known.tolist(), strict=True) if is_known or hit.id in fit]
        ids = [hit.id for hit in hits]
        if all(isinstance(leaf, TextCondition) for condition in unread for leaf in leaves(condition)):
            papers = await self._with_texts(ids)
        else:
            papers = await self._catalogue.get(ids)
        return await self._worker.run(_matching, All(tuple(unread)), hits, papers)

    async def _with_texts(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Papers with only title and abstract, in a third of the time that whole papers would take."""
        if len(ids) <= LARGEST_PAGE:
            return await self._catalogue.get(ids)
        texts = await self._catalogue.texts(ids)
        return {
            id: Paper.model_construct(id=id, title=title, abstract=abstract) for id, (title, abstract) in texts.items()
        }


def _sure(selector: Selector, unread: Sequence[Condition]) -> Selection | None:
    sure = selector.select(All(tuple(unread)), upper=False) if unread else None
    return sure or None


def _matching(condition: Condition, hits: Sequence[Hit], papers: Mapping[str, Paper]) -> list[Hit]:
    return [hit for hit in hits if hit.id in papers and matches(condition, papers[hit.id])]


async def papers_by(
    condition: Condition, catalogue: Catalogue, *, whole_names: bool = False
) -> dict[Author, Sequence[str]]:
    """The ids of the papers by each author in a condition."""
    papers_of = catalogue.records.ids_by_whole_name if whole_names else catalogue.records.ids_by_author
    named = {leaf for leaf in leaves(condition) if isinstance(leaf, Author)}
    return {author: await papers_of(author.words) for author in named}


def with_unseen(found: FoundHits, query: Query, index: Index) -> FoundHits:
    """What was found, with the total of all papers that match rather than of those in an index of some of them."""
    if not index.unseen:
        return found
    known = not any(is_read(leaf) for leaf in leaves(query.condition))
    return replace(found, total=found.total + (index.unseen if known else 0), counted=found.counted and known)
