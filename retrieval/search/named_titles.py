"""Papers whose whole title is typed, alone or in a reference: they come first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.errors import QueryError
from retrieval.query.conditions import Condition, Either, PaperId, Phrase, Place, Words, Written, leaves
from retrieval.query.query import Query, parse
from retrieval.search.typed_titles import exact_titles

_MOST: Final = 5
"""Papers with the same title, at most: what more have is no title to look for."""


@dataclass(frozen=True, slots=True)
class NamedTitle:
    """The papers with the title that a query has; ``query`` is the search for the words of this title alone."""

    ids: tuple[str, ...]
    query: Query

    @property
    def condition(self) -> Condition:
        """What these papers fulfil, and no others."""
        return Either(tuple(map(PaperId, self.ids)))


async def named_title(query: Query, catalogue: Catalogue) -> NamedTitle | None:
    """The papers whose title a query of words and phrases is or contains."""
    if not query.written or not all(map(_is_words, leaves(query.condition))):
        return None
    ids = await catalogue.ids_by_titles(exact_titles(query.written), _MOST + 1)
    if not 0 < len(ids) <= _MOST:
        return None
    title = next(iter((await catalogue.prefixes.titles_of(ids)).values()))
    with suppress(QueryError):
        query = parse(title)
    return NamedTitle(tuple(ids), query)


def _is_words(condition: Condition) -> bool:
    if isinstance(condition, Words | Phrase):
        return condition.place is Place.ANYWHERE
    return isinstance(condition, Written)
