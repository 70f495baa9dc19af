"""Letters as they are compared: without accents, and letters such as ``ø`` that no decomposition folds, transcribed."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Final

_FOLDED: Final = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
        "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "ẞ": "SS", "ı": "i", "ȷ": "j", "ħ": "h", "Ħ": "H",
        "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ŀ": "l", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ə": "e", "’": "'",
    }
)  # fmt: skip
_TRANSCRIBED: Final = MappingProxyType(
    str.maketrans(
        {
            "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "đ": "dj", "ð": "dh", "þ": "t", "æ": "a", "œ": "o",
            "Ø": "oe", "Å": "aa", "Ä": "ae", "Ö": "oe", "Ü": "ue", "Đ": "dj", "Ð": "dh", "Þ": "t", "Æ": "a", "Œ": "o",
        }
    )
)  # fmt: skip
"""The other usual transcription of letters that have two: Søren is Soren and Soeren."""

GREEK_NAMES: Final = MappingProxyType(
    {
        chr(code): unicodedata.name(chr(code)).split()[-1].lower()
        for code in range(ord("α"), ord("ω") + 1)
        if chr(code) != "ς"
    }
)
"""A Greek letter alone is read as its name, as LaTeX writes it."""


def plain(word: str) -> str:
    """A word without accents, ligatures and typographic apostrophes; ``ø`` is ``o``, ``ß`` is ``ss``."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(_FOLDED))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare.translate(_FOLDED)) or word


def transcribed(word: str) -> str | None:
    """The other usual transcription of a word in plain letters, if it has one: ``soeren`` for ``Søren``."""
    if word.isascii():
        return None
    composed = unicodedata.normalize("NFC", word)
    other = composed.translate(_TRANSCRIBED)
    return plain(other) if other != composed else None
