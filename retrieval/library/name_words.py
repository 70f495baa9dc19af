"""The words of authors' names, in memory: nearly every question is held against them."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.search.live_index import LiveIndex

_LOOKS_AGAIN: Final = 60.0
"""Seconds after which authors that came without a new text are noticed."""
_MOST: Final = 300_000
"""Words that are kept at most, some 30 MB; the database is asked where there are more."""


class NameWords:
    """How many different names of the catalogue's authors have a word: 26,000 words for 10,000 papers."""

    def __init__(self, catalogue: Catalogue, live_index: LiveIndex) -> None:
        self._catalogue = catalogue
        self._live_index = live_index
        self._counts = dict[str, int]()
        self._state: tuple[int, int] | None = None
        self._looked = 0.0

    async def counts(self, words: Collection[str]) -> dict[str, int]:
        """Which of these folded words are in authors' names, and in how many."""
        known = await self._all()
        if len(known) > _MOST:
            return await self._catalogue.words_in_names(words)
        return {word: known[word] for word in words if word in known}

    async def _all(self) -> dict[str, int]:
        is_due = time.monotonic() - self._looked > _LOOKS_AGAIN
        if self._state is None or self._state[0] != self._live_index.revision or is_due:
            revision, version = self._live_index.revision, await self._catalogue.records.version()
            if self._state != (revision, version.changes):
                self._counts = await self._catalogue.all_words_in_names(_MOST + 1)
            self._state, self._looked = (revision, version.changes), time.monotonic()
        return self._counts
