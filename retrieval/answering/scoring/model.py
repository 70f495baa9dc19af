"""Fitted weights: the contents of ``config/answers.json``, validated when read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.answering.arrays import Floats
from retrieval.answering.scoring import (
    answerability,
    highlight_features,
    list_selection,
    paper_features,
    reader_mix,
    sentence_features,
)
from retrieval.answering.scoring.boosted_trees import BoostedTrees, Trees
from retrieval.answering.scoring.certainty import Calibration, Certainty
from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

WEIGHTS_FILE = PROJECT / "config" / "answers.json"


class Linear(BaseModel):
    """A linear model: a weight for each named feature, and an offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[str, float]
    offset: float = 0.0

    def vector(self, names: tuple[str, ...]) -> Floats:
        """The weights in the order of ``names``, which must be exactly the model's features."""
        if set(self.weights) != set(names):
            different = sorted(set(self.weights) ^ set(names))[:3]
            raise SettingsError(
                f"{WEIGHTS_FILE} was fitted for other features (for example {', '.join(different)}). "
                "Fit it again: python -m retrieval fit."
            )
        return np.array([self.weights[name] for name in names])


class ReaderWeights(BaseModel):
    """What the reader's scores change: the order of the sentences, whether anything answers, how certain that is.

    ``checksum`` is the SHA-256 of the reader that they were fitted for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    checksum: str
    figures: dict[str, float]
    mix: Linear
    answerable: BoostedTrees
    certainty: Calibration


class Weights(BaseModel):
    """The whole file: the models, and the data they were fitted on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_on: str
    data_sha256: str
    fitted_at: str
    figures: dict[str, float]
    paper: Linear
    sentence: Linear
    answerable: BoostedTrees
    listed: Linear
    highlights: Linear
    certainty: Certainty
    read: ReaderWeights | None = None


@dataclass(frozen=True, eq=False)
class ReaderModel:
    """The weights for what the reader has read as arrays."""

    checksum: str
    mix: Floats
    answerable: Trees
    certainty: Calibration

    @classmethod
    def of(cls, weights: ReaderWeights) -> ReaderModel:
        """The arrays of weights. Raises ``SettingsError`` if they were fitted for other features."""
        trees = Trees.of(weights.answerable, reader_mix.NAMES)
        return cls(weights.checksum, weights.mix.vector(reader_mix.MIX_NAMES), trees, weights.certainty)


@dataclass(frozen=True, eq=False)
class Model:
    """The weights as arrays: which paper is meant, which of its sentences answers, whether anything answers, which
    papers to list, which words to highlight, how likely the answer is right.

    ``answerable`` and ``listed`` give log-odds. ``read`` is ``None`` if the weights were fitted without a reader.
    """

    paper: Floats
    sentence: Floats
    answerable: Trees
    listed: Floats
    listed_offset: float
    highlights: Floats
    certainty: Certainty
    read: ReaderModel | None = None


def probabilities(log_odds: Floats) -> Floats:
    """Probabilities, 0..1: the logistic function in a form that can't overflow."""
    return 0.5 * (1 + np.tanh(log_odds / 2))


def read_weights(path: Path) -> Weights:
    """Read a weights file. Raises ``SettingsError`` if it's missing or invalid."""
    try:
        return Weights.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"{path} isn't a valid file of fitted weights. Fit it again: python -m retrieval fit."
        ) from error


def write_weights(path: Path, weights: Weights) -> None:
    """Write weights to a file, unless it would differ in nothing but the date."""
    if path.is_file():
        with suppress(SettingsError):
            present = read_weights(path)
            if present == weights.model_copy(update={"fitted_at": present.fitted_at}):
                return
    path.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


@cache
def load_model(path: Path = WEIGHTS_FILE) -> Model:
    """Load the weights of a file. Raises ``SettingsError`` if it's invalid or was fitted for other features."""
    weights = read_weights(path)
    return Model(
        weights.paper.vector(paper_features.NAMES),
        weights.sentence.vector(sentence_features.NAMES),
        Trees.of(weights.answerable, answerability.NAMES),
        weights.listed.vector(list_selection.NAMES),
        weights.listed.offset,
        weights.highlights.vector(highlight_features.NAMES),
        weights.certainty,
        weights.read and ReaderModel.of(weights.read),
    )
