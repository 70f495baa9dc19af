"""What a response of a live source contains."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.errors import SourceError
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The usable papers of a response in its order, and what is wrong with each of the others.

    ``entries`` counts all entries, including unusable ones; ``total`` is how many the whole query has, if the source
    says so. The client adds the rest: ``etag`` and ``last_modified`` for the next request; whether the page is
    ``unchanged`` since the last one; whether there are ``more`` pages.
    """

    papers: tuple[Paper, ...] = ()
    defects: tuple[SourceError, ...] = ()
    entries: int = 0
    total: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    more: bool = False

    def __add__(self, following: FetchedPage) -> FetchedPage:
        """Both pages as one, without an etag: an unchanged first page doesn't mean an unchanged second one."""
        papers, defects = self.papers + following.papers, self.defects + following.defects
        return FetchedPage(papers, defects, self.entries + following.entries, following.total)
