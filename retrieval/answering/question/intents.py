"""What a message wants that asks for no paper: recognised by a model that was fitted to examples.

``retrieval/training/intents.toml`` has the examples, of which ``python -m retrieval fit-intents`` makes
``config/intents.npz``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from retrieval.answering.arrays import Mask
from retrieval.answering.question.intent_features import BUCKETS, FORMS, features, message_words
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors
from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

EXAMPLES_FILE = PROJECT / "retrieval" / "training" / "intents.toml"
INTENTS_FILE = PROJECT / "config" / "intents.npz"
_CERTAIN: Final = 0.97
_POSSIBLE: Final = 0.75


class Intent(StrEnum):
    """What people want from the bot beside papers: how it's used, or just to talk."""

    SIZE = "size"
    AGE = "age"
    MAKER = "maker"
    IDENTITY = "identity"
    LICENCE = "licence"
    METHOD = "method"
    TRUST = "trust"
    HELP = "help"
    EXAMPLES = "examples"
    DAILY_POST = "daily_post"
    DAILY_STOP = "daily_stop"
    DAILY_STATUS = "daily_status"
    SELECTION = "selection"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SAVE = "save"
    MAIL = "mail"
    MAIL_STOP = "mail_stop"
    PRIVACY = "privacy"
    SEARCH = "search"
    FRESH_START = "fresh_start"
    FOLLOW_UP = "follow_up"
    SOURCES = "sources"
    ABSTRACTS = "abstracts"
    RECAP = "recap"
    MATCH = "match"
    WHY = "why"
    FEEDBACK = "feedback"
    FIRST_READ = "first_read"
    LANGUAGE = "language"
    COST = "cost"
    WHERE = "where"
    INVITE = "invite"
    ADD_PAPERS = "add_papers"
    VOTE_DISCUSS = "vote_discuss"
    READING = "reading"
    LINKS = "links"
    FEEDS = "feeds"
    PAPER_CARD = "paper_card"
    TRENDING = "trending"
    UPDATES = "updates"
    GREETING = "greeting"
    THANKS = "thanks"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    GOODBYE = "goodbye"
    FEELINGS = "feelings"
    ACKNOWLEDGE = "acknowledge"
    PRESENCE = "presence"
    OFF_TOPIC = "off_topic"


class Fitted(BaseModel):
    """What is known of the weights: their classes, of which those that are no intent ask for papers.

    ``likely`` is the probability from which on a message is taken as none that asks for papers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_at: str
    data_sha256: str
    figures: Mapping[str, float]
    classes: tuple[str, ...]
    likely: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """An intent that a message may have.

    If it ``is_likely``, no abstract is searched; if it ``is_certain``, no record either.
    """

    intent: Intent
    is_likely: bool = False
    is_certain: bool = False


@dataclass(frozen=True, eq=False)
class IntentModel:
    """The weights. ``table`` has a row for each bucket, ``numbers`` one for each other feature and the offsets.

    ``known`` are the words of the examples with an intent, ``vocabulary`` those of several.
    """

    fitted: Fitted
    table: Vectors
    numbers: Vectors
    vocabulary: frozenset[str]
    known: frozenset[str]

    def recognise(self, text: str, vectors: WordVectors) -> Recognised | None:
        """The likeliest intent of a message, if it's likelier to have one than not, in words that the bot knows."""
        words = message_words(text)
        if self.known.isdisjoint(words):
            return None
        shares = self.shares(text, words, vectors)
        probability = float(shares[self._is_intent].sum())
        if probability < _POSSIBLE:
            return None
        intent = Intent(self.fitted.classes[int(np.where(self._is_intent, shares, -1).argmax())])
        return Recognised(intent, probability >= self.fitted.likely, probability >= _CERTAIN)

    @cached_property
    def _is_intent(self) -> Mask:
        return are_intents(self.fitted.classes)

    def shares(self, text: str, words: Sequence[str], vectors: WordVectors) -> Vectors:
        """The probability of each class."""
        found = features(text, words, self.vocabulary, vectors)
        scores = found.values @ self.table[found.rows] + found.numbers @ self.numbers[:-1] + self.numbers[-1]
        shares = np.exp(scores - scores.max())
        return shares / shares.sum()


INTENT_NAMES: Final = frozenset(Intent)


def are_intents(classes: Sequence[str]) -> Mask:
    """Which of these classes are intents; the others ask for papers, or for nothing of the bot."""
    return np.array([name in INTENT_NAMES for name in classes])


def write_intents(path: Path, model: IntentModel) -> None:
    """Write the model, its table as one byte a number with a scale for each class."""
    scales = np.maximum(np.abs(model.table).max(axis=0), 1e-12) / 127
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            fitted=_bytes(model.fitted.model_dump_json()),
            vocabulary=_bytes("\n".join(sorted(model.vocabulary))),
            known=_bytes("\n".join(sorted(model.known))),
            scales=scales.astype(np.float32),
            table=np.rint(model.table / scales).astype(np.int8),
            numbers=model.numbers.astype(np.float16),
        )


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _words(lines: bytes) -> frozenset[str]:
    return frozenset(lines.decode().split("\n"))


@cache
def load_intents(path: Path = INTENTS_FILE) -> IntentModel:
    """The model that ships with the program. Raises ``SettingsError`` if its file is missing or damaged."""
    try:
        with np.load(path) as file:
            fitted = Fitted.model_validate_json(file["fitted"].tobytes())
            vocabulary, known = (_words(file[name].tobytes()) for name in ("vocabulary", "known"))
            table = file["table"].astype(np.float32) * file["scales"]
            model = IntentModel(fitted, table, file["numbers"].astype(np.float32), vocabulary, known)
    except Exception as error:  # a damaged file raises many kinds of errors in zip, zlib and numpy
        raise SettingsError(_INVALID.format(path=path)) from error
    classes = len(fitted.classes)
    if table.shape != (2 * BUCKETS, classes) or model.numbers.shape[1:] != (classes,) or len(model.numbers) <= FORMS:
        raise SettingsError(_INVALID.format(path=path))
    return model


_INVALID: Final = "{path} isn't a valid file of intents. Make it again: python -m retrieval fit-intents."
