"""The conditions of a search that the catalogue checks, and how text is folded for comparing."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filters:
    """All conditions must hold. ``authors``: each is part of some author's name, case and accents aside.

    ``categories``: one of them is the paper's. ``after`` and ``before`` include their day and are
    held against the day of publication, or of the list where that is unknown.
    """

    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None

    def __bool__(self) -> bool:
        return bool(self.authors or self.categories or self.after or self.before)


def folded(text: str) -> str:
    """Text without case and accents, so that “Gödel” is found by “godel”."""
    if text.isascii():
        return text.casefold()  # most text: a bulk import folds millions of names
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
