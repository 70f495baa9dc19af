"""Answers to questions: from the catalogue's records, or as quotes that are checked before they leave the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from retrieval.answering import Answerer
from retrieval.answering.output.comparison import introduced_side_by_side
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.output.two_parts import joined
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.subjects import compared_names, two_parts
from retrieval.answering.records.answerer import RecordAnswerer
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper, Turn, check_quotes
from retrieval.catalogue import Catalogue
from retrieval.index import Hit, Index
from retrieval.search.live_index import LiveIndex
from retrieval.worker import Worker

_FROM_ABSTRACTS: Final = frozenset({Outcome.ANSWERED, Outcome.UNANSWERED})

Compose = Callable[[Analysis, Sequence[ScoredPaper], Index], tuple[Answer, Explanation | None]]
"""Composes the answer from candidate papers, with its explanation if that is wanted."""


class QuestionService:
    """Answers questions with the papers of a catalogue."""

    def __init__(
        self, catalogue: Catalogue, index: LiveIndex, answerer: Answerer, records: RecordAnswerer, worker: Worker
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._answerer = answerer
        self._records = records
        self._worker = worker

    async def answer(self, question: Question, today: date) -> Answer:
        """See ``Library.answer``."""
        return (await self._composed(question, today, self._answerer.compose_unexplained))[0]

    async def explain(self, question: Question, today: date) -> tuple[Answer, Explanation | None]:
        """See ``Library.explain``."""
        return await self._composed(question, today, self._answerer.explain)

    async def _composed(self, question: Question, today: date, compose: Compose) -> tuple[Answer, Explanation | None]:
        started = time.perf_counter()
        answer, explanation = await self._undivided(question, today, compose)
        parts, names = two_parts(question.text), compared_names(question.text)
        if names is not None and answer.outcome in _FROM_ABSTRACTS:
            answer = await self._side_by_side(question, names, answer, today)
        elif parts is not None and answer.outcome is not Outcome.CHAT:
            answer = replace(await self._in_parts(question, parts, answer, today), question=question)
        return replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000), explanation

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
            index = await self._index.current()
            analysis, candidates = await self._read_candidates(routed, index)
            answer, explanation = await self._worker.run(compose, analysis, candidates, index)
            await self._check(answer.quotes, answer.also, explanation.rivals if explanation else ())
        return replace(answer, question=question), explanation

    async def candidates(self, question: Question) -> tuple[Analysis, list[ScoredPaper]]:
        """The analysis of a question, and the papers that would be read to answer it, best first."""
        return await self._read_candidates(question, await self._index.current())

    async def _read_candidates(self, question: Question, index: Index) -> tuple[Analysis, list[ScoredPaper]]:
        analysis, hits = await self._worker.run(self._find, question, index)
        papers = await self._catalogue.get([hit.id for hit in hits])
        return analysis, [
            ScoredPaper(papers[hit.id], hit.score)
            for hit in hits
            if hit.id in papers and papers[hit.id].withdrawn is None
        ]

    def _find(self, question: Question, index: Index) -> tuple[Analysis, list[Hit]]:
        analysis = self._answerer.analyse(question, index)
        return analysis, self._answerer.find(analysis, index)

    async def _check(self, *several: Sequence[Quote]) -> None:
        """Check that quotes are slices; if an abstract changed in the meantime, of the stored earlier one."""
        quotes = [quote for quotes in several for quote in quotes]
        texts = await self._catalogue.texts({quote.paper.id for quote in quotes})
        papers = [quote.paper for quote in quotes if quote.paper.id in texts]
        replaced = [paper for paper in papers if not texts[paper.id].is_of(paper)]
        earlier = await self._catalogue.as_quoted({(paper.id, paper.digest) for paper in replaced}) if replaced else {}
        for quote in quotes:
            paper = quote.paper
            original = earlier.get((paper.id, paper.digest)) or texts.get(paper.id)
            check_quotes([quote], {paper.id: original} if original else {})
