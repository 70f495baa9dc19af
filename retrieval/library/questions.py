"""Answers to questions: from the catalogue's records, or as quotes that are checked before they leave the library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import compress
from typing import Final

from retrieval.answering import Answerer
from retrieval.answering.output.comparison import introduced_side_by_side
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.output.two_parts import joined
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.subjects import compared_names, two_parts
from retrieval.answering.records.answerer import RecordAnswerer
from retrieval.answering.types import NO_PAPERS, Answer, Outcome, Question, Quote, ScoredPaper, Turn, check_quotes
from retrieval.catalogue import Catalogue
from retrieval.index import Hit, Index
from retrieval.index.mapped_files import MAPPED
from retrieval.library.paper_texts import MOST, PaperTexts
from retrieval.papers import Paper
from retrieval.search.live_index import LiveIndex
from retrieval.worker import Worker

_FROM_ABSTRACTS: Final = frozenset({Outcome.ANSWERED, Outcome.UNANSWERED})

Compose = Callable[[Analysis, Sequence[ScoredPaper], Index], tuple[Answer, Explanation | None]]
"""Composes the answer from candidate papers, with its explanation if that is wanted."""


_READ_AT_ONCE: Final = 16  # papers: a question waits for them, for some milliseconds
_QUEUE = 3  # calls of the worker, the running one included, above which answers are made faster


async def no_pause() -> None:
    """Only let others have their turn."""
    await asyncio.sleep(0)


class QuestionService:
    """Answers questions with the papers of a catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        answerer: Answerer,
        records: RecordAnswerer,
        worker: Worker,
        is_crowded: Callable[[], bool] = bool,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._answerer = replace(answerer, is_busy=lambda: worker.pending > _QUEUE or is_crowded())
        self._records = records
        self._worker = worker
        self._texts = PaperTexts(catalogue)
        self._read_ahead_of: Index | None = None

    @property
    def has_reader(self) -> bool:
        """See ``Library.has_reader``."""
        return self._answerer.reader is not None

    async def answer(self, question: Question, today: date) -> Answer:
        """See ``Library.answer``."""
        return (await self._composed(question, today, self._answerer.compose_unexplained))[0]

    async def explain(self, question: Question, today: date) -> tuple[Answer, Explanation | None]:
        """See ``Library.explain``."""
        return await self._composed(question, today, self._answerer.explain)

    def rated(self, answer: Answer) -> Answer:
        """See ``Library.rated``."""
        return self._answerer.rated(answer)

    async def _composed(self, question: Question, today: date, compose: Compose) -> tuple[Answer, Explanation | None]:
        started = time.perf_counter()
        answer, explanation = await self._undivided(question, today, compose)
        if answer.reply == NO_PAPERS:
            return answer, explanation
        parts, names = two_parts(question.text), compared_names(question.text)
        if names is not None and answer.outcome in _FROM_ABSTRACTS:
            answer = await self._side_by_side(question, names, answer, today)
        elif parts is not None and answer.outcome is not Outcome.CHAT and not _tells_several(answer):
            answer = replace(await self._in_parts(question, parts, answer, today), question=question)
        return replace(self.rated(answer), elapsed_ms=(time.perf_counter() - started) * 1000), explanation

    async def _in_parts(self, question: Question, parts: tuple[str, str], whole: Answer, today: date) -> Answer:
        """The answer to both parts of a question; the second goes on from the first."""
        compose = self._answerer.compose_unexplained
        first, _ = await self._undivided(Question(parts[0], question.history), today, compose)
        turn = Turn(parts[0], tuple(scored.paper.id for scored in first.papers))
        second, _ = await self._undivided(Question(parts[1], (*question.history, turn)), today, compose)
        return joined(whole, (first, second))

    async def _side_by_side(self, question: Question, names: Sequence[str], whole: Answer, today: date) -> Answer:
        """The answer to a comparison of two systems: of what each is, if no abstract compares them."""
        compose = self._answerer.compose_unexplained
        sides = [await self._undivided(Question(f"What is {name}?"), today, compose) for name in names]
        return replace(introduced_side_by_side(whole, names, [answer for answer, _ in sides]), question=question)

    async def _undivided(self, question: Question, today: date, compose: Compose) -> tuple[Answer, Explanation | None]:
        """The answer to a question as it is, and its explanation."""
        routed = await self._records.answer(question, today)
        if isinstance(routed, Answer):
            answer, explanation = routed, None
        else:
            answer, explanation = await self._from_abstracts(routed, compose)
            remark = await self._records.remark(question) if answer.outcome is Outcome.UNANSWERED else None
            answer, explanation = (remark, None) if remark else (answer, explanation)
        return replace(answer, question=question), explanation

    async def _from_abstracts(self, question: Question, compose: Compose) -> tuple[Answer, Explanation | None]:
        """The answer from abstracts. If a paper that it names has changed since it was read, it's composed again."""
        index = await self._index_for(question)
        analysis, hits = await self._worker.run(self._find, question, index)
        for last in (False, True):
            texts = await self._texts.get([hit.id for hit in hits], index)
            candidates = [ScoredPaper(texts[hit.id], hit.score) for hit in hits if hit.id in texts]
            answer, explanation = await self._worker.run(compose, analysis, candidates, index)
            quotes = [*answer.quotes, *answer.also, *(explanation.rivals if explanation else ())]
            named = {each.paper.id: each.paper for each in (*answer.papers, *quotes)}
            present = await self._catalogue.get(list(named))
            changed = [id for id, paper in named.items() if not _is_as_read(paper, present.get(id))]
            if last or not changed:
                break
            self._texts.forget(changed)
        await self._check(quotes, present)
        return _with_records(answer, explanation, present)

    async def candidates(self, question: Question) -> tuple[Analysis, list[ScoredPaper]]:
        """The analysis of a question, and the papers that would be read to answer it, best first."""
        analysis, hits = await self._worker.run(self._find, question, await self._index_for(question))
        papers = await self._catalogue.get([hit.id for hit in hits])
        return analysis, [
            ScoredPaper(papers[hit.id], hit.score)
            for hit in hits
            if hit.id in papers and papers[hit.id].withdrawn is None
        ]

    async def read_ahead(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Read the abstracts of the newest papers, so that no question waits for it. Questions get their turn.

        It takes half a millisecond a paper, and nothing where they were read before.
        """
        index = await self._index.current()
        if index is self._read_ahead_of:
            return
        ids = await self._worker.run_unbounded(_newest, index)
        for start in range(0, len(ids), _READ_AT_ONCE):
            await pause()
            texts = await self._texts.get(ids[start : start + _READ_AT_ONCE], index)
            await self._worker.run_unbounded(self._answerer.read, texts.values())
        self._read_ahead_of = index

    async def _index_for(self, question: Question) -> Index:
        """An index with the papers that can be candidates."""
        index = await self._index.current()
        if index.is_whole:
            return index
        analysis = await self._worker.run(self._answerer.analyse, question, index)
        searches = await self._worker.run(self._answerer.searches, analysis, index)
        earlier = [id for turn in question.history[-1:] for id in turn.paper_ids]
        return await self._index.for_searches(searches, [*earlier, *analysis.earlier_papers]) if searches else index

    def _find(self, question: Question, index: Index) -> tuple[Analysis, list[Hit]]:
        analysis = self._answerer.analyse(question, index)
        hits = self._answerer.find(analysis, index)
        MAPPED.release()
        return analysis, hits

    async def _check(self, quotes: Sequence[Quote], present: Mapping[str, Paper]) -> None:
        """Check that quotes are slices; if an abstract changed in the meantime, of the stored earlier one."""
        papers = [quote.paper for quote in quotes if quote.paper.id in present]
        replaced = [paper for paper in papers if not _is_same_text(paper, present[paper.id])]
        earlier = await self._catalogue.as_quoted({(paper.id, paper.digest) for paper in replaced}) if replaced else {}
        for quote in quotes:
            paper = quote.paper
            original = earlier.get((paper.id, paper.digest)) or present.get(paper.id)
            check_quotes([quote], {paper.id: original} if original else {})


def _newest(index: Index) -> list[str]:
    """The ids of the papers that were added last, at most as many as are kept."""
    ids = list[str]()
    for segment in reversed(index.segments):
        ids = [*compress(segment.ids.all(), segment.alive), *ids]
        if len(ids) >= MOST:
            break
    return ids[-MOST:]


def _is_same_text(one: Paper, other: Paper) -> bool:
    return (one.title, one.abstract) == (other.title, other.abstract)


def _is_as_read(paper: Paper, present: Paper | None) -> bool:
    return present is not None and present.withdrawn is None and _is_same_text(paper, present)


def _tells_several(answer: Answer) -> bool:
    """Whether records answered both parts already: "who wrote it and when did it come out?"."""
    return len({fact.field for fact in answer.facts}) > 1


def _with_records(
    answer: Answer, explanation: Explanation | None, present: Mapping[str, Paper]
) -> tuple[Answer, Explanation | None]:
    """The same with whole papers in place of their texts."""

    def whole(paper: Paper) -> Paper:
        found = present.get(paper.id)
        return found if found is not None and _is_same_text(paper, found) else paper

    def quotes(some: Sequence[Quote]) -> tuple[Quote, ...]:
        return tuple(replace(quote, paper=whole(quote.paper)) for quote in some)

    papers = tuple(ScoredPaper(whole(each.paper), each.score) for each in answer.papers)
    answer = replace(answer, quotes=quotes(answer.quotes), also=quotes(answer.also), papers=papers)
    return answer, replace(explanation, rivals=quotes(explanation.rivals)) if explanation else None
