"""``Answerer``: turns a question and candidate papers into an ``Answer``. Pure, synchronous, thread-safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.output.comparison import ComparisonSide, comparison_sides
from retrieval.answering.output.explanation import Explanation, explain
from retrieval.answering.output.introduction import (
    explaining_row,
    introduces,
    introducing_row,
    names_subject,
    size_row,
    summary_rows,
)
from retrieval.answering.output.list_quotes import list_quotes
from retrieval.answering.output.quotes import (
    distinct_rows,
    nearest_papers,
    quote,
    related_quotes,
    scored_papers,
    select_quotes,
)
from retrieval.answering.passages.passages import PaperPassages, read_paper
from retrieval.answering.question.analysis import Analysis, Corpus, analyse
from retrieval.answering.question.candidates import find, searches
from retrieval.answering.question.kinds import Kind
from retrieval.answering.question.subjects import Subject, Wanted
from retrieval.answering.reader.inputs import question_text
from retrieval.answering.reader.reader import MODEL_FILE, Reader, is_installed
from retrieval.answering.scoring import answerability, list_selection, reader_mix
from retrieval.answering.scoring.boosted_trees import Trees
from retrieval.answering.scoring.certainty import Calibration, describe_list, describe_quote
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.model import Model, load_model, probabilities
from retrieval.answering.scoring.ranking import Ranking, rank
from retrieval.answering.types import NO_PAPERS, Answer, Outcome, Question, Quote, ScoredPaper
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors, load_word_vectors
from retrieval.index import Hit, Index, Query
from retrieval.papers import Paper
from retrieval.settings import AnswerSettings, AnswerThreshold, ReaderUse
from retrieval.text import stem

_NEAREST: Final = 5
_CONSIDERED: Final = 40
_BESIDE: Final = 1
"""Quotes beside the one that introduces a paper."""
_SOMEWHAT_LIKELY: Final = 0.05
"""Probability that the question can be answered from which a refusal shows what the nearest paper does say."""

THRESHOLDS: Final = {AnswerThreshold.DARING: 0.45, AnswerThreshold.BALANCED: 0.6, AnswerThreshold.CAREFUL: 0.8}
"""Probability that the question can be answered from which it is answered."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A ranking, the log-odds that the question can be answered, and how certain that makes a sentence."""

    ranking: Ranking
    log_odds: float
    calibration: Calibration

    @property
    def answerable(self) -> float:
        """The probability that the question can be answered."""
        return float(probabilities(np.array(self.log_odds)))

    def certainty(self, row: int) -> float:
        """The probability that a sentence answers."""
        return self.calibration.probability(describe_quote(self.ranking, row, self.log_odds))


@dataclass(frozen=True, eq=False)
class Answerer:
    """Fitted weights, word vectors and a threshold. Create one with ``from_settings``."""

    model: Model
    word_vectors: WordVectors
    paper_vectors: PaperVectors
    threshold: float
    reader: Reader | None = None
    is_busy: Callable[[], bool] = bool
    """Whether others wait for answers; then nothing is read a second time."""

    @classmethod
    def from_settings(cls, settings: AnswerSettings) -> Answerer:
        """An answerer with the weights and vectors in ``config/``. Raises ``SettingsError`` if they're invalid."""
        words, model = load_word_vectors(), load_model()
        reader = usable_reader(model) if settings.reader is ReaderUse.AUTO else None
        return cls(model, words, PaperVectors(words), THRESHOLDS[settings.how_sure], reader)

    def prepare(self, index: Index) -> None:
        """Compute in advance what the first question to a new index would have to wait for."""
        self.paper_vectors.prepare(index)

    def read(self, papers: Iterable[Paper]) -> None:
        """Read papers before anybody asks about them."""
        for paper in papers:
            read_paper(paper, self.word_vectors)

    def is_word(self, word: str) -> bool:
        """Whether the abstracts that the word vectors were made from have a word."""
        return stem(word) in self.word_vectors.numbers

    def analyse(self, question: Question, corpus: Corpus) -> Analysis:
        """Analyse a question."""
        return analyse(question, corpus, self.word_vectors.numbers)

    def find(self, analysis: Analysis, index: Index) -> list[Hit]:
        """Candidate papers with their BM25 scores for the question's own words, best first."""
        return find(analysis, index, self.paper_vectors, self.word_vectors)

    def searches(self, analysis: Analysis, index: Index) -> list[tuple[Query, int]]:
        """The searches that ``find`` makes."""
        return searches(analysis, index, self.word_vectors)

    def compose(self, analysis: Analysis, candidates: Sequence[ScoredPaper], corpus: Corpus) -> Answer:
        """The answer from these candidates."""
        if not len(corpus):
            return Answer(analysis.question, Outcome.UNANSWERED, analysis.kind, reply=NO_PAPERS)
        table = self._table(analysis, candidates)
        if not len(table) or not (analysis.words or analysis.earlier_papers):
            return _unanswered(analysis, tuple(candidates[:_NEAREST]), 0.0)
        place = subject_place(analysis, table.papers)
        if place is not None and analysis.subject is not None:
            return self._present(self._rank(table), analysis.subject, place)
        sides = comparison_sides(analysis, table.papers)
        return (self._compare(table, sides, candidates, corpus) if sides else None) or self.answer_to(table)

    def compose_unexplained(
        self, analysis: Analysis, candidates: Sequence[ScoredPaper], corpus: Corpus
    ) -> tuple[Answer, None]:
        """The answer alone, where nobody asked why."""
        return self.compose(analysis, candidates, corpus), None

    def explain(
        self, analysis: Analysis, candidates: Sequence[ScoredPaper], corpus: Corpus
    ) -> tuple[Answer, Explanation | None]:
        """The answer from these candidates and its explanation; ``None`` for small talk and without candidates."""
        answer = self.compose(analysis, candidates, corpus)
        table = self._table(analysis, candidates)
        if answer.outcome is Outcome.CHAT or not len(table):
            return answer, None
        first = next(iter(comparison_sides(analysis, table.papers)), None)
        if first is not None and answer.quotes and answer.quotes[0].paper == table.papers[first.place].paper:
            table = self._side_table(first, candidates, corpus)
        return answer, explain(answer, self._judged(table).ranking, self.model)

    def rated(self, answer: Answer) -> Answer:
        """The answer with its level of certainty, if it answers from abstracts."""
        certainty, read = self.model.certainty, self.model.read if self.reader else None
        quotes = read.certainty if read else certainty.quotes
        calibration = certainty.lists if answer.kind == Kind.LIST else quotes
        is_rated = answer.outcome is Outcome.ANSWERED
        return replace(answer, match=calibration.level(answer.confidence) if is_rated else None)

    def answer_to(self, table: MatchTable) -> Answer:
        """The answer from a table that isn't empty."""
        analysis = table.analysis
        if analysis.kind is Kind.LIST:
            return self._list_papers(self._rank(table))
        judged = self._judged(table)
        ranking, size = judged.ranking, size_row(judged.ranking)
        if size is not None:
            return self._quoted(judged, [size], [int(table.paper_of[size])])
        first = _first_row(ranking)
        confidence = judged.certainty(first)
        introduced = introduces(ranking, first)
        if judged.answerable < self.threshold and not introduced:
            related = related_quotes(ranking) if judged.answerable >= _SOMEWHAT_LIKELY else ()
            return _unanswered(analysis, nearest_papers(ranking), confidence, related)
        adds: Callable[[int], bool] = lambda row: not introduced or introduces(ranking, row)  # noqa: E731
        chosen = select_quotes(ranking, self.model.highlights, first, adds)
        return Answer(
            analysis.question,
            Outcome.ANSWERED,
            analysis.kind,
            quotes=chosen.quotes,
            also=chosen.also,
            papers=nearest_papers(ranking),
            confidence=confidence,
        )

    def _present(self, ranking: Ranking, subject: Subject, place: int) -> Answer:
        """The paper that is the question's subject: the sentence that introduces it, or three that sum it up."""
        name = "" if subject.is_pronoun else subject.name
        if subject.wanted is Wanted.SUMMARY:
            rows = summary_rows(ranking, name, place)
        else:
            first, own = introducing_row(ranking, name, place), distinct_rows(ranking, _CONSIDERED)
            others = [row for row in own if row != first and ranking.table.paper_of[row] == place]
            others = [row for row in others if names_subject(ranking, row, name)]
            rows = [first, *others[:_BESIDE]]
        return self._quoted(self._unread(ranking), rows, [place])

    def _quoted(self, judged: Judgement, rows: Sequence[int], places: Sequence[int]) -> Answer:
        """An answer of these sentences and papers."""
        ranking = judged.ranking
        quotes = [quote(ranking, row, self.model.highlights, brief=row != rows[0]) for row in rows]
        return Answer(
            ranking.table.analysis.question,
            Outcome.ANSWERED,
            ranking.table.analysis.kind,
            quotes=tuple(quotes),
            papers=scored_papers(ranking, places),
            confidence=judged.certainty(rows[0]),
        )

    def _compare(
        self, table: MatchTable, sides: Sequence[ComparisonSide], candidates: Sequence[ScoredPaper], corpus: Corpus
    ) -> Answer | None:
        """What each paper of a comparison says about its own system; ``None`` if one of them doesn't answer."""
        quotes, confidence = list[Quote](), 1.0
        for side in sides:
            judged = self._judged(self._side_table(side, candidates, corpus))
            ranking = judged.ranking
            confidence = min(confidence, judged.certainty(ranking.first))
            if ranking.table.paper_of[ranking.first] != side.place or judged.answerable < self.threshold:
                return None
            quotes.append(quote(ranking, ranking.first, self.model.highlights))
        shown = {each.paper.id: ScoredPaper(each.paper, each.score) for each in quotes}
        others = [each for each in nearest_papers(self._rank(table)) if each.paper.id not in shown]
        return Answer(
            table.analysis.question,
            Outcome.ANSWERED,
            table.analysis.kind,
            quotes=tuple(quotes),
            papers=(*shown.values(), *others)[:_NEAREST],
            confidence=confidence,
        )

    def _side_table(self, side: ComparisonSide, candidates: Sequence[ScoredPaper], corpus: Corpus) -> MatchTable:
        """One side of a comparison as a question of its own."""
        return MatchTable.of(self.analyse(side.question, corpus), candidates, self.word_vectors)

    def _table(self, analysis: Analysis, candidates: Sequence[ScoredPaper]) -> MatchTable:
        """The question and its candidates; only the conversation's papers, if it refers to one and not to the best."""
        table, earlier = MatchTable.of(analysis, candidates, self.word_vectors), set(analysis.earlier_papers)
        if not len(table) or not analysis.refers:
            return table
        ranking = self._rank(table)
        if ranking.paper(ranking.first).paper.id in earlier:
            return table
        kept = MatchTable.of(analysis, [each for each in candidates if each.paper.id in earlier], self.word_vectors)
        return kept if len(kept) else table

    def _rank(self, table: MatchTable) -> Ranking:
        return rank(table, self.model.paper, self.model.sentence)

    def _judged(self, table: MatchTable) -> Judgement:
        """What the models make of a table; with the reader's opinion where it helps."""
        own = self._unread(self._rank(table))
        return self._read(own) or own

    def _unread(self, ranking: Ranking) -> Judgement:
        log_odds = _log_odds(self.model.answerable, answerability.describe(ranking))
        return Judgement(ranking, log_odds, self.model.certainty.quotes)

    def _read(self, own: Judgement) -> Judgement | None:
        """The judgement after reading; ``None`` without a reader, where it isn't needed, and where others wait."""
        weights, ranking = self.model.read, own.ranking
        rows = reader_mix.rows_to_read(ranking, own.answerable)
        if weights is None or self.reader is None or not len(rows) or self.is_busy():
            return None
        scores = self.reader.scores(question_text(ranking.table.analysis), reader_mix.reader_passages(ranking, rows))
        if scores is None:
            return None
        mixed = reader_mix.mixed(ranking, rows, scores, weights.mix)
        read = _log_odds(weights.answerable, reader_mix.describe(mixed, rows, scores))
        return Judgement(mixed, reader_mix.joined_log_odds(own.log_odds, read), weights.certainty)

    def _list_papers(self, ranking: Ranking) -> Answer:
        """The papers on a topic, each with a sentence."""
        analysis = ranking.table.analysis
        likely = probabilities(list_selection.describe(ranking) @ self.model.listed + self.model.listed_offset)
        chosen = list_selection.on_topic(ranking.table, list_selection.select_papers(likely))
        shown = likely[chosen or [int(likely.argmax())]].tolist()
        confidence = self.model.certainty.lists.probability(describe_list(shown))
        if not chosen:
            return _unanswered(analysis, nearest_papers(ranking), min(confidence, self.threshold))
        return Answer(
            analysis.question,
            Outcome.ANSWERED,
            analysis.kind,
            quotes=list_quotes(ranking, chosen),
            papers=scored_papers(ranking, chosen),
            confidence=confidence,
        )


def subject_place(analysis: Analysis, papers: Sequence[PaperPassages]) -> int | None:
    """The position of the paper that is the question's subject as a whole, if one is."""
    if analysis.subject is None or not analysis.earlier_papers:
        return None
    if not (analysis.question.about or analysis.subject.is_pronoun):
        return None
    return next((at for at, each in enumerate(papers) if each.paper.id == analysis.earlier_papers[0]), None)


def _first_row(ranking: Ranking) -> int:
    """The sentence that is quoted first: the best one, or one that explains the term that was asked about."""
    subject = ranking.table.analysis.subject
    if subject is None or subject.wanted is not Wanted.INTRODUCTION or not subject.is_name:
        return ranking.first
    return explaining_row(ranking, subject.name)


@cache
def usable_reader(model: Model) -> Reader | None:
    """The reader that the weights were fitted with; ``None`` if it's missing or its packages aren't installed."""
    if model.read is None or not MODEL_FILE.is_file() or not is_installed():
        return None
    return Reader(MODEL_FILE, model.read.checksum)


def _log_odds(trees: Trees, row: Floats) -> float:
    return float(trees.log_odds(row[None, :])[0])


def _unanswered(
    analysis: Analysis, near: tuple[ScoredPaper, ...], confidence: float, related: tuple[Quote, ...] = ()
) -> Answer:
    return Answer(
        analysis.question, Outcome.UNANSWERED, analysis.kind, also=related, papers=near, confidence=confidence
    )
