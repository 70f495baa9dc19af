"""How likely it is that the answer shown is right, and the level of certainty that people see.

Answerability says whether an abstract answers at all; this says whether the first quote answers, or whether every paper
of a list fits. Few features, because more of them didn't carry over to questions on other sciences.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict

from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.scoring.specificity import is_unspecific
from retrieval.answering.types import MatchLevel
from retrieval.errors import SettingsError

QUOTE_NAMES: Final = ("answerable", "share")
LIST_NAMES: Final = ("all_fit", "least", "most", "papers")
_NEVER_CERTAIN: Final = 1e-6

Features = Mapping[str, float]
"""The value of each feature, by its name."""


class Calibration(BaseModel):
    """A logistic model of being right. From the probability ``strong`` on, a match is strong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float]
    offset: float
    strong: float

    def probability(self, features: Features) -> float:
        """The probability of being right, 0..1. Raises ``SettingsError`` if it was fitted for other features."""
        if self.weights.keys() != features.keys():
            raise SettingsError("The certainty was fitted for other features. Fit it again: python -m retrieval fit.")
        log_odds = self.offset + sum(self.weights[name] * value for name, value in features.items())
        return 0.5 * (1 + math.tanh(log_odds / 2))

    def level(self, probability: float) -> MatchLevel:
        """The level of an answer with this probability."""
        return MatchLevel.STRONG if probability >= self.strong else MatchLevel.POSSIBLE


class Certainty(BaseModel):
    """Whether the first quote is right, and whether all papers of a list are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quotes: Calibration
    lists: Calibration


def describe_quote(ranking: Ranking, row: int, answerable: float) -> Features:
    """What suggests that a sentence is right, given the log-odds that anything answers.

    ``share`` are the log-odds of its share: at most even for a sentence that mentions what was asked for without naming
    it, however well it fits otherwise.
    """
    share, paper = _log_odds(float(ranking.shares[row])), ranking.paper(row).paper
    unspecific = is_unspecific(ranking.table.analysis, ranking.passage(row).text, paper.title)
    return {"answerable": answerable, "share": min(share, 0.0) if unspecific else share}


def describe_list(probabilities: Sequence[float]) -> Features:
    """What suggests that all listed papers fit, given the probability of each; at least one."""
    return {
        "all_fit": sum(math.log(max(each, _NEVER_CERTAIN)) for each in probabilities),
        "least": min(probabilities),
        "most": max(probabilities),
        "papers": float(len(probabilities)),
    }


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _NEVER_CERTAIN), 1 - _NEVER_CERTAIN)
    return math.log(kept / (1 - kept))
