"""Authors' names and their words, in memory: nearly every question is held against them."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.search.live_index import LiveIndex

_LOOKS_AGAIN: Final = 60.0
"""Seconds after which authors that came without a new text are noticed."""
_MOST: Final = 300_000
"""Names and words that are kept at most, some 60 MB; the database is asked where there are more."""


@dataclass(frozen=True, slots=True)
class _Held:
    """In how many names each word is, and the folded names, at a revision and a number of changes."""

    words: Mapping[str, int] = field(default_factory=dict[str, int])
    names: frozenset[str] = frozenset()
    revision: int = -1
    changes: int = -1


class NameWords:
    """The names of the catalogue's authors: 41,000 for 10,000 papers, of 26,000 words."""

    def __init__(self, catalogue: Catalogue, live_index: LiveIndex) -> None:
        self._catalogue = catalogue
        self._live_index = live_index
        self._held = _Held()
        self._looked = 0.0

    async def counts(self, words: Collection[str]) -> dict[str, int]:
        """Which of these folded words are in authors' names, and in how many."""
        known = (await self._current()).words
        if len(known) > _MOST:
            return await self._catalogue.words_in_names(words)
        return {word: known[word] for word in words if word in known}

    async def whole(self, phrases: Collection[str]) -> dict[str, str]:
        """Which of these folded phrases are names of authors, with their spelling in a paper."""
        known = (await self._current()).names
        possible = phrases if len(known) > _MOST else known.intersection(phrases)
        return await self._catalogue.prefixes.whole_names(possible) if possible else {}

    async def _current(self) -> _Held:
        held, revision = self._held, self._live_index.revision
        if held.revision == revision and time.monotonic() - self._looked < _LOOKS_AGAIN:
            return held
        changes = (await self._catalogue.records.version()).changes
        if (held.revision, held.changes) != (revision, changes):
            words = await self._catalogue.all_words_in_names(_MOST + 1)
            names = frozenset(await self._catalogue.all_names(_MOST + 1))
            held = _Held(words, names, revision, changes)
        self._held, self._looked = held, time.monotonic()
        return held
