"""Fits what the reader's scores change, to scores of readers that have never seen a question's paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Rows
from retrieval.answering.question.kinds import Kind
from retrieval.answering.reader.inputs import question_text
from retrieval.answering.reader.reader import Reader
from retrieval.answering.scoring import answerability, reader_mix
from retrieval.answering.scoring.boosted_trees import BoostedTrees, Trees
from retrieval.answering.scoring.certainty import QUOTE_NAMES, Calibration, describe_quote
from retrieval.answering.scoring.model import probabilities
from retrieval.answering.scoring.ranking import Ranking
from retrieval.errors import SettingsError
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.certainty import Evidence, fit_calibration, strong_from
from retrieval.training.examples import Case
from retrieval.training.linear import Choice, fit_choices

MIX_PENALTY: Final = 0.001
_MISS_WEIGHT: Final = 0.25
"""How much a question counts for answerability if another sentence than the right one came first: whether it's
answered or refused, it isn't answered rightly."""
_DECIMALS: Final = 4

Halves = Mapping[int, Reader]
"""Readers that learned from one half of the questions each, by the half that they have not seen."""


def halves_in(folder: Path) -> Halves:
    """The halves that making the reader left in a folder: each learned from the other half."""
    return {1 - half: Reader(folder / f"half-{half}.onnx") for half in (0, 1)}


@dataclass(frozen=True, eq=False)
class ReadCase:
    """A case of which some sentences were read, with their scores, and the log-odds of an answer before reading."""

    case: Case
    ranking: Ranking
    log_odds: float
    rows: Rows
    scores: Floats

    def choice(self) -> Choice | None:
        """The choice among the read sentences; ``None`` if none of them answers."""
        right = self.case.right[self.rows]
        if not self.case.has_sentence or not right.any():
            return None
        return Choice(reader_mix.describe_rows(self.ranking, self.rows, self.scores), right)

    def mixed(self, mix: Floats) -> Ranking:
        """The ranking after reading."""
        return reader_mix.mixed(self.ranking, self.rows, self.scores, mix)


@dataclass(frozen=True, eq=False)
class ReaderStage:
    """The read cases with their mixed rankings and features of answerability, and the evidence of the others."""

    read: Sequence[ReadCase]
    mix: Floats
    rankings: Sequence[Ranking]
    rows: Floats
    unread: Sequence[Evidence]

    @classmethod
    def of(
        cls, cases: Sequence[Case], rank: Callable[[Case], Ranking], trees: Sequence[Trees], halves: Halves
    ) -> ReaderStage:
        """Read what an answerer that has never seen a paper lets a reader read; ``trees`` are those of folds."""
        read, unread = list[ReadCase](), list[Evidence]()
        for case in cases:
            if case.table.analysis.kind is Kind.LIST:
                continue
            ranking = rank(case)
            log_odds = float(trees[case.fold].log_odds(answerability.describe(ranking)[None, :])[0])
            rows = reader_mix.rows_to_read(ranking, float(probabilities(np.array(log_odds))))
            if len(rows):
                read.append(ReadCase(case, ranking, log_odds, rows, _scores(case, ranking, rows, halves[case.half])))
            else:
                unread.append(_evidence(case, ranking, log_odds))
        mix = fit_choices([choice for each in read if (choice := each.choice()) is not None], MIX_PENALTY)
        rankings = [each.mixed(mix) for each in read]
        described = [
            reader_mix.describe(ranking, each.rows, each.scores) for each, ranking in zip(read, rankings, strict=True)
        ]
        return cls(read, mix, rankings, np.array(described), unread)

    def fit_answerability(self, without: int | None = None) -> BoostedTrees:
        """Fit the trees, to all folds but one."""
        kept = np.array([each.case.fold != without for each in self.read])
        answerable = np.array([each.case.gold.answerable for each in self.read])
        pairs = zip(self.read, self.rankings, strict=True)
        right = np.array([_is_right(each.case, ranking) for each, ranking in pairs])
        weights = np.where(answerable & ~right, _MISS_WEIGHT, 1.0) * [each.case.weight for each in self.read]
        return fit_trees(self.rows[kept], answerable[kept], reader_mix.NAMES, weights[kept])

    def evidence(self, trees: Sequence[BoostedTrees]) -> list[Evidence]:
        """What the models that were fitted without each read case's fold know about its answer."""
        answerable = [Trees.of(each, reader_mix.NAMES) for each in trees]
        found = list[Evidence]()
        for each, ranking, row in zip(self.read, self.rankings, self.rows, strict=True):
            read = float(answerable[each.case.fold].log_odds(row[None, :])[0])
            found.append(_evidence(each.case, ranking, reader_mix.joined_log_odds(each.log_odds, read)))
        return found

    def fit_certainty(self, evidence: Sequence[Evidence], own: Calibration, without: int | None = None) -> Calibration:
        """Fit the certainty of read answers, to all folds but one; ``own`` is that of the others.

        The strong level is that of both together, because people don't see which answers were read.
        """
        read = [each for each in evidence if each.fold != without]
        unread = [each for each in self.unread if each.fold != without]
        fitted = fit_calibration(read, QUOTE_NAMES)
        confidence = [
            *(fitted.probability(each.features) for each in read),
            *(own.probability(each.features) for each in unread),
        ]
        strong = strong_from(np.array(confidence), np.array([each.right for each in (*read, *unread)]))
        return fitted.model_copy(update={"strong": round(strong, _DECIMALS)})


def _scores(case: Case, ranking: Ranking, rows: Rows, reader: Reader) -> Floats:
    scores = reader.scores(question_text(case.table.analysis), reader_mix.reader_passages(ranking, rows))
    if scores is None:
        raise SettingsError(f"{reader.model} can't be used.")
    return scores


def _evidence(case: Case, ranking: Ranking, log_odds: float) -> Evidence:
    features = describe_quote(ranking, ranking.first, log_odds)
    return Evidence(features, _is_right(case, ranking), case.fold, is_list=False)


def _is_right(case: Case, ranking: Ranking) -> bool:
    """Whether the first sentence answers."""
    return case.has_sentence and bool(case.right[ranking.first])
