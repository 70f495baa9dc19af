"""``Answerer``: a question and candidate papers in, an ``Answer`` out. Pure, synchronous, thread-safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.output.comparison import Side, sides
from retrieval.answering.output.explanation import Why, explain
from retrieval.answering.output.quotes import choose, nearest, papers, quote, said_instead
from retrieval.answering.question.analysis import Analysis, Corpus, analyse
from retrieval.answering.question.candidates import find
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import answerability, list_selection
from retrieval.answering.scoring.match_table import Table
from retrieval.answering.scoring.model import Model, chances, load_model
from retrieval.answering.scoring.ranking import Ranking, rank
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors, associations
from retrieval.index import Hit, Index
from retrieval.settings import AnswerSettings, AnswerThreshold

_NEAREST: Final = 5
_NEAR: Final = 0.05
"""Confidence below which not even the best paper is what the question is about."""

SURE_ENOUGH: Final = {AnswerThreshold.DARING: 0.45, AnswerThreshold.BALANCED: 0.66, AnswerThreshold.CAREFUL: 0.8}
"""Probability that the question can be answered from which on it is answered."""


@dataclass(frozen=True, eq=False)
class Answerer:
    """Fitted weights, word vectors, and how sure to be. Make one with ``from_settings``."""

    model: Model
    associations: WordVectors
    meanings: PaperVectors
    sure_enough: float

    @classmethod
    def from_settings(cls, settings: AnswerSettings) -> Answerer:
        """With the weights and vectors of ``config/``. Raises ``SettingsError`` where they do not fit."""
        words = associations()
        return cls(load_model(), words, PaperVectors(words), SURE_ENOUGH[settings.how_sure])

    def prepare(self, index: Index) -> None:
        """Do beforehand what the first question to a new index would have to wait for."""
        self.meanings.prepare(index)

    def analyse(self, question: Question, corpus: Corpus) -> Analysis:
        """Read a question."""
        return analyse(question, corpus, self.associations.numbers)

    def find(self, analysis: Analysis, index: Index) -> list[Hit]:
        """Candidate papers with their BM25 scores for the question's own words, best first."""
        return find(analysis, index, self.meanings, self.associations)

    def compose(self, analysis: Analysis, candidates: Sequence[ScoredPaper], corpus: Corpus) -> Answer:
        """The answer out of these candidates."""
        if analysis.reply is not None:
            return Answer(analysis.question, Outcome.CHAT, "talk", reply=analysis.reply, confidence=1.0)
        table = Table.of(analysis, candidates, self.associations)
        if not len(table) or not (analysis.words or analysis.earlier):
            return _unanswered(analysis, tuple(candidates[:_NEAREST]), 0.0)
        apart = sides(analysis, table.readings)
        both = self._side_by_side(table, apart, candidates, corpus) if apart else None
        return both or self.answer_to(table, len(corpus))

    def explain(
        self, analysis: Analysis, candidates: Sequence[ScoredPaper], corpus: Corpus
    ) -> tuple[Answer, Why | None]:
        """The answer out of these candidates, and why it is the answer; ``None`` where nothing was weighed."""
        answer = self.compose(analysis, candidates, corpus)
        table = Table.of(analysis, candidates, self.associations)
        if answer.outcome is Outcome.CHAT or not len(table):
            return answer, None
        first = next(iter(sides(analysis, table.readings)), None)
        if first is not None and answer.quotes and answer.quotes[0].paper == table.readings[first.place].paper:
            table = self._alone(first, candidates, corpus)
        ranking = rank(table, self.model.paper, self.model.sentence)
        return answer, explain(answer, ranking, self.model, len(corpus))

    def answer_to(self, table: Table, corpus_size: int) -> Answer:
        """The answer out of a table that is not empty."""
        ranking = rank(table, self.model.paper, self.model.sentence)
        analysis = table.analysis
        if analysis.kind is Kind.LIST:
            return self._listed(ranking)
        confidence = self._confidence(ranking, corpus_size)
        if confidence < self.sure_enough:
            instead = said_instead(ranking) if confidence >= _NEAR else ()
            return _unanswered(analysis, nearest(ranking), confidence, instead)
        chosen = choose(ranking, self.model.marked)
        return Answer(
            analysis.question,
            Outcome.ANSWERED,
            analysis.kind,
            quotes=chosen.quotes,
            also=chosen.also,
            papers=nearest(ranking),
            confidence=confidence,
        )

    def _side_by_side(
        self, table: Table, apart: Sequence[Side], candidates: Sequence[ScoredPaper], corpus: Corpus
    ) -> Answer | None:
        """What each paper of a comparison says of its own; ``None`` where one of them does not answer."""
        quotes, confidence = list[Quote](), 1.0
        for side in apart:
            own = self._alone(side, candidates, corpus)
            ranking = rank(own, self.model.paper, self.model.sentence)
            confidence = min(confidence, self._confidence(ranking, len(corpus)))
            if own.paper_of[ranking.first] != side.place or confidence < self.sure_enough:
                return None
            quotes.append(quote(ranking, ranking.first, self.model.marked))
        shown = {each.paper.id: ScoredPaper(each.paper, each.score) for each in quotes}
        others = nearest(rank(table, self.model.paper, self.model.sentence))
        return Answer(
            table.analysis.question,
            Outcome.ANSWERED,
            table.analysis.kind,
            quotes=tuple(quotes),
            papers=(*shown.values(), *(each for each in others if each.paper.id not in shown))[:_NEAREST],
            confidence=confidence,
        )

    def _alone(self, side: Side, candidates: Sequence[ScoredPaper], corpus: Corpus) -> Table:
        """One side of a comparison, asked as a question of its own."""
        return Table.of(self.analyse(side.question, corpus), candidates, self.associations)

    def _confidence(self, ranking: Ranking, corpus_size: int) -> float:
        described = answerability.describe(ranking, corpus_size)
        return float(chances(self.model.answerable.margins(described[None, :]))[0])

    def _listed(self, ranking: Ranking) -> Answer:
        """The papers on a matter, each with its best sentence."""
        analysis = ranking.table.analysis
        likely = chances(list_selection.describe(ranking) @ self.model.listed + self.model.listed_offset)
        chosen, confidence = list_selection.on_the_matter(likely), float(likely.max())
        if not chosen:
            return _unanswered(analysis, nearest(ranking), confidence)
        best = dict[int, int]()
        for row in (int(each) for each in ranking.order):
            best.setdefault(int(ranking.table.paper_of[row]), row)
        return Answer(
            analysis.question,
            Outcome.ANSWERED,
            analysis.kind,
            quotes=tuple(quote(ranking, best[place], self.model.marked) for place in chosen),
            papers=papers(ranking, chosen),
            confidence=confidence,
        )


def _unanswered(
    analysis: Analysis, near: tuple[ScoredPaper, ...], confidence: float, instead: tuple[Quote, ...] = ()
) -> Answer:
    return Answer(
        analysis.question, Outcome.UNANSWERED, analysis.kind, also=instead, papers=near, confidence=confidence
    )
