"""Fitted weights: what ``config/answers.json`` holds, checked when it is read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.answering.scoring import answerability, highlight_features, list_selection, sentence_features
from retrieval.answering.scoring.boosted_trees import Boosted, Trees
from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

WEIGHTS_FILE = PROJECT / "config" / "answers.json"

Vector = NDArray[np.float64]


class Linear(BaseModel):
    """A linear model: a weight for each named feature, and an offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float]
    offset: float = 0.0

    def vector(self, names: tuple[str, ...]) -> Vector:
        """The weights in the order of ``names``; these must be exactly the model's features."""
        if set(self.weights) != set(names):
            strange = sorted(set(self.weights) ^ set(names))[:3]
            raise SettingsError(
                f"{WEIGHTS_FILE} was fitted for other features (for example {', '.join(strange)}). "
                "Make it again: python -m retrieval fit."
            )
        return np.array([self.weights[name] for name in names])


class Weights(BaseModel):
    """The whole file: the models, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_on: str
    data_sha256: str
    fitted_at: str
    figures: dict[str, float]
    paper: Linear
    sentence: Linear
    answerable: Boosted
    listed: Linear
    marked: Linear


@dataclass(frozen=True, eq=False)
class Model:
    """The weights as vectors: which paper, which of its sentences, whether anything answers, what to list,
    which words to mark.

    ``answerable`` and ``listed`` give margins of probabilities.
    """

    paper: Vector
    sentence: Vector
    answerable: Trees
    listed: Vector
    listed_offset: float
    marked: Vector


def chances(margins: Vector) -> Vector:
    """Probabilities, 0..1, of a linear model's sums: the logistic function, written so that it cannot overflow."""
    return 0.5 * (1 + np.tanh(margins / 2))


def read_weights(path: Path) -> Weights:
    """A weights file. Raises ``SettingsError`` where it is none."""
    try:
        return Weights.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"{path} cannot be read as fitted weights. Make it again: python -m retrieval fit."
        ) from error


def write_weights(path: Path, weights: Weights) -> None:
    """Keep weights in a file; one that differs in nothing but the date is left as it is."""
    if path.is_file():
        with suppress(SettingsError):
            before = read_weights(path)
            if before == weights.model_copy(update={"fitted_at": before.fitted_at}):
                return
    path.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


@cache
def load_model(path: Path = WEIGHTS_FILE) -> Model:
    """The weights of a file. Raises ``SettingsError`` where it is no such file or fitted for other features."""
    weights = read_weights(path)
    return Model(
        weights.paper.vector(sentence_features.PAPER_NAMES),
        weights.sentence.vector(sentence_features.NAMES),
        Trees.of(weights.answerable, answerability.NAMES),
        weights.listed.vector(list_selection.NAMES),
        weights.listed.offset,
        weights.marked.vector(highlight_features.NAMES),
    )
