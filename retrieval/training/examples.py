"""Questions with known answers, laid over corpora of several sizes: what fitting learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import analyse
from retrieval.answering.question.candidates import find
from retrieval.answering.scoring import highlight_features, sentence_features
from retrieval.answering.scoring.match_table import Table
from retrieval.answering.scoring.ranking import of_papers
from retrieval.answering.types import Question, ScoredPaper, Turn
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.evaluation.question_sets import GoldQuestion
from retrieval.index import Hit, Index, document_terms
from retrieval.papers import Paper
from retrieval.training.linear import Choice, Mask, Matrix

FOLDS = 5
CUTS = (500, 100, 15)
"""Sizes of the small corpora beside the whole one. How much a rare word means depends on how many papers there are."""
_NAMED_BEFORE = 5


@dataclass(frozen=True, eq=False)
class Case:
    """A question in a corpus of ``size`` papers; its table is not empty."""

    gold: GoldQuestion
    table: Table
    size: int

    @property
    def fold(self) -> int:
        """The fold of the question: that of its paper, so that no paper is in two."""
        key = self.gold.paper or (sorted(self.gold.papers) or [self.gold.question])[0]
        return hashlib.sha256(key.encode()).digest()[0] % FOLDS

    @property
    def interrupts(self) -> bool:
        """Whether the question came after one that it does not follow up."""
        return self.gold.after is None and bool(self.table.analysis.question.history)

    @property
    def has_sentence(self) -> bool:
        """Whether some abstract answers with a sentence (not with a list of papers)."""
        return self.gold.answerable and not self.gold.wants_papers

    @cached_property
    def described(self) -> Matrix:
        """The features of every sentence."""
        return sentence_features.describe(self.table)

    @cached_property
    def described_papers(self) -> Matrix:
        """The features of every paper."""
        return of_papers(self.table, self.described)

    @cached_property
    def right_papers(self) -> Mask:
        """Which of the papers answer."""
        return np.array([reading.paper.title in self.gold.accepted for reading in self.table.readings], np.bool_)

    @cached_property
    def right(self) -> Mask:
        """Which of the sentences answer; any of the right paper, where the paper is what was looked for."""
        there = self.right_papers[self.table.paper_of]
        if self.gold.kind == "paper-lookup":
            return there
        return there & np.array([self._is_gold(passage) for passage in self.table.passages], np.bool_)

    def _is_gold(self, passage: Passage) -> bool:
        return any(each in passage.text or passage.text in each for each in self.gold.gold_sentences)

    def paper_choice(self) -> Choice | None:
        """Which paper: all candidates are rivals; ``None`` where the right one is not among them."""
        return Choice(self.described_papers, self.right_papers) if self.right_papers.any() else None

    def sentence_choices(self) -> list[Choice]:
        """Which sentence: those of one right paper are rivals."""
        if self.gold.kind == "paper-lookup":
            return []
        papers = [self.table.paper_of == at for at in np.flatnonzero(self.right_papers)]
        return [Choice(self.described[rows], self.right[rows]) for rows in papers if self.right[rows].any()]

    def run_choice(self) -> Choice | None:
        """Which run of words of the right sentence answers; ``None`` where the set does not say."""
        for reading, right in zip(self.table.readings, self.right_papers, strict=True):
            for passage in reading.passages if right and self.gold.answer and self.has_sentence else ():
                start = passage.text.find(self.gold.answer or "")
                if start >= 0 and self._is_gold(passage):
                    return self._run_choice(passage, start, start + len(self.gold.answer or ""))
        return None

    def _run_choice(self, passage: Passage, start: int, end: int) -> Choice | None:
        found = highlight_features.runs_of(self.table.analysis, passage)
        held = [at for at, (first, last) in enumerate(found.spans) if last > start and first < end]
        if not held:
            return None
        right = (found.first == held[0]) & (found.last == held[-1])
        return (
            Choice(highlight_features.with_kinds(found.described, self.table.analysis.kinds), right)
            if right.any()
            else None
        )


class Corpus:
    """Papers with their index and the word vectors, for asking questions of them."""

    def __init__(self, papers: Sequence[Paper], title_weight: int, words: WordVectors) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self.by_title = {paper.title: paper for paper in papers}
        self._title_weight = title_weight
        self.words = words
        self._index = Index.empty().adding((paper.id, document_terms(paper, title_weight)) for paper in papers)
        self._meanings = PaperVectors(words)

    def case(self, gold: GoldQuestion, before: GoldQuestion | None) -> Case | None:
        """A question, after another one; ``None`` for talk and where no paper has a word of it."""
        analysis = analyse(Question(gold.question, self._turns(before)), self._index, self.words.numbers)
        hits = find(analysis, self._index, self._meanings, self.words)
        table = Table.of(analysis, [ScoredPaper(self.papers[hit.id], hit.score) for hit in hits], self.words)
        return Case(gold, table, len(self._index)) if len(table) else None

    def _turns(self, before: GoldQuestion | None) -> tuple[Turn, ...]:
        """The question before as if it had been answered rightly: its paper first, then the next best."""
        if before is None:
            return ()
        right = [self.by_title[title].id for title in sorted(before.accepted) if title in self.by_title]
        named = dict.fromkeys([*right, *(hit.id for hit in self.hits(before))])
        return (Turn(before.question, tuple(named)[:_NAMED_BEFORE]),)

    def hits(self, gold: GoldQuestion) -> list[Hit]:
        """The candidate papers of a question that stands alone."""
        analysis = analyse(Question(gold.question), self._index, self.words.numbers)
        return find(analysis, self._index, self._meanings, self.words)

    def cut(self, size: int, questions: Sequence[GoldQuestion], rng: np.random.Generator) -> Corpus:
        """A small corpus: the questions' papers, the likest papers of those without, others as they fall."""
        kept = dict[str, Paper]()
        for gold in questions:
            for title in sorted(gold.accepted & self.by_title.keys()):
                kept[self.by_title[title].id] = self.by_title[title]
            kept |= {hit.id: self.papers[hit.id] for hit in self.hits(gold)[:1] if len(kept) < size}
        ids = list(self.papers)
        for number in shuffled(len(ids), rng):
            if len(kept) >= size:
                break
            kept.setdefault(ids[number], self.papers[ids[number]])
        return Corpus(list(kept.values()), self._title_weight, self.words)


def shuffled(count: int, rng: np.random.Generator) -> list[int]:
    """The numbers below ``count``, in an order that ``rng`` chooses."""
    numbers: NDArray[np.int64] = rng.permutation(count)
    return [int(number) for number in numbers]


def cases(
    questions: Sequence[GoldQuestion], corpus: Corpus, cut: int | None, before: Mapping[str, GoldQuestion]
) -> list[Case]:
    """The questions in a corpus, or in corpora cut to ``cut`` papers, each for a group of questions.

    ``before`` maps ids of questions to the question that was asked before them.
    """
    if cut is None:
        found = [corpus.case(gold, before.get(gold.id)) for gold in questions]
        return [case for case in found if case is not None]
    rng = np.random.default_rng(cut)
    order = [questions[number] for number in shuffled(len(questions), rng)]
    step = max(1, cut // 3)
    small = list[Case]()
    for start in range(0, len(order), step):
        group = order[start : start + step]
        among = corpus.cut(cut, group, rng)
        found = [among.case(gold, before.get(gold.id)) for gold in group]
        small += [case for case in found if case is not None]
    return small


def followed_up(questions: Sequence[GoldQuestion]) -> dict[str, GoldQuestion]:
    """The question before each follow-up, by the follow-up's id."""
    by_id = {gold.id: gold for gold in questions}
    return {gold.id: by_id[gold.after] for gold in questions if gold.after in by_id}


def interruptions(questions: Sequence[GoldQuestion]) -> dict[str, GoldQuestion]:
    """For some questions that stand alone another one to come before them: people change the subject.

    Not many more than there are follow-ups, so that neither is the rule.
    """
    rng = np.random.default_rng(1)
    about = [gold for gold in questions if gold.paper and gold.answerable]
    alone = [questions[number] for number in shuffled(len(questions), rng) if questions[number].after is None]
    follow_ups = len(questions) - len(alone)
    chosen = alone[: 2 * follow_ups]
    before = [about[int(number)] for number in rng.integers(0, len(about), len(chosen))]
    return {gold.id: other for gold, other in zip(chosen, before, strict=True) if gold.paper != other.paper}
