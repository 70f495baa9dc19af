"""``Answerer``: a question and candidate papers in, an ``Answer`` out. Pure, synchronous, thread-safe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from retrieval.answers import doubt
from retrieval.answers.analysis import Analysis, Corpus, analyse
from retrieval.answers.highlight import highlights
from retrieval.answers.kinds import Kind
from retrieval.answers.lists import MOST, on_the_matter
from retrieval.answers.model import Vector, load_weights
from retrieval.answers.ranking import Ranked, contexts, rank, standing
from retrieval.answers.types import Answer, Outcome, Question, Quote, Scored
from retrieval.index import Hit
from retrieval.settings import AnswerSettings, HowSure

CANDIDATES: Final = 12
"""Papers whose sentences are read for one question."""
_BY_MEANING: Final = 4
"""Of these, papers that only the lexicon's words found."""
_QUOTES: Final = 3
_ALSO: Final = 6
_NEAREST: Final = 5
_WORTH_QUOTING: Final = 0.3
"""Share of the best sentence's that a second or third quote must have."""
_SAME: Final = 0.8
"""Shared words, of the shorter of two sentences, from which on they say the same."""

SURE_ENOUGH: Final = {HowSure.DARING: 0.4, HowSure.BALANCED: 0.6, HowSure.CAREFUL: 0.75}
"""Probability that the question can be answered from which on it is answered."""


class Searchable(Corpus, Protocol):
    """An index, as the answerer uses it."""

    def search(self, terms: Sequence[str], limit: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The best papers for stems."""
        ...


@dataclass(frozen=True)
class Answerer:
    """Fitted weights and how sure to be. Make one with ``from_settings``."""

    sentence: Vector
    answerable: Vector
    offset: float
    sure_enough: float

    @classmethod
    def from_settings(cls, settings: AnswerSettings) -> Answerer:
        """With the weights of ``config/answers.json``. Raises ``SettingsError`` where they do not fit."""
        sentence, answerable, offset = load_weights()
        return cls(sentence, answerable, offset, SURE_ENOUGH[settings.how_sure])

    def analyse(self, question: Question, corpus: Corpus) -> Analysis:
        """Read a question."""
        return analyse(question, corpus)

    def find(self, analysis: Analysis, index: Searchable) -> list[Hit]:
        """Candidate papers with their BM25 scores for the question's own words, best first."""
        return find(analysis, index)

    def compose(self, analysis: Analysis, candidates: Sequence[Scored], corpus: Corpus) -> Answer:
        """The answer out of these candidates."""
        if analysis.reply is not None:
            return Answer(analysis.question, Outcome.CHAT, "talk", reply=analysis.reply, confidence=1.0)
        ranked = rank(analysis, candidates, self.sentence)
        if not ranked:
            return Answer(analysis.question, Outcome.UNANSWERED, analysis.kind, papers=tuple(candidates[:_NEAREST]))
        confidence = self._confidence(ranked, len(corpus))
        if analysis.kind is Kind.LIST:
            return _list_answer(analysis, candidates, ranked, confidence)
        if confidence < self.sure_enough:
            return Answer(
                analysis.question,
                Outcome.UNANSWERED,
                analysis.kind,
                papers=_papers(ranked),
                confidence=confidence,
            )
        quotes, also = _chosen(ranked)
        return Answer(
            analysis.question,
            Outcome.ANSWERED,
            analysis.kind,
            quotes=tuple(_quote(each) for each in quotes),
            also=tuple(_quote(each) for each in also),
            papers=_papers(ranked),
            confidence=confidence,
        )

    def _confidence(self, ranked: Sequence[Ranked], corpus_size: int) -> float:
        described = np.array(doubt.describe(standing(ranked, corpus_size)))
        return float(1 / (1 + np.exp(-(described @ self.answerable + self.offset))))


def find(analysis: Analysis, index: Searchable) -> list[Hit]:
    """Candidates: by the question's words, by the lexicon's words for them, and the conversation's papers."""
    if analysis.reply is not None:
        return []
    words = list(analysis.words)
    limit = 3 * MOST if analysis.kind is Kind.LIST else CANDIDATES
    hits = index.search(words, limit)
    found = {hit.id for hit in hits}
    extra = {id for id in analysis.earlier if id not in found}
    meanings = [stem for stems in analysis.expansion.values() for stem in sorted(stems)]
    if meanings:
        # A term counts as often as it stands in a query: the question's own words weigh twice the lexicon's.
        by_meaning = index.search(words * 2 + meanings, limit)
        extra |= {hit.id for hit in by_meaning[:_BY_MEANING]} - found
    scores = {hit.id: hit.score for hit in index.search(words, len(extra), allowed=extra)} if extra else {}
    return [*hits, *(Hit(id, scores.get(id, 0.0)) for id in sorted(extra))]


def _chosen(ranked: Sequence[Ranked]) -> tuple[list[Ranked], list[Ranked]]:
    """The quotes, and further ones: sentences near the best one that do not repeat each other."""
    best, quotes, also = ranked[0].share, list[Ranked](), list[Ranked]()
    for each in ranked[:30]:
        if any(_says_the_same(each, other) for other in (*quotes, *also)):
            continue
        if len(quotes) < _QUOTES and each.share >= _WORTH_QUOTING * best:
            quotes.append(each)
        elif len(also) < _ALSO:
            also.append(each)
    return quotes, also


def _says_the_same(one: Ranked, other: Ranked) -> bool:
    shared = len(one.passage.stems & other.passage.stems)
    return shared >= _SAME * max(1, min(len(one.passage.stems), len(other.passage.stems)))


def _quote(ranked: Ranked) -> Quote:
    start, end = ranked.passage.span
    return Quote(
        paper=ranked.context.reading.paper,
        start=start,
        end=end,
        highlights=highlights(ranked.context.analysis, ranked.passage),
        score=ranked.share,
    )


def _papers(ranked: Sequence[Ranked]) -> tuple[Scored, ...]:
    """The candidate papers by the shares of their sentences together, that of the best sentence first."""
    shares = dict[str, float]()
    by_id = {each.context.reading.paper.id: each.context.reading.paper for each in ranked}
    for each in ranked:
        id = each.context.reading.paper.id
        shares[id] = shares.get(id, 0.0) + each.share
    first = ranked[0].context.reading.paper.id
    order = sorted(shares, key=lambda id: (id != first, -shares[id], id))
    return tuple(Scored(by_id[id], min(1.0, shares[id])) for id in order[:_NEAREST])


def _list_answer(
    analysis: Analysis, candidates: Sequence[Scored], ranked: Sequence[Ranked], confidence: float
) -> Answer:
    """The papers on a matter, each with its best sentence."""
    chosen = on_the_matter(analysis, contexts(analysis, candidates))
    if not chosen:
        return Answer(
            analysis.question,
            Outcome.UNANSWERED,
            analysis.kind,
            papers=_papers(ranked),
            confidence=confidence,
        )
    best = dict[str, Ranked]()
    for each in ranked:
        best.setdefault(each.context.reading.paper.id, each)
    quotes = tuple(_quote(best[each.reading.paper.id]) for each in chosen if each.reading.paper.id in best)
    papers = tuple(Scored(each.reading.paper, each.bm25 / each.best if each.best > 0 else 0.0) for each in chosen)
    return Answer(
        analysis.question,
        Outcome.ANSWERED,
        analysis.kind,
        quotes=quotes,
        papers=papers,
        confidence=confidence,
    )
