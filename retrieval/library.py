"""``Library``: the one door to papers and answers, for the bot and for the command line.

It joins the catalogue (truth, on disk), the index (derived, in memory) and the answerer (pure
functions), and lets no quote out that is not a slice of the abstract that the catalogue holds.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from retrieval.answering import Answerer
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.records.answerer import RecordAnswerer
from retrieval.answering.types import Answer, Question, Quote, ScoredPaper, check_quotes
from retrieval.catalogue import Added, Catalogue, SourceState
from retrieval.errors import PaperNotFound, SourceUnavailable
from retrieval.index import Hit, Index
from retrieval.index.vocabulary import VocabularyCache
from retrieval.ingest.importer import import_file
from retrieval.ingest.live import Fetcher, RetryTiming, Source, SyncResult
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.parsers.files import FilePosition, OnDefect, OnProgress
from retrieval.papers import Paper, arxiv_id
from retrieval.query.mismatch import mismatch_reason
from retrieval.query.query import Query, parse
from retrieval.search.autocomplete import Completer
from retrieval.search.facets import FacetsOf
from retrieval.search.live_index import LiveIndex
from retrieval.search.matching import News
from retrieval.search.record_lookup import CatalogueLookup
from retrieval.search.results import SearchPage, Stats
from retrieval.search.searcher import Searcher
from retrieval.search.spelling import suggest_query, unrecorded
from retrieval.settings import SEED_PAGE, LibrarySettings
from retrieval.text import terms
from retrieval.trending.lists import Lists, not_withdrawn
from retrieval.worker import Worker

Clock = Callable[[], datetime]
"""Returns the present moment as an aware UTC ``datetime``."""

Compose = Callable[[Analysis, Sequence[ScoredPaper], Index], tuple[Answer, Explanation | None]]
"""Makes the answer out of candidate papers, and why it is the answer where that is wanted."""

OnPage = Callable[[int, int, str], None]
"""Hears how many of how many pages are read, and which one comes next."""

_TYPING_SECONDS = 2.0  # Discord waits three for completions
_TELLING_WORDS = 20  # of a paper, as a query for similar ones
_MATCHED_AT_ONCE = 200  # papers whose texts are held against a query, so that questions get their turn in between


class Library:
    """Papers and answers. Make one with ``Library.open`` or ``Library.of``; both close what they opened."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        answerer: Answerer,
        worker: Worker,
        completer: Completer,
        clock: Clock,
        facets: FacetsOf,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._answerer = answerer
        self._worker = worker
        self._clock = clock
        self._facets = facets
        self._searcher = Searcher(catalogue, facets, worker, answerer.paper_vectors, index.title_weight)
        self.completer = completer
        self._records = RecordAnswerer(
            CatalogueLookup(catalogue, index, self._searcher, completer, facets, clock, self._from_arxiv),
            answerer.is_word,
        )
        self.lists = Lists(catalogue, clock)
        self.news = News(catalogue, worker)
        self.fetcher = fetcher

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: LibrarySettings, clock: Clock, *, live: RetryTiming | None = None
    ) -> AsyncGenerator[Library]:
        """The library of the data folder; made where it is missing, its index rebuilt where it must be.

        ``live`` lets it ask the live sources, and says how to wait for them; ``None``: it stays offline.
        Raises ``DatabaseError`` and ``SettingsError`` with the sentence for the operator.
        """
        async with (
            Catalogue.open(settings.papers_database) as catalogue,
            cls._over(catalogue, settings, clock, settings.index_folder) as library,
        ):
            if live is None:
                yield library
                return
            async with Fetcher.open(catalogue.sources, settings.sources, clock, live) as library.fetcher:
                yield library

    @classmethod
    @asynccontextmanager
    async def of(cls, papers: Sequence[Paper], settings: LibrarySettings, clock: Clock) -> AsyncGenerator[Library]:
        """A library of just these papers, in memory; the data folder is not touched."""
        async with Catalogue.in_memory() as catalogue:
            await catalogue.add(papers, seen_at=clock())
            async with cls._over(catalogue, settings, clock, None) as library:
                yield library

    @classmethod
    @asynccontextmanager
    async def _over(
        cls, catalogue: Catalogue, settings: LibrarySettings, clock: Clock, folder: Path | None
    ) -> AsyncGenerator[Library]:
        limits = settings.limits
        answerer = Answerer.from_settings(settings.answers)
        title_weight, engine = settings.retrieval.title_weight, settings.retrieval.engine
        vocabulary, facets = VocabularyCache(), FacetsOf(catalogue)

        async def prepare(index: Index) -> None:
            await asyncio.to_thread(answerer.prepare, index)
            await asyncio.to_thread(vocabulary, index)
            await facets.of(index)

        async with LiveIndex(
            catalogue, folder=folder, title_weight=title_weight, prepare=prepare, engine=engine
        ) as index:
            await index.follow()
            with (
                Worker(waiting=limits.waiting, seconds=limits.answer_seconds) as worker,
                Worker(waiting=limits.waiting, seconds=_TYPING_SECONDS) as typing,  # no key waits for an answer
            ):
                completer = Completer(catalogue, index, vocabulary, typing, clock)
                yield cls(catalogue, index, answerer, worker, completer, clock, facets)

    async def settled(self) -> None:
        """Wait until the index's work in the background is done: for those who measure."""
        await self._index.settled()

    # --- papers in -----------------------------------------------------------------------------

    async def add(self, papers: Sequence[Paper]) -> Added:
        """Store papers and make them searchable. Adding the same papers again changes nothing."""
        return await self._index.add(papers, seen_at=self._clock())

    async def import_file(
        self, path: Path, *, on_defect: OnDefect, on_progress: OnProgress, on_resume: Callable[[FilePosition], None]
    ) -> Added:
        """Store the papers of a file of any size and make them searchable; what is in memory has a bound.

        An import of the same file that was stopped goes on where it stopped, which ``on_resume`` is told.
        Raises ``SourceError`` for a file that cannot be read; what was read before is kept.
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
        """Store the seed page where the catalogue is empty: what a first run has to show."""
        if await self._catalogue.count():
            return Added(new=0, changed=0, unchanged=0)
        return await self.add(read_page(SEED_PAGE.read_text(encoding="utf-8")))

    async def sync(
        self,
        source: Source,
        first: date | None = None,
        last: date | None = None,
        on_page: OnPage = lambda _done, _of, _page: None,
    ) -> SyncResult:
        """Read what is due of a live source; ``first`` and ``last``: of these days, instead of by itself.

        What was read stays when it ends early. Raises ``SourceUnavailable`` when the source cannot be read now.
        """
        if self.fetcher is None:
            return SyncResult()
        tasks, done = await self.fetcher.due(source, first, last), SyncResult()
        for number, task in enumerate(tasks):
            on_page(number, len(tasks), task.page)
            done += await self.fetcher.run(task, self.add)
        return done

    # --- questions -----------------------------------------------------------------------------

    async def answer(self, question: Question) -> Answer:
        """The answer to a question: from records, quotes that are slices, an honest refusal, or small talk.

        Raises ``Busy`` when too many questions wait, and ``UnfaithfulQuote`` rather than let a
        quote out that the catalogue's abstract does not hold.
        """
        return (await self._answered(question, self._answerer.compose_unexplained))[0]

    async def explain(self, question: Question) -> tuple[Answer, Explanation | None]:
        """The answer, and why it is the answer; ``None`` where no abstract was read or no paper came near.

        Raises as ``answer`` does.
        """
        return await self._answered(question, self._answerer.explain)

    async def _answered(self, question: Question, compose: Compose) -> tuple[Answer, Explanation | None]:
        started = time.perf_counter()
        routed = await self._records.answer(question, self._clock().date())
        if isinstance(routed, Answer):
            answer, why = routed, None
        else:
            index = await self._index.current()
            answer, why = await self._worker.run(compose, *await self._candidates(routed, index), index)
            await self._check(answer.quotes, answer.also, why.rivals if why else ())
        return replace(answer, question=question, elapsed_ms=(time.perf_counter() - started) * 1000), why

    async def _candidates(self, question: Question, index: Index) -> tuple[Analysis, list[ScoredPaper]]:
        analysis, hits = await self._worker.run(self._read_and_find, question, index)
        papers = await self._catalogue.get([hit.id for hit in hits])
        return analysis, [
            ScoredPaper(papers[hit.id], hit.score)
            for hit in hits
            if hit.id in papers and papers[hit.id].withdrawn is None
        ]

    def _read_and_find(self, question: Question, index: Index) -> tuple[Analysis, list[Hit]]:
        analysis = self._answerer.analyse(question, index)
        return analysis, self._answerer.find(analysis, index)

    async def _check(self, *several: Sequence[Quote]) -> None:
        """A paper may get a new abstract while its old one is being quoted: then the kept old one counts."""
        quotes = [quote for quotes in several for quote in quotes]
        texts = await self._catalogue.texts({quote.paper.id for quote in quotes})
        papers = [quote.paper for quote in quotes if quote.paper.id in texts]
        replaced = [paper for paper in papers if not texts[paper.id].is_of(paper)]
        earlier = await self._catalogue.as_quoted({(paper.id, paper.digest) for paper in replaced}) if replaced else {}
        for quote in quotes:
            paper = quote.paper
            original = earlier.get((paper.id, paper.digest)) or texts.get(paper.id)
            check_quotes([quote], {paper.id: original} if original else {})

    async def search(self, query: str | Query, *, limit: int = 10, offset: int = 0) -> SearchPage:
        """Papers for a query, best first; newest first those that no word of it ranks.

        Raises ``QueryError`` for a malformed query and ``Busy`` when too many wait.
        """
        query = parse(query) if isinstance(query, str) else query
        index = await self._index.current()
        found = await self._searcher.find(query, index, limit=limit, offset=offset)
        proposed = await suggest_query(query, self._catalogue, index)
        lacking = () if found.total else await unrecorded(query, await self._facets.of(index), self._catalogue)
        hits = await self._scored(found.hits)
        return SearchPage(query, hits, found.total, offset, found.counted, found.read, proposed, lacking)

    async def matching(self, query: str | Query, paper_ids: Sequence[str]) -> set[str]:
        """Those of these papers that fit a query, as a search for it would find them; withdrawn ones never do.

        Raises ``QueryError`` for a malformed query and ``Busy`` when too many wait.
        """
        papers = not_withdrawn(tuple((await self._catalogue.get(paper_ids)).values()))
        return {paper.id for paper in papers} - (await self.mismatches(query, papers)).keys()

    async def mismatches(self, query: str | Query, papers: Sequence[Paper]) -> dict[str, str]:
        """Why papers do not fit a query, as they are given, in a few words by id; those that fit are left out.

        Raises as ``matching`` does.
        """
        query, reasons = parse(query) if isinstance(query, str) else query, dict[str, str]()
        for start in range(0, len(papers), _MATCHED_AT_ONCE):
            reasons |= await self._worker.run(_reasons, query, papers[start : start + _MATCHED_AT_ONCE])
        return reasons

    async def _scored(self, hits: Sequence[Hit]) -> tuple[ScoredPaper, ...]:
        papers = await self._catalogue.get([hit.id for hit in hits])
        return tuple(ScoredPaper(papers[hit.id], hit.score) for hit in hits if hit.id in papers)

    async def similar(self, paper_id: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """Papers that share the most telling words with this one, best first, itself left out.

        The query is the paper's own words, those with the highest tf-idf.
        """
        paper = await self.paper(paper_id)
        index = await self._index.current()
        words = await self._worker.run(self._telling_words, paper, index)
        hits = await self._worker.run(index.search, words, limit + 1)
        return await self._scored([hit for hit in hits if hit.id != paper.id][:limit])

    async def near(self, text: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """Papers that running text is about, best first: those that would be read to answer it as a question.

        Empty for text without a content word. Raises ``Busy`` when too many wait.
        """
        analysis, candidates = await self._candidates(Question(text), await self._index.current())
        return tuple(candidates[:limit]) if analysis.words else ()

    def _telling_words(self, paper: Paper, index: Index) -> list[str]:
        """The stems of a paper with the highest tf-idf in it, each once: a query for papers like it."""
        counts = Counter(self._index.terms_of(paper))
        shared = [stem for stem in counts if index.document_frequency(stem) > 1]
        return sorted(shared, key=lambda stem: (-counts[stem] * index.idf(stem), stem))[:_TELLING_WORDS]

    # --- papers out ----------------------------------------------------------------------------

    async def paper(self, paper_id: str) -> Paper:
        """The paper with this id. Raises ``PaperNotFound``."""
        found = await self._catalogue.get([paper_id])
        if paper_id not in found:
            raise PaperNotFound(f"I have no paper with the id {paper_id}.")
        return found[paper_id]

    async def papers(self, ids: Sequence[str]) -> dict[str, Paper]:
        """The papers that the catalogue has, by id."""
        return await self._catalogue.get(ids)

    async def as_quoted(self, references: Collection[tuple[str, str | None]]) -> dict[tuple[str, str | None], Paper]:
        """The papers that stored quotes refer to by id and ``Paper.digest``, with the abstract that was quoted."""
        return await self._catalogue.as_quoted(references)

    async def find(self, text: str, *, limit: int = 5) -> tuple[Paper, ...]:
        """Papers that ``text`` names: an id, an arXiv link, a title or a part of one; best first.

        Raises ``PaperNotFound``, naming what would be understood, or where an id that is not here leads.
        """
        id = arxiv_id(text)
        exact = await self._catalogue.get([id or text.strip()])
        if exact:
            return tuple(exact.values())
        if id:
            return (await self._from_arxiv(id),)
        by_title = await self._catalogue.by_title(text, limit)
        by_title = by_title or list((await self.papers(list(await self.completer.papers(text, limit=limit)))).values())
        if by_title:
            return tuple(by_title)
        near = await self._scored(await self._worker.run((await self._index.current()).search, terms(text), 1))
        hint = f" The nearest title is “{near[0].paper.title}”." if near else ""
        raise PaperNotFound(
            f"I have no paper called “{text.strip()[:200]}”. Give an arXiv id such as 2407.06723, "
            f"a link to it, or some words of its title.{hint}"
        )

    async def _from_arxiv(self, id: str) -> Paper:
        """A paper that is not here, from arXiv, and from then on here. Raises ``PaperNotFound``."""
        where, paper = f"If there is one, it is at https://arxiv.org/abs/{id}.", None
        if self.fetcher is not None:
            try:
                paper = await self.fetcher.paper(id)
            except SourceUnavailable as away:
                raise PaperNotFound(f"I have not read the paper {id}. {away} {where}") from away
        if paper is None:
            raise PaperNotFound(f"I have not read the paper {id}. {where}")
        await self.add([paper])
        return await self.paper(id)

    async def stats(self) -> Stats:
        """How much there is, and how new."""
        lists = await self._catalogue.lists()
        sources = tuple(await self.sources())
        return Stats(await self._catalogue.count(), len(lists), lists[0] if lists else None, sources)

    async def sources(self) -> list[SourceState]:
        """How each live source stands that was ever asked."""
        return await self._catalogue.sources.states()


def _reasons(query: Query, papers: Sequence[Paper]) -> dict[str, str]:
    return {paper.id: why for paper in papers if (why := mismatch_reason(query, paper)) is not None}
