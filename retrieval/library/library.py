"""``Library``: the single entry point to papers and answers.

It connects the catalogue (on disk, the source of truth), the index (derived from it) and the answerer (pure
functions). No quote leaves it that isn't a slice of an abstract in the catalogue.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Self

from retrieval.answering import Answerer
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.question.intents import load_intents
from retrieval.answering.records.answerer import RecordAnswerer
from retrieval.answering.types import Answer, Question, ScoredPaper
from retrieval.catalogue import Added, Catalogue, SourceState
from retrieval.english import Text
from retrieval.errors import PaperNotFound, QueryError
from retrieval.index import Index
from retrieval.index.milvus.partial import WholeVocabularyCache
from retrieval.ingest.importer import import_file
from retrieval.ingest.live import Fetcher, RetryTiming, Source, SyncResult
from retrieval.ingest.parsers.file_lines import FilePosition, OnDefect, OnProgress
from retrieval.ingest.seeds import read_earlier_seeds, read_seeds
from retrieval.library.paper_finder import PaperFinder
from retrieval.library.questions import QuestionService, no_pause
from retrieval.library.record_lookup import CatalogueLookup
from retrieval.library.searches import Ranking, SearchService
from retrieval.papers import Paper
from retrieval.query.mismatch import mismatch_reason
from retrieval.query.query import Query, parse
from retrieval.query.syntaxes import searched_text
from retrieval.search.autocomplete import Completer
from retrieval.search.facets import FacetCache
from retrieval.search.live_index import LiveIndex
from retrieval.search.matching import NewPapers
from retrieval.search.milvus import live_index
from retrieval.search.named_people import author_meant, author_of, named_person
from retrieval.search.named_titles import named_title
from retrieval.search.results import SearchPage, Stats
from retrieval.settings import LibrarySettings
from retrieval.trending.lists import Lists, not_withdrawn
from retrieval.worker import Worker

Clock = Callable[[], datetime]
"""Returns the present time as an aware UTC ``datetime``."""

OnPage = Callable[[int, int, str], None]
"""Called with the number of pages that were read, the number of all pages, and the name of the next one."""

_COMPLETION_SECONDS = 2.0  # Discord waits three seconds for completions
_KEPT_SECONDS = 5.0  # how old the newest list that is known may be, where another process reads the lists
_MATCHED_AT_ONCE = 200  # papers that are matched in one call of the worker, so that questions get their turn in between


class Library:
    """Papers and answers. Create one with ``Library.open`` or ``Library.of``, which also close it."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        answerer: Answerer,
        worker: Worker,
        completer: Completer,
        clock: Clock,
        searches: SearchService,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._worker = worker
        self._clock = clock
        self._searches = searches
        self._finder = PaperFinder(catalogue, index, completer, worker, self._fetch)
        lookup = CatalogueLookup(
            catalogue, index, searches.searcher, completer, searches.facets, clock, self._finder.fetch
        )
        intents, vectors = load_intents(), answerer.word_vectors
        records = RecordAnswerer(lookup, answerer.is_word, lambda text: intents.recognise(text, vectors))
        self.is_crowded: Callable[[], bool] = bool  # whether others wait for answers; these are then made faster
        self._questions = QuestionService(catalogue, index, answerer, records, worker, self._is_crowded_now)
        self.completer = completer
        self.lists = Lists(catalogue, clock)
        self.new_papers = NewPapers(catalogue, worker)
        self.fetcher = fetcher
        self._newest: tuple[date | None, list[SourceState]] | None = None
        self._newest_read = 0.0

    @property
    def processes(self) -> int:
        """How many processes answer questions beside this one."""
        return 0

    def _is_crowded_now(self) -> bool:
        return self.is_crowded()

    @property
    def is_working(self) -> bool:
        """Whether a question is being answered."""
        return self._worker.pending > 0

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: LibrarySettings, clock: Clock, *, live: RetryTiming | None = None
    ) -> AsyncGenerator[Self]:
        """The library in the data folder, created or with its index rebuilt if needed.

        ``live`` allows requests to the live sources, and says how to wait for them; ``None``: no requests.
        Raises ``DatabaseError`` and ``SettingsError``, with a sentence for the operator.
        """
        async with (
            Catalogue.open(settings.papers_location) as catalogue,
            cls._over(catalogue, settings, clock, settings.index_folder) as library,
        ):
            if live is None:
                yield library
                return
            async with Fetcher.open(catalogue.sources, settings.sources, clock, live) as library.fetcher:
                yield library

    @classmethod
    @asynccontextmanager
    async def open_following(cls, settings: LibrarySettings, clock: Clock) -> AsyncGenerator[Self]:
        """The library for a process that only reads, with the index that another process saves; see ``follow``.

        Raises ``IndexDamaged`` if there is none yet.
        """
        async with (
            Catalogue.open(settings.papers_location) as catalogue,
            cls._over(catalogue, settings, clock, settings.index_folder, follows=True) as library,
        ):
            yield library

    async def follow(self, revision: int | None = None) -> None:
        """Use an index of at least this revision, which another process has saved; without one, of all papers."""
        if revision is None or revision > self._index.revision:
            await self._index.follow()

    @classmethod
    @asynccontextmanager
    async def of(cls, papers: Sequence[Paper], settings: LibrarySettings, clock: Clock) -> AsyncGenerator[Self]:
        """A library of these papers in memory, which doesn't use the data folder."""
        async with Catalogue.in_memory() as catalogue:
            await catalogue.add(papers, seen_at=clock())
            async with cls._over(catalogue, settings, clock, None) as library:
                yield library

    @classmethod
    @asynccontextmanager
    async def _over(
        cls,
        catalogue: Catalogue,
        settings: LibrarySettings,
        clock: Clock,
        folder: Path | None,
        *,
        follows: bool = False,
    ) -> AsyncGenerator[Self]:
        limits = settings.limits
        answerer = Answerer.from_settings(settings.answers)
        vocabulary, facets = WholeVocabularyCache(), FacetCache(catalogue)

        async def prepare(index: Index) -> None:
            await asyncio.to_thread(answerer.prepare, index)
            await asyncio.to_thread(vocabulary, index)
            await facets.for_index(index)

        async with live_index(catalogue, settings, folder, prepare, follows=follows) as index:
            await index.follow()
            with (
                Worker(waiting=limits.waiting, seconds=limits.answer_seconds, inline=follows) as worker,
                # Completions have their own worker, so that they don't wait for answers.
                Worker(waiting=limits.waiting, seconds=_COMPLETION_SECONDS) as completions,
            ):
                completer = Completer(catalogue, index, vocabulary, completions, clock)
                rank = Ranking(vocabulary, answerer.paper_vectors, index.title_weight)
                with SearchService.open(catalogue, facets, worker, rank) as searches:
                    yield cls(catalogue, index, answerer, worker, completer, clock, searches)

    @property
    def has_reader(self) -> bool:
        """Whether a reader gives a second opinion on answers."""
        return self._questions.has_reader

    async def settled(self) -> None:
        """Wait until the index has no work left in the background; for measurements."""
        await self._index.settled()

    async def read_ahead(self, pause: Callable[[], Awaitable[None]] = no_pause) -> None:
        """Read the abstracts of the newest 16,384 papers, if that wasn't done yet, so that answers take less time.

        Questions are answered meanwhile; ``pause`` is awaited every few papers. What was read takes 5 KB of memory a
        paper.
        """
        await self._questions.read_ahead(pause)

    # --- adding papers -------------------------------------------------------------------------

    async def add(self, papers: Sequence[Paper]) -> Added:
        """Store papers and make them searchable. Adding the same papers again changes nothing."""
        try:
            return await self._index.add(papers, seen_at=self._clock())
        finally:
            self._newest = None

    async def import_file(
        self, path: Path, *, on_defect: OnDefect, on_progress: OnProgress, on_resume: Callable[[FilePosition], None]
    ) -> Added:
        """Store the papers of a file of any size, with a bound on memory, and make them searchable.

        An import that was interrupted resumes where it stopped, and calls ``on_resume``. Raises ``SourceError`` for a
        file that can't be read; what was read until then is kept.
        """
        return await import_file(
            path,
            self._catalogue,
            self._index,
            seen_at=self._clock(),
            on_defect=on_defect,
            on_progress=on_progress,
            on_resume=on_resume,
        )

    async def add_seeds(self) -> Added:
        """Store the seed papers if the catalogue is empty, so that a first run has papers.

        Seeds that an earlier version stored without their records get them, and keep their ids.
        """
        if not await self._catalogue.count():
            return await self.add(read_seeds())
        seeds = {seed.id: seed for seed in read_earlier_seeds()}
        stored = await self._catalogue.get(list(seeds))
        bare = [seeds[id] for id, paper in stored.items() if not paper.authors]
        return await self.add(bare) if bare else Added()

    async def sync(
        self,
        source: Source,
        first: date | None = None,
        last: date | None = None,
        on_page: OnPage = lambda _done, _of, _page: None,
    ) -> SyncResult:
        """Read the pages of a live source that are due, or those of the days from ``first`` to ``last``.

        What was read is kept even if it stops early. Raises ``SourceUnavailable`` if the source can't be read now.
        """
        if self.fetcher is None:
            return SyncResult()
        tasks, done = await self.fetcher.due(source, first, last), SyncResult()
        try:
            for number, task in enumerate(tasks):
                on_page(number, len(tasks), task.page)
                done += await self.fetcher.run(task, self.add)
        finally:
            self._newest = None
        return done

    async def _fetch(self, id: str) -> Paper | None:
        paper = None if self.fetcher is None else await self.fetcher.paper(id)
        if paper is None:
            return None
        await self.add([paper])
        return await self._finder.by_id(id)

    # --- questions and searches ----------------------------------------------------------------

    async def answer(self, question: Question) -> Answer:
        """The answer to a question: from records, as quotes, a refusal, or small talk.

        Raises ``Busy`` if too many questions are waiting, and ``UnfaithfulQuote`` rather than returning a quote that
        isn't in the catalogue's abstract.
        """
        return await self._questions.answer(question, self._clock().date())

    async def explain(self, question: Question) -> tuple[Answer, Explanation | None]:
        """The answer and its explanation, which is ``None`` if no abstract was read. Raises what ``answer`` raises."""
        return await self._questions.explain(question, self._clock().date())

    def rated(self, answer: Answer) -> Answer:
        """The answer with its level of certainty, if it answers from abstracts; ``answer`` does this already."""
        return self._questions.rated(answer)

    async def search(
        self, query: str | Query, *, limit: int = 10, offset: int = 0, every_word: bool = False
    ) -> SearchPage:
        """Papers that match a query, best first; papers that no word ranks follow, newest first.

        A name finds the papers of its author first, and where fewer than ``limit`` papers have all words, those with
        most of them follow; unless ``every_word`` is required, as by a follow.

        Raises ``QueryError`` for a malformed query, and ``Busy`` if too many requests are waiting.
        """
        query = parse(query) if isinstance(query, str) else query
        index = await self._index.for_query(query, limit=limit, offset=offset, every_word=every_word)
        if not index.is_whole and not every_word:
            named = await named_title(query, self._catalogue) or await named_person(query, self._catalogue, index)
            if named is not None:
                index = await self._index.for_query(query, limit=limit, offset=offset, also=named.condition)
        page = await self._searches.page(query, index, limit, offset, every_word=every_word)
        by = None if every_word else author_meant(page)
        if by is None:
            return page
        of_author = await self.search(by, limit=limit, offset=offset, every_word=True)
        return replace(of_author, query=query, suggestion=by.text, person=author_of(by)) if of_author.total else page

    async def matching(self, query: str | Query, paper_ids: Sequence[str]) -> set[str]:
        """Which of these papers match a query, as a search for it would find them; withdrawn papers never do.

        Raises ``QueryError`` for a malformed query, and ``Busy`` if too many requests are waiting.
        """
        papers = not_withdrawn(tuple((await self._catalogue.get(paper_ids)).values()))
        return {paper.id for paper in papers} - (await self.mismatches(query, papers)).keys()

    async def mismatches(self, query: str | Query, papers: Sequence[Paper]) -> dict[str, Text]:
        """Why papers don't match a query, in a few words by id; papers that match are left out.

        Raises what ``matching`` raises.
        """
        query, reasons = parse(query) if isinstance(query, str) else query, dict[str, Text]()
        for start in range(0, len(papers), _MATCHED_AT_ONCE):
            reasons |= await self._worker.run(_mismatch_reasons, query, papers[start : start + _MATCHED_AT_ONCE])
        return reasons

    async def similar(self, paper_id: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """Papers that share the most distinctive words with this one (those with the highest tf-idf), best first."""
        return await self._finder.similar(paper_id, limit)

    async def near(self, text: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """Papers about the same subject as a text, best first: those that would be read to answer it as a question.

        Nothing for a text without distinctive words. Raises ``Busy`` if too many requests are waiting.
        """
        analysis, candidates = await self._questions.candidates(Question(text))
        return tuple(candidates[:limit]) if analysis.words else ()

    # --- papers --------------------------------------------------------------------------------

    async def paper(self, paper_id: str) -> Paper:
        """The paper with this id. Raises ``PaperNotFound``."""
        return await self._finder.by_id(paper_id)

    async def papers(self, ids: Sequence[str]) -> dict[str, Paper]:
        """The papers with these ids that the catalogue has, by id."""
        return await self._catalogue.get(ids)

    async def as_quoted(self, references: Collection[tuple[str, str | None]]) -> dict[tuple[str, str | None], Paper]:
        """The papers that stored quotes refer to by id and ``Paper.digest``, with the abstract that was quoted."""
        return await self._catalogue.as_quoted(references)

    async def find(self, text: str, *, limit: int = 5) -> tuple[Paper, ...]:
        """Papers that ``text`` refers to by an id, an arXiv link, or a title or part of one; best first.

        So do an author with a year, and the key of a reference. A paper that isn't here is fetched from arXiv by its
        id. Raises ``PaperNotFound``, which says what to try.
        """
        if (searched := searched_text(text)) is not None:
            text = searched
        try:
            return await self._finder.by_text(text, limit)
        except PaperNotFound:
            with suppress(QueryError):
                page = await self.search(text, limit=limit)
                if page.person and page.total <= limit and "year:" in (page.suggestion or ""):
                    return tuple(hit.paper for hit in page.hits)
            raise

    def everything(self) -> AsyncIterator[Paper]:
        """All papers in the order of their ids, with only some of them in memory."""
        return self._catalogue.everything()

    async def stats(self) -> Stats:
        """How many papers and lists there are, and how recent they are."""
        lists = await self._catalogue.lists.all()
        sources = tuple(await self.sources())
        return Stats(await self._catalogue.count(), len(lists), lists[0] if lists else None, sources)

    async def newest(self) -> tuple[date | None, list[SourceState]]:
        """The day of the newest list, and the states of the live sources; for some seconds as they were last read."""
        if self._newest is None or time.monotonic() - self._newest_read > _KEPT_SECONDS:
            self._newest_read = time.monotonic()
            self._newest = await self.lists.newest_day(), await self.sources()
        return self._newest

    async def sources(self) -> list[SourceState]:
        """The states of all live sources that ever got a request."""
        return await self._catalogue.sources.states()


def _mismatch_reasons(query: Query, papers: Sequence[Paper]) -> dict[str, Text]:
    return {paper.id: reason for paper in papers if (reason := mismatch_reason(query, paper)) is not None}
