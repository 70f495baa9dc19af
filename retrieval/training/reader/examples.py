"""What the reader learns from: questions with the sentences that the answerer found likely, right and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from retrieval.answering.reader.inputs import ReaderPassage, question_text
from retrieval.training.answer_weights import Rankers, TrainingSet
from retrieval.training.examples import Case

_LIKELY: Final = 12
"""Sentences of each question that the answerer, fitted without its paper, found likeliest."""
_GOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A question with passages, likeliest first, of which those at the positions ``right`` answer.

    ``half`` is 0 or 1; all questions about a paper are in the same half.
    """

    id: str
    half: int
    question: str
    passages: tuple[ReaderPassage, ...]
    right: tuple[int, ...]

    @classmethod
    def of_line(cls, line: str) -> Example:
        """The example of a JSON line."""
        values: dict[str, Any] = json.loads(line)
        passages = tuple(ReaderPassage(*each) for each in values["passages"])
        return cls(values["id"], values["half"], values["question"], passages, tuple(values["right"]))

    def line(self) -> str:
        """The example as a JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def build_examples(questions: TrainingSet, folds: Sequence[Rankers]) -> list[Example]:
    """The examples of all questions that don't ask for lists."""
    cases = [case for case in questions.whole if not case.gold.wants_papers]
    return [example for case in cases if (example := _example(case, folds[case.fold])) is not None]


def _example(case: Case, rankers: Rankers) -> Example | None:
    ranking = rankers.rank(case)
    order = [int(row) for row in ranking.order]
    gold = [row for row in order if case.right[row]][:_GOLD] if case.gold.answerable else []
    if case.gold.answerable and not gold:
        return None  # its paper isn't a candidate
    right = set(np.flatnonzero(case.right).tolist()) if case.gold.answerable else set[int]()
    likely = order[:_LIKELY]
    rows = [*likely, *(row for row in gold if row not in likely)]
    passages = tuple(ReaderPassage(ranking.paper(row).paper.title, ranking.passage(row).text) for row in rows)
    answering = tuple(at for at, row in enumerate(rows) if row in right)
    return Example(case.gold.id, case.half, question_text(case.table.analysis), passages, answering)
