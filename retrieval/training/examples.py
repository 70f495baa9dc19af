"""Questions with known answers on corpora of several sizes: the examples that fitting learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import analyse
from retrieval.answering.question.candidates import find
from retrieval.answering.scoring import highlight_features, paper_features, sentence_features
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.types import Question, ScoredPaper, Turn
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.evaluation.question_sets import GoldQuestion
from retrieval.index import Hit, Index, document_terms
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.training.linear import Choice

FOLDS = 5
CUTS = (500, 100, 15)
"""Sizes of the small corpora. How much a rare word means depends on the number of papers."""
_PREVIOUS_PAPERS = 5


@dataclass(frozen=True, eq=False)
class Case:
    """A question on a corpus; its table isn't empty. ``weight`` is how much it counts for whether to answer."""

    gold: GoldQuestion
    table: MatchTable
    weight: float = 1.0

    @property
    def key(self) -> str:
        """The same for all questions about a paper: its title."""
        return self.gold.paper or (sorted(self.gold.papers) or [self.gold.question])[0]

    @property
    def fold(self) -> int:
        """The question's fold; all questions about a paper are in the same one."""
        return hashlib.sha256(self.key.encode()).digest()[0] % FOLDS

    @property
    def half(self) -> int:
        """The question's half, 0 or 1, for readers; all questions about a paper are in the same one."""
        return hashlib.sha256(self.key.encode()).digest()[1] % 2

    @property
    def interrupts(self) -> bool:
        """Whether the question came after an unrelated one."""
        return self.gold.after is None and bool(self.table.analysis.question.history)

    @property
    def has_sentence(self) -> bool:
        """Whether a sentence of some abstract answers it (not a list of papers)."""
        return self.gold.answerable and not self.gold.wants_papers

    @cached_property
    def sentence_rows(self) -> Floats:
        """The features of every sentence."""
        return sentence_features.describe(self.table)

    @cached_property
    def paper_rows(self) -> Floats:
        """The features of every paper."""
        return paper_features.describe(self.table)

    @cached_property
    def right_papers(self) -> Mask:
        """Which papers answer."""
        return np.array([paper.paper.title in self.gold.accepted for paper in self.table.papers], np.bool_)

    @property
    def optional_papers(self) -> Mask:
        """Which papers may be in a list without being missed."""
        return np.array([paper.paper.title in self.gold.papers_optional for paper in self.table.papers], np.bool_)

    @cached_property
    def right(self) -> Mask:
        """Which sentences answer; all of the right paper's if the question asks for a paper."""
        of_right_paper = self.right_papers[self.table.paper_of]
        if self.gold.kind == "paper-lookup":
            return of_right_paper
        return of_right_paper & np.array(
            [self._is_gold(passage) for passage in map(self.table.passage, range(len(self.table)))], np.bool_
        )

    def _is_gold(self, passage: Passage) -> bool:
        return any(each in passage.text or passage.text in each for each in self.gold.gold_sentences)

    def paper_choice(self) -> Choice | None:
        """The choice among all candidate papers; ``None`` if the right one isn't a candidate."""
        return Choice(self.paper_rows, self.right_papers) if self.right_papers.any() else None

    def sentence_choices(self) -> list[Choice]:
        """The choices among the sentences of each right paper."""
        if self.gold.kind == "paper-lookup":
            return []
        papers = [self.table.paper_of == at for at in np.flatnonzero(self.right_papers)]
        return [Choice(self.sentence_rows[rows], self.right[rows]) for rows in papers if self.right[rows].any()]

    def run_choice(self) -> Choice | None:
        """The choice among the runs of words in the right sentence; ``None`` if the answering words aren't known."""
        answer = self.gold.answer or ""
        for paper, right in zip(self.table.papers, self.right_papers, strict=True):
            for passage in paper.passages if right and answer and self.has_sentence else ():
                start = passage.text.find(answer)
                if start >= 0 and self._is_gold(passage):
                    return self._run_choice(passage, start, start + len(answer))
        return None

    def _run_choice(self, passage: Passage, start: int, end: int) -> Choice | None:
        runs = highlight_features.runs_of(self.table.analysis, passage)
        words = [at for at, (first, last) in enumerate(runs.spans) if last > start and first < end]
        if not words:
            return None
        right = (runs.first == words[0]) & (runs.last == words[-1])
        return Choice(runs.described(self.table.analysis.kinds), right) if right.any() else None


class Corpus:
    """Papers with their index and the word vectors, to ask questions about."""

    def __init__(self, papers: Sequence[Paper], title_weight: int, words: WordVectors) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self.by_title = {paper.title: paper for paper in papers}
        self.words = words
        self._title_weight = title_weight
        self._index = add_documents(
            Index.empty(), ((paper.id, document_terms(paper, title_weight)) for paper in papers)
        )
        self._paper_vectors = PaperVectors(words)

    def case(self, gold: GoldQuestion, previous: GoldQuestion | None) -> Case | None:
        """A question after another one; ``None`` for small talk and if no paper has a word of it."""
        analysis = analyse(Question(gold.question, self._history(previous)), self._index, self.words.numbers)
        hits = find(analysis, self._index, self._paper_vectors, self.words)
        table = MatchTable.of(analysis, [ScoredPaper(self.papers[hit.id], hit.score) for hit in hits], self.words)
        return Case(gold, table) if len(table) else None

    def _history(self, previous: GoldQuestion | None) -> tuple[Turn, ...]:
        """The previous question as if it had been answered correctly: its paper first, then the next best."""
        if previous is None:
            return ()
        right = [self.by_title[title].id for title in sorted(previous.accepted) if title in self.by_title]
        named = dict.fromkeys([*right, *(hit.id for hit in self.hits(previous))])
        return (Turn(previous.question, tuple(named)[:_PREVIOUS_PAPERS]),)

    def hits(self, gold: GoldQuestion) -> list[Hit]:
        """The candidate papers of a question without a conversation."""
        analysis = analyse(Question(gold.question), self._index, self.words.numbers)
        return find(analysis, self._index, self._paper_vectors, self.words)

    def cut(self, size: int, questions: Sequence[GoldQuestion], rng: np.random.Generator, *, near: int = 1) -> Corpus:
        """A small corpus: the questions' papers, for each question the ``near`` nearest ones, and random others."""
        kept = dict[str, Paper]()
        for gold in questions:
            for title in sorted(gold.accepted & self.by_title.keys()):
                kept[self.by_title[title].id] = self.by_title[title]
            kept |= {hit.id: self.papers[hit.id] for hit in self.hits(gold)[:near] if len(kept) < size}
        ids = list(self.papers)
        for number in _shuffled(len(ids), rng):
            if len(kept) >= size:
                break
            kept.setdefault(ids[number], self.papers[ids[number]])
        return Corpus(list(kept.values()), self._title_weight, self.words)


def build_cases(
    questions: Sequence[GoldQuestion], corpus: Corpus, cut: int | None, previous: Mapping[str, GoldQuestion]
) -> list[Case]:
    """The questions on a corpus, or on random parts of it with ``cut`` papers, each for a group of questions.

    ``previous`` maps ids of questions to the question asked before.
    """
    if cut is None:
        found = [corpus.case(gold, previous.get(gold.id)) for gold in questions]
        return [case for case in found if case is not None]
    rng = np.random.default_rng(cut)
    order = [questions[number] for number in _shuffled(len(questions), rng)]
    step = max(1, cut // 3)
    small = list[Case]()
    for start in range(0, len(order), step):
        group = order[start : start + step]
        part = corpus.cut(cut, group, rng)
        found = [part.case(gold, previous.get(gold.id)) for gold in group]
        small += [case for case in found if case is not None]
    return small


def _shuffled(count: int, rng: np.random.Generator) -> list[int]:
    numbers: NDArray[np.int64] = rng.permutation(count)
    return [int(number) for number in numbers]


def previous_questions(questions: Sequence[GoldQuestion]) -> dict[str, GoldQuestion]:
    """The question before each follow-up, by the follow-up's id."""
    by_id = {gold.id: gold for gold in questions}
    return {gold.id: by_id[gold.after] for gold in questions if gold.after in by_id}


def interruptions(questions: Sequence[GoldQuestion]) -> dict[str, GoldQuestion]:
    """An unrelated previous question for some questions, because people change the subject.

    At most twice as many as there are follow-ups, so that neither becomes the rule.
    """
    rng = np.random.default_rng(1)
    about = [gold for gold in questions if gold.paper and gold.answerable]
    order = [questions[number] for number in _shuffled(len(questions), rng)]
    alone = [gold for gold in order if gold.after is None]
    chosen = alone[: 2 * (len(questions) - len(alone))]
    previous = [about[int(number)] for number in rng.integers(0, len(about), len(chosen))]
    return {gold.id: other for gold, other in zip(chosen, previous, strict=True) if gold.paper != other.paper}
