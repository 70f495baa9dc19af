"""Finds papers by id, link, title, or similarity to another paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from retrieval.answering.types import ScoredPaper
from retrieval.catalogue import Catalogue
from retrieval.errors import PaperNotFound, SourceUnavailable
from retrieval.index import Hit, Index
from retrieval.papers import Paper, arxiv_id
from retrieval.search.autocomplete import Completer
from retrieval.search.live_index import LiveIndex
from retrieval.text import terms
from retrieval.worker import Worker

_QUERY_TERMS = 20
"""Terms of a paper that are searched for to find similar ones."""

Fetch = Callable[[str], Awaitable[Paper | None]]
"""Fetches a paper from arXiv by its id and stores it; ``None`` if that isn't possible. Raises ``SourceUnavailable``."""


class PaperFinder:
    """Finds papers in a catalogue, and by their id on arXiv."""

    def __init__(
        self, catalogue: Catalogue, index: LiveIndex, completer: Completer, worker: Worker, fetch: Fetch
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._completer = completer
        self._worker = worker
        self._fetch = fetch

    async def by_id(self, paper_id: str) -> Paper:
        """The paper with this id. Raises ``PaperNotFound``."""
        found = await self._catalogue.get([paper_id])
        if paper_id not in found:
            raise PaperNotFound(f"I don't have a paper with the id {paper_id}.")
        return found[paper_id]

    async def by_text(self, text: str, limit: int) -> tuple[Paper, ...]:
        """See ``Library.find``."""
        id = arxiv_id(text)
        exact = await self._catalogue.get([id or text.strip()])
        if exact:
            return tuple(exact.values())
        if id:
            return (await self.fetch(id),)
        by_title = await self._catalogue.by_title(text, limit)
        if not by_title:
            completions = await self._completer.papers(text, limit=limit)
            by_title = list((await self._catalogue.get(list(completions))).values())
        if by_title:
            return tuple(by_title)
        raise PaperNotFound(
            f"I don't have a paper called “{text.strip()[:200]}”. Use an arXiv id such as 2407.06723, "
            f"a link to it, or some words of its title.{await self._nearest_title(text)}"
        )

    async def _nearest_title(self, text: str) -> str:
        index = await self._index.current()
        near = await self.with_scores(await self._worker.run(index.search, terms(text), 1))
        return f" The closest title is “{near[0].paper.title}”." if near else ""

    async def fetch(self, id: str) -> Paper:
        """A paper that isn't in the catalogue, from arXiv. Raises ``PaperNotFound``."""
        message, link = f"I haven't read the paper {id}.", f"If it exists, it is at https://arxiv.org/abs/{id}."
        try:
            paper = await self._fetch(id)
        except SourceUnavailable as error:
            raise PaperNotFound(f"{message} {error} {link}") from error
        if paper is None:
            raise PaperNotFound(f"{message} {link}")
        return paper

    async def similar(self, paper_id: str, limit: int) -> tuple[ScoredPaper, ...]:
        """See ``Library.similar``."""
        paper = await self.by_id(paper_id)
        index = await self._index.current()
        query = await self._worker.run(_distinctive_terms, index, self._index.terms_of(paper))
        hits = await self._worker.run(index.search, query, limit + 1)
        return await self.with_scores([hit for hit in hits if hit.id != paper.id][:limit])

    async def with_scores(self, hits: Sequence[Hit]) -> tuple[ScoredPaper, ...]:
        """The papers of these hits with their scores."""
        papers = await self._catalogue.get([hit.id for hit in hits])
        return tuple(ScoredPaper(papers[hit.id], hit.score) for hit in hits if hit.id in papers)


def _distinctive_terms(index: Index, document: Sequence[str]) -> list[str]:
    """The terms of a document with the highest tf-idf that other documents contain too."""
    counts = Counter(document)
    shared = [term for term in counts if index.document_frequency(term) > 1]
    return sorted(shared, key=lambda term: (-counts[term] * index.idf(term), term))[:_QUERY_TERMS]
