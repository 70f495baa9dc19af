"""Quality of answers to a question set: right paper, right sentence, right refusals; and a simple baseline."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from retrieval.answering.question.kinds import Kind
from retrieval.answering.types import Answer, MatchLevel, Outcome, Question, Quote, Turn
from retrieval.evaluation.question_sets import GoldFact, GoldQuestion, ordered
from retrieval.library import Library
from retrieval.papers import Paper

_SHARES = (
    "paper_at_1", "sentence_at_1", "sentence_at_3", "right", "abstention_precision", "abstention_recall",
    "abstention_f1", "list_recall", "list_precision",
)  # fmt: skip
_OVERLAP = 0.6  # share of the shorter one from which a quote and a gold sentence are the same


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one question; each measure is 0 or 1, or ``None`` if it doesn't apply.

    ``fits`` is whether an answer from abstracts is right: the first quote, or all papers of a list.
    ``replied`` is whether the answer from records, or to small talk, is right.
    For right sentences only: ``answer_marked`` is whether all answering words are highlighted, ``marked_share`` the
    highlighted share of the sentence. ``unfaithful`` counts quotes that aren't in the paper's abstract.
    """

    gold: GoldQuestion
    answer: Answer
    answered: bool
    paper_at_1: float | None = None
    sentence_at_1: float | None = None
    sentence_at_3: float | None = None
    refused: float | None = None
    list_recall: float | None = None
    list_precision: float | None = None
    answer_marked: float | None = None
    marked_share: float | None = None
    replied: float | None = None
    fits: bool = False
    unfaithful: int = 0

    @property
    def right(self) -> float | None:
        """Whether the first sentence, the refusal or the record is right; ``None`` for lists of papers."""
        if self.gold.of_records:
            return self.replied
        return self.sentence_at_1 if self.gold.answerable else self.refused


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over a question set, 0..1, and counts. ``marked_share`` is a median."""

    questions: int
    paper_at_1: float
    sentence_at_1: float
    sentence_at_3: float
    right: float
    abstention_precision: float
    abstention_recall: float
    abstention_f1: float
    list_recall: float
    list_precision: float
    answer_marked: float
    marked_share: float
    unfaithful: int
    p50_ms: float
    p99_ms: float


async def ask_all(library: Library, questions: Sequence[GoldQuestion]) -> dict[str, Answer]:
    """Ask the library all questions; a follow-up gets the conversation with the library's own answers."""
    answers, histories = dict[str, Answer](), dict[str, tuple[Turn, ...]]()
    for gold in ordered(questions):
        history = histories.get(gold.after or "", gold.history)
        answer = await library.answer(Question(gold.question, history))
        answers[gold.id] = answer
        histories[gold.id] = (*history, Turn(gold.question, tuple(each.paper.id for each in answer.papers)))
    return answers


def judge(gold: GoldQuestion, answer: Answer, papers: Mapping[str, Paper]) -> Judged:
    """Judge one answer. ``papers`` maps titles to papers."""
    unfaithful = sum(_is_unfaithful(quote, papers.get(quote.paper.title)) for quote in answer.quotes)
    judged = _judged(gold, answer, papers)
    return replace(judged, fits=_fits(judged), unfaithful=unfaithful)


def _fits(judged: Judged) -> bool:
    gold, answer = judged.gold, judged.answer
    if not judged.answered or not gold.answerable:
        return False
    if gold.wants_papers or answer.kind == Kind.LIST:
        return all(each.paper.title in gold.accepted.union(gold.papers_optional) for each in answer.quotes)
    return judged.sentence_at_1 == 1


def _is_unfaithful(quote: Quote, paper: Paper | None) -> bool:
    return paper is None or paper.abstract[quote.start : quote.end] != quote.text


def _judged(gold: GoldQuestion, answer: Answer, papers: Mapping[str, Paper]) -> Judged:
    answered = answer.outcome is Outcome.ANSWERED and bool(answer.quotes)
    if gold.of_records:
        return Judged(gold, answer, answered, replied=float(_is_replied(gold, answer)))
    if not gold.answerable:
        return Judged(gold, answer, answered, refused=float(not answered))
    if gold.wants_papers:
        return _judge_list(gold, answer, answered)
    places = _gold_places(gold, papers)
    first = answer.quotes[0].paper.title if answer.quotes else (answer.papers[0].paper.title if answer.papers else "")
    hits = [_hits(gold, quote, places) for quote in answer.quotes[:3]] if answered else []
    marks = answer.quotes[0] if hits[:1] == [True] and gold.kind != "paper-lookup" else None
    return Judged(
        gold,
        answer,
        answered,
        paper_at_1=float(first in gold.accepted),
        sentence_at_1=float(hits[:1] == [True]),
        sentence_at_3=float(any(hits)),
        answer_marked=_answer_marked(gold.answer, marks) if marks else None,
        marked_share=_marked_share(marks) if marks else None,
    )


def _is_replied(gold: GoldQuestion, answer: Answer) -> bool:
    """Whether outcome, papers and facts are those of a question for records, or it was taken for small talk."""
    if answer.outcome.value != gold.kind:
        return False
    ids = [each.paper.id for each in answer.papers]
    facts = tuple(GoldFact(paper_id=each.paper_id, field=each.field, value=each.value) for each in answer.facts)
    order = sorted if gold.unordered else list[str]
    papers_right = gold.paper_ids is None or order(ids) == order(gold.paper_ids)
    return papers_right and (gold.facts is None or facts == gold.facts)


def _answer_marked(wanted: str | None, quote: Quote) -> float | None:
    """Whether all letters and digits of the answering words are highlighted; ``None`` if they aren't quoted."""
    start = quote.paper.abstract.find(wanted, quote.start, quote.end) if wanted else -1
    if wanted is None or start < 0:
        return None
    marked = {at for from_, to in quote.highlights for at in range(from_, to)}
    return float(all(at in marked for at, sign in enumerate(wanted, start) if sign.isalnum()))


def _marked_share(quote: Quote) -> float:
    return sum(to - from_ for from_, to in quote.highlights) / (quote.end - quote.start)


def _judge_list(gold: GoldQuestion, answer: Answer, answered: bool) -> Judged:
    wanted = set(gold.papers)
    named = [each.paper.title for each in answer.papers][: max(len(wanted) + 2, 5)]
    counted = [title for title in named if title not in gold.papers_optional]
    found = len(wanted & set(named))
    return Judged(gold, answer, answered, list_recall=found / len(wanted), list_precision=found / max(1, len(counted)))


def _gold_places(gold: GoldQuestion, papers: Mapping[str, Paper]) -> list[tuple[str, int, int]]:
    places = list[tuple[str, int, int]]()
    for sentence in gold.gold_sentences:
        for title in gold.accepted & papers.keys():
            start = papers[title].abstract.find(sentence)
            if start >= 0:
                places.append((title, start, start + len(sentence)))
    return places


def _hits(gold: GoldQuestion, quote: Quote, places: Sequence[tuple[str, int, int]]) -> bool:
    """Whether a quote is a gold sentence: at the same place, and not much longer (quoting everything doesn't count)."""
    if gold.kind == "paper-lookup":
        return quote.paper.title in gold.accepted
    size = quote.end - quote.start
    return any(
        title == quote.paper.title
        and min(end, quote.end) - max(start, quote.start) >= _OVERLAP * min(end - start, size)
        and size <= 2.5 * (end - start) + 100
        for title, start, end in places
    )


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of a question set."""
    refusing = [each for each in judged if not each.gold.wants_papers and not each.gold.of_records]
    refused = [each for each in refusing if not each.answered]
    rightly = sum(not each.gold.answerable for each in refused)
    precision = rightly / max(1, len(refused))
    recall = rightly / max(1, sum(not each.gold.answerable for each in refusing))
    shares = [each.marked_share for each in judged if each.marked_share is not None]
    times = [each.answer.elapsed_ms for each in judged] or [0.0]
    return Figures(
        questions=len(judged),
        paper_at_1=_mean(judged, lambda each: each.paper_at_1),
        sentence_at_1=_mean(judged, lambda each: each.sentence_at_1),
        sentence_at_3=_mean(judged, lambda each: each.sentence_at_3),
        right=_mean(judged, lambda each: each.right),
        abstention_precision=precision,
        abstention_recall=recall,
        abstention_f1=2 * precision * recall / max(1e-9, precision + recall),
        list_recall=_mean(judged, lambda each: each.list_recall),
        list_precision=_mean(judged, lambda each: each.list_precision),
        answer_marked=_mean(judged, lambda each: each.answer_marked),
        marked_share=float(np.median(shares)) if shares else float("nan"),
        unfaithful=sum(each.unfaithful for each in judged),
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
    )


def _mean(judged: Sequence[Judged], measure: Callable[[Judged], float | None]) -> float:
    values = [value for each in judged if (value := measure(each)) is not None]
    return float(np.mean(values)) if values else float("nan")


def intervals(judged: Sequence[Judged], *, rounds: int = 500) -> dict[str, tuple[float, float]]:
    """95% bootstrap intervals of the figures, seeded."""
    if not judged:
        return {}
    rng = np.random.default_rng(0)
    samples = list[Figures]()
    for _ in range(rounds):
        chosen: list[int] = rng.integers(0, len(judged), len(judged)).tolist()
        samples.append(figures([judged[number] for number in chosen]))
    return {
        name: _middle_of([value for sample in samples if not math.isnan(value := getattr(sample, name))])
        for name in _SHARES
        if not math.isnan(getattr(figures(judged), name))
    }


def _middle_of(values: Sequence[float]) -> tuple[float, float]:
    low, high = (float(each) for each in np.percentile(values, (2.5, 97.5)))
    return low, high


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence in a range: their mean confidence, and the share that is right."""

    low: float
    high: float
    answers: int
    confidence: float
    right: float


def reliability(judged: Sequence[Judged], *, bins: int = 5) -> list[Bin]:
    """Whether the confidence is a probability: its mean and the share of right answers, range by range.

    Only of answered questions, and without empty ranges.
    """
    kept = [each for each in judged if each.answered]
    found = list[Bin]()
    for at in range(bins):
        here = [each for each in kept if min(int(each.answer.confidence * bins), bins - 1) == at]
        if here:
            confidence = float(np.mean([each.answer.confidence for each in here]))
            right = float(np.mean([each.fits for each in here]))
            found.append(Bin(at / bins, (at + 1) / bins, len(here), confidence, right))
    return found


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """The answers of a level of certainty, and the share of them that is right; NaN if there are none."""

    level: MatchLevel
    answers: int
    right: float


def levels(judged: Sequence[Judged]) -> list[LevelFigures]:
    """How many answers from abstracts have each level of certainty, and how many of them are right."""
    found = list[LevelFigures]()
    for level in MatchLevel:
        fits = [each.fits for each in judged if each.answered and each.answer.match is level]
        found.append(LevelFigures(level, len(fits), float(np.mean(fits)) if fits else float("nan")))
    return found


def figures_by(judged: Sequence[Judged], key: Callable[[GoldQuestion], str]) -> dict[str, Figures]:
    """The figures of each kind or style of question, by name."""
    groups = dict[str, list[Judged]]()
    for each in judged:
        groups.setdefault(key(each.gold), []).append(each)
    return {name: figures(groups[name]) for name in sorted(groups)}


def as_json(values: Figures) -> dict[str, Any]:
    """The figures, rounded to three places."""
    return {
        field.name: round(value, 3) if isinstance(value := getattr(values, field.name), float) else value
        for field in fields(values)
    }


# --- the simple baseline -----------------------------------------------------------------------

_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[])")
_COMMON = frozenset(
    """
    a an and are as at be by can could did do does for from had has have how i in into is it its me my of on or our
    so than that the their them they this to was we were what when where which who why will with would you your about
    paper papers
    """.split()
)
_BASELINE_CUT = 0.4


class Baseline:
    """A weekend's work: rank_bm25 over title and abstract, then the sentence that shares most idf.

    Deliberately independent of this package, with its own tokens and sentences.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        from rank_bm25 import BM25Okapi  # noqa: PLC0415 - only needed for the comparison

        self._papers = papers
        self._bm25 = BM25Okapi([_words(f"{paper.title} {paper.abstract}") for paper in papers])

    def answer(self, question: Question) -> Answer:
        """The sentence of the three best papers that overlaps most; a refusal below a fixed coverage."""
        from retrieval.answering.types import ScoredPaper  # noqa: PLC0415

        asked = set(_words(question.text))
        scores = np.asarray(self._bm25.get_scores(_words(question.text)))
        top = [int(number) for number in np.argsort(scores)[::-1][:5]]
        weight: Callable[[str], float] = lambda word: float(self._bm25.idf.get(word, 8.0))  # noqa: E731
        whole = sum(map(weight, asked)) or 1.0
        found = list[tuple[float, Quote]]()
        for number in top[:3]:
            paper = self._papers[number]
            for start, end in _baseline_sentences(paper.abstract):
                shared = asked & set(_words(paper.abstract[start:end]))
                value = sum(map(weight, shared)) / whole + 0.02 * (number == top[0])
                found.append((value, Quote(paper, start, end, (), min(1.0, value))))
        found.sort(key=lambda each: -each[0])
        answered = bool(found) and found[0][0] >= _BASELINE_CUT
        return Answer(
            question,
            Outcome.ANSWERED if answered else Outcome.UNANSWERED,
            "baseline",
            quotes=tuple(quote for _, quote in found[:3]) if answered else (),
            papers=tuple(ScoredPaper(self._papers[number], float(scores[number])) for number in top),
        )


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _baseline_sentences(abstract: str) -> list[tuple[int, int]]:
    spans, start = list[tuple[int, int]](), 0
    for end in _SENTENCE_END.finditer(abstract):
        spans.append((start, end.start()))
        start = end.end()
    return [*spans, (start, len(abstract))]
