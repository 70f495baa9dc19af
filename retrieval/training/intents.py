"""Fits the intents: multinomial logistic regression on examples with their intents, and questions that want papers."""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from pydantic import TypeAdapter
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.question.intent_features import BUCKETS, features, message_words
from retrieval.answering.question.intents import INTENT_NAMES, Fitted, Intent, IntentModel, are_intents
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors

_ASKS_PAPERS: Final = "papers"
_LOOKS_ALIKE: Final = "none"
"""The class of the examples for questions for papers that look like remarks."""
_ASKS_OTHERS: Final = "others"
_PENALTY: Final = 1e-5
_STEPS: Final = 80
_FOLDS: Final = 3
_ALLOWED: Final = 1 / 1000
"""Questions for papers that may be taken as none, in cross-validation."""
_LEAST: Final = 0.8
"""The lowest probability from which on a message is taken as none that asks for papers."""
_USED: Final = 2
"""Examples with a word that is usual; in one, it would be for that example alone."""
_SLIP_IN: Final = 4  # letters of a word in which a slip is made


@dataclass(frozen=True, slots=True)
class Example:
    """A message and its class; ``group`` is the same for messages in nearly the same words."""

    text: str
    name: str
    group: str


@dataclass(frozen=True, eq=False)
class Matrix:
    """Features of examples: the sparse ones of the table, and the others."""

    table: Any
    numbers: Vectors


def read_examples(path: Path, papers: Iterable[str], others: Iterable[str] = ()) -> list[Example]:
    """The examples of a file, questions for ``papers`` and ``others``, which ask nothing of the bot; each text once."""
    sections = TypeAdapter(dict[str, str]).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    missing = {intent.value for intent in Intent} - set(sections)
    if missing:
        raise ValueError(f"{path} has no examples for {', '.join(sorted(missing))}")
    found = {text: name for name, lines in sections.items() for text in lines.strip().split("\n")}
    for name, texts in ((_ASKS_PAPERS, papers), (_ASKS_OTHERS, others)):
        for text in texts:
            found.setdefault(text, name)
    return [Example(text, name, _group(text)) for text, name in found.items()]


def fit_intents(examples: Sequence[Example], vectors: WordVectors, fitted_at: date) -> IntentModel:
    """The model of all examples; its threshold and figures are cross-validated over groups of wordings."""
    shares = _cross_validated(examples, vectors)
    model = _fitted(examples, vectors)
    likely = _likely(examples, shares, model.fitted.classes)
    figures = _figures(examples, shares, model.fitted.classes, likely)
    update = {"likely": likely, "figures": figures, "fitted_at": fitted_at.isoformat()}
    return replace(model, fitted=model.fitted.model_copy(update=update))


def _group(text: str) -> str:
    """The words that carry a message, in any order: "thanks a lot!" and "a lot of thanks" are one group."""
    words = {word for word in message_words(text) if len(word) > 2}  # noqa: PLR2004
    return " ".join(sorted(words - _EVERYWHERE)) or " ".join(sorted(words)) or text


_EVERYWHERE: Final = frozenset(
    "the and you your are how can does what for please that this there some any have has with from bot not".split()
)


def _fitted(examples: Sequence[Example], vectors: WordVectors) -> IntentModel:
    """The model of these examples and of copies with slips."""
    chance = random.Random(0)  # noqa: S311 - no secret
    taught = [*examples, *(Example(_with_slip(each.text, chance), each.name, each.group) for each in examples)]
    vocabulary = _vocabulary(examples, least=_USED)
    names = tuple(sorted({each.name for each in examples}))
    right = np.array([names.index(each.name) for each in taught])
    matrix = _matrix([each.text for each in taught], vocabulary, vectors)
    table, numbers = _regression(matrix, right, len(names))
    joined = "\n".join(f"{each.name}\t{each.text}" for each in examples)
    fitted = Fitted(
        fitted_at="",
        data_sha256=hashlib.sha256(joined.encode()).hexdigest(),
        figures={},
        classes=names,
        likely=_LEAST,
    )
    return IntentModel(fitted, table, numbers, vocabulary, _vocabulary(examples, least=1))


def _vocabulary(examples: Sequence[Example], *, least: int) -> frozenset[str]:
    """Words and numbers of at least so many examples with an intent; no single letters."""
    used = Counter(word for each in examples if each.name in INTENT_NAMES for word in set(message_words(each.text)))
    return frozenset(
        word
        for word, count in used.items()
        if count >= least and (word.isdigit() or (word.isalpha() and len(word) > 1))
    )


def _with_slip(text: str, chance: random.Random) -> str:
    """The text with one letter left out, doubled or in the wrong place, if it has a longer word."""
    places = [found for found in re.finditer(r"[A-Za-z]+", text) if len(found[0]) >= _SLIP_IN]
    if not places:
        return text
    found = chance.choice(places)
    at = chance.randrange(found.start() + 1, found.end() - 1)
    letters = (text[at + 1] + text[at], text[at + 1], text[at] * 2 + text[at + 1])
    return text[:at] + chance.choice(letters) + text[at + 2 :]


def _matrix(texts: Sequence[str], vocabulary: frozenset[str], vectors: WordVectors) -> Matrix:
    found = [features(text, message_words(text), vocabulary, vectors) for text in texts]
    starts = np.cumsum([0, *(len(each.rows) for each in found)])
    table: Any = csr_matrix(
        (np.concatenate([each.values for each in found]), np.concatenate([each.rows for each in found]), starts),
        shape=(len(texts), 2 * BUCKETS),
    )
    return Matrix(table, np.stack([np.append(each.numbers, np.float32(1)) for each in found]))


def _regression(matrix: Matrix, right: Rows, classes: int) -> tuple[Vectors, Vectors]:
    """The weights of a softmax over the classes, with a quadratic penalty, by L-BFGS."""
    table, numbers = matrix.table, matrix.numbers
    turned, rows, count = table.T.tocsr(), 2 * BUCKETS, len(right)
    wanted = np.zeros((count, classes), np.float32)
    wanted[np.arange(count), right] = 1

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights = parameters.astype(np.float32).reshape(-1, classes)
        scores: Vectors = table @ weights[:rows] + numbers @ weights[rows:]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        found = np.maximum((shares * wanted).sum(axis=1), 1e-9)
        off = (shares - wanted) / count
        penalised = weights.copy()
        penalised[-1] = 0  # the offsets
        gradient = np.vstack([cast("Vectors", turned @ off), numbers.T @ off]) + _PENALTY * penalised
        value = float(-np.log(found).mean() + _PENALTY / 2 * (penalised**2).sum())
        return value, gradient.ravel().astype(np.float64)

    size = (rows + int(numbers.shape[1])) * classes
    options = {"maxiter": _STEPS, "maxcor": 6}
    weights = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options=options).x
    weights = weights.astype(np.float32).reshape(-1, classes)
    return weights[:rows], weights[rows:]


def _cross_validated(examples: Sequence[Example], vectors: WordVectors) -> Vectors:
    """The shares of the classes for each example, by a model that knows no example of its group."""
    names = sorted({each.name for each in examples})
    folds = np.array([int(hashlib.sha256(each.group.encode()).hexdigest(), 16) % _FOLDS for each in examples])
    shares = np.zeros((len(examples), len(names)), np.float32)
    for fold in range(_FOLDS):
        model = _fitted([each for each, its in zip(examples, folds, strict=True) if its != fold], vectors)
        places = [names.index(name) for name in model.fitted.classes]
        for row, each in enumerate(examples):
            if folds[row] == fold:
                shares[row, places] = model.shares(each.text, message_words(each.text), vectors)
    return shares


def _chat_shares(shares: Vectors, classes: Sequence[str]) -> Vectors:
    """How likely each example has an intent."""
    return shares[:, are_intents(classes)].sum(axis=1)


def _likely(examples: Sequence[Example], shares: Vectors, classes: Sequence[str]) -> float:
    """The lowest threshold with which no more questions for papers than are allowed are taken as none."""
    asks = np.array([each.name == _ASKS_PAPERS for each in examples])
    chat = np.sort(_chat_shares(shares, classes)[asks])[::-1]
    return max(_LEAST, round(float(chat[int(_ALLOWED * len(chat))]) + 0.005, 2)) if len(chat) else _LEAST


def _figures(examples: Sequence[Example], shares: Vectors, classes: Sequence[str], likely: float) -> dict[str, float]:
    """Shares of the examples: with an intent and recognised, and rightly; those for papers taken as none."""
    is_intent = are_intents(classes)
    best = np.where(is_intent, shares, -1).argmax(axis=1)
    taken = _chat_shares(shares, classes) >= likely
    names = np.array([each.name for each in examples])
    has_intent = np.isin(names, list(INTENT_NAMES))
    right = taken & (np.array(classes)[best] == names)
    return {
        "examples": len(examples),
        "recognised": _share(taken[has_intent], 3),
        "right": _share(right[has_intent], 3),
        "papers_taken": _share(taken[names == _ASKS_PAPERS], 4),
        "near_taken": _share(taken[names == _LOOKS_ALIKE], 3),
    }


def _share(happens: Mask, digits: int) -> float:
    return round(float(happens.mean()), digits) if len(happens) else 0.0
