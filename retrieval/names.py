"""Names of people as they are compared: word by word, without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Text without case and accents, so that “godel” finds “Gödel”."""
    if text.isascii():
        return text.casefold()  # the usual case: a bulk import folds millions of names
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name in their order: ``Jean-Pierre O'Neil`` has four. Punctuation alone has none."""
    return tuple(_WORD.findall(folded(name)))


def without_initials(name: str) -> tuple[str, ...]:
    """The folded words of a name without single letters; all of them where there are no others."""
    words = name_words(name)
    return tuple(word for word in words if len(word) > 1) or words
