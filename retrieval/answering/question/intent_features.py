"""What a message is recognised by: its words, pairs of words, pieces of words, meaning and form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np

from retrieval.answering.arrays import Rows
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors
from retrieval.text import stem

BUCKETS: Final = 4096
"""Rows for words and pairs of words, and as many for pieces of words; different ones may share a row."""
FORMS: Final = 10
"""Numbers that ``_forms`` gives."""
_WEIGHT: Final = 1.5  # of words and of pieces, beside the meaning
_FORM_WEIGHT: Final = 0.5
_PIECES: Final = (3, 4, 5)  # letters
_MANY: Final = 3
_SHORT_FORMS: Final = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "wat": "what", "dont": "do not",
    "cant": "can not", "im": "i am", "whats": "what is", "hows": "how is", "thats": "that is", "youre": "you are",
    "didnt": "did not", "doesnt": "does not", "isnt": "is not", "wanna": "want to", "gotta": "got to",
    "ive": "i have", "whos": "who is", "wheres": "where is", "whens": "when is",
}  # fmt: skip
_ENDINGS: Final = {"re": " are", "ve": " have", "d": " would", "ll": " will", "m": " am", "s": " 's"}
_ENDING: Final = re.compile(r"'(re|ve|d|ll|m|s)\b")
_WORD: Final = re.compile(r"[^\W_]+|'s|[?!]|/(?=\w)")
_AS_WRITTEN: Final = re.compile(r"[^\W\d_][\w.-]*")
_OF_DISCORD: Final = re.compile(r"<(?:a?:\w+:|@[!&]?|#)\d+>")
"""A server's own emoji, or a mention."""
_ADDRESSED: Final = frozenset("you your yourself yours bot".split())


@dataclass(frozen=True, slots=True)
class Features:
    """The rows that a message has in the table of weights, with their values, and its numbers beside them."""

    rows: Rows
    values: Vectors
    numbers: Vectors


def features(text: str, words: Sequence[str], vocabulary: frozenset[str], vectors: WordVectors) -> Features:
    """The features of a message of these ``words``; ``vocabulary`` are those that people use with the bot."""
    grams = [crc32(gram.encode()) % BUCKETS for gram in _grams(words)]
    pieces = [row for word in words for row in _piece_rows(word)]
    values = [_WEIGHT * len(some) ** -0.5 for some in (grams, pieces) for _ in some]
    meaning = vectors.embed(stem(word) for word in words if word.isalpha())
    forms = np.array(_forms(text, words, vocabulary, vectors), np.float32) * _FORM_WEIGHT
    return Features(
        np.array(grams + pieces, np.intp),
        np.array(values, np.float32),
        np.concatenate([meaning, forms], dtype=np.float32),
    )


def message_words(text: str) -> list[str]:
    """The lowered words of a message, contractions and short forms written out; ``?`` and ``!`` are words."""
    text = _OF_DISCORD.sub(" ", text).lower().replace("’", "'")
    text = text.replace("can't", "can not").replace("won't", "will not").replace("n't", " not")
    text = _ENDING.sub(lambda found: _ENDINGS[found[1]], text)
    found = [part for word in _WORD.findall(text) for part in _SHORT_FORMS.get(word, str(word)).split()]
    return ["0" * len(word) if word.isdigit() else re.sub(r"(.)\1{2,}", r"\1\1", word) for word in found]


def _grams(words: Sequence[str]) -> Iterator[str]:
    marked = ["<", *words, ">"]
    yield from words
    yield from map(" ".join, pairwise(marked))
    yield from map("_".join, zip(words, words[2:], strict=False))


@lru_cache(maxsize=16_384)
def _piece_rows(word: str) -> tuple[int, ...]:
    marked = f"<{word}>"
    pieces = (marked[at : at + size] for size in _PIECES for at in range(len(marked) - size + 1))
    return tuple(BUCKETS + crc32(piece.encode()) % BUCKETS for piece in pieces)


def _forms(text: str, words: Sequence[str], vocabulary: frozenset[str], vectors: WordVectors) -> Sequence[float]:
    """How long a message is, whom it speaks to, and how many of its words are names, numbers or unusual."""
    plain = [word for word in words if word.isalpha()]
    unusual = [word for word in plain if word not in vocabulary]
    written = _AS_WRITTEN.findall(text)
    names = sum(
        bool(re.search(r"[A-Z]", word[1:])) or (place > 0 and word[0].isupper() and word != "I")
        for place, word in enumerate(written)
    )
    count = len(plain)
    return (
        min(count, 20) / 10,
        count <= 2,  # noqa: PLR2004 - the lengths of remarks
        count <= 4,  # noqa: PLR2004
        count > 12,  # noqa: PLR2004
        min(len(unusual), _MANY),
        len(unusual) / max(count, 1) * 2,
        min(sum(stem(word) not in vectors.numbers for word in unusual), _MANY),
        min(names, _MANY),
        min(sum(character.isdigit() for character in text), _MANY),
        not _ADDRESSED.isdisjoint(words),
    )
