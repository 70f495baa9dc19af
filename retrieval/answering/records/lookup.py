"""What answers from records need of the catalogue and its searches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from retrieval.answering.records.request import Order
from retrieval.english import Text
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class FoundPapers:
    """The first papers that fit a query, and how many do. ``partly``: none says all of the topic's words."""

    papers: tuple[Paper, ...]
    total: int
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Holdings:
    """What there is: how many papers and lists, the first and last day of publication, the newest list's day."""

    papers: int
    lists: int
    first: date | None
    last: date | None
    newest_list: date | None


class RecordLookup(Protocol):
    """The catalogue, as far as records are asked for."""

    async def words_in_names(self, words: Collection[str]) -> Mapping[str, int]:
        """Which of these folded words are in authors' names, and in how many."""
        ...

    async def whole_names(self, phrases: Collection[str]) -> Mapping[str, str]:
        """Which folded phrases are names of authors, without hyphens and points, and how papers spell them."""
        ...

    async def numbers_of_papers(self, words: Collection[str]) -> Mapping[str, int]:
        """How many papers have each of these words in their text."""
        ...

    async def has_author(self, name: str) -> bool:
        """Whether an author's name has all words of this one; a single letter is an initial."""
        ...

    async def near_authors(self, name: str) -> Sequence[str]:
        """Authors' names that are like this one, which nobody has; the likeliest first."""
        ...

    async def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """The papers that there are, by id."""
        ...

    async def paper_from_source(self, paper_id: str) -> Paper:
        """A paper that isn't here, from arXiv. Raises ``PaperNotFound``."""
        ...

    async def titled(self, name: str, *, exactly: bool = False) -> Sequence[Paper]:
        """The papers that a name means: a title, the part before its colon, some words of it; best first.

        ``exactly``: some words of a title are not enough.
        """
        ...

    async def misspelt_title(self, name: str) -> Paper | None:
        """The paper that a name of one word means with one typo in it."""
        ...

    async def nearest_title(self, name: str) -> str | None:
        """The title that comes nearest to a name that no paper has."""
        ...

    async def find(self, query: str, order: Order | None, most: int, *, whole_names: bool) -> FoundPapers:
        """The papers that fit a query and say every word of it, best first where there is no ``order``.

        ``whole_names``: authors are called just as the query says, rather than having these words in their names.
        """
        ...

    async def respelt(self, topic: str) -> str | None:
        """A topic with typos corrected in words that no paper has; ``None`` where there are none."""
        ...

    async def on_lists(self, first: date, last: date, query: str, order: Order) -> Sequence[Paper]:
        """The papers on the lists of these days that fit a query."""
        ...

    async def unrecorded(self, query: str) -> Sequence[Text]:
        """Sentences about what a query asks for and no paper here has a record of."""
        ...

    async def newest_list(self, until: date | None = None) -> date | None:
        """The day of the newest list, or of the newest one up to a day."""
        ...

    async def holdings(self) -> Holdings:
        """What there is."""
        ...
