"""Finds papers by id, link, title, or similarity to another paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from retrieval.answering.types import ScoredPaper
from retrieval.catalogue import Catalogue
from retrieval.english import Text, sentences
from retrieval.errors import PaperNotFound, SourceUnavailable
from retrieval.index import Hit, Index
from retrieval.papers import Paper, named_arxiv_id
from retrieval.search.autocomplete import Completer
from retrieval.search.live_index import LiveIndex
from retrieval.search.spelling import known_corrections, likely_word
from retrieval.search.typed_titles import exact_titles, titles_alike, typed_titles
from retrieval.text import STOP_WORDS, stem, terms, words
from retrieval.worker import Worker

_QUERY_TERMS = 20
"""Terms of a paper that are searched for to find similar ones."""


_COMPARED: Final = 200
"""Papers whose titles are compared with a misspelt one: the best ones of a search for it."""
_WORDS: Final = 32
"""Words of a title that are looked up."""

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
            raise PaperNotFound(Text("I don't have a paper with the id {id}.", id=paper_id))
        return found[paper_id]

    async def by_text(self, text: str, limit: int) -> tuple[Paper, ...]:
        """See ``Library.find``."""
        id = named_arxiv_id(text)
        exact = await self._catalogue.get([text.strip()]) or (await self._catalogue.get([id]) if id else {})
        if exact:
            return tuple(exact.values())
        if id:
            return (await self.fetch(id),)
        ids = await self._catalogue.ids_by_titles(exact_titles(text), limit)
        by_title = list((await self._catalogue.get(ids)).values())
        titles = typed_titles(text)
        for find in (self._completed, self._alike):
            for title in titles:
                by_title = by_title or await find(title, limit)
        if by_title:
            return tuple(by_title)
        unknown = Text(
            "I don't have a paper called “{name}”. Use an arXiv id such as 2407.06723, a link to it, or some words "
            "of its title.",
            name=text.strip()[:200],
        )
        raise PaperNotFound(sentences(unknown, await self._nearest_title(text)))

    async def _completed(self, title: str, limit: int) -> list[Paper]:
        """Papers whose titles have all these words, or begin so."""
        completions = await self._completer.papers(title, limit=limit)
        return list((await self._catalogue.get(list(completions))).values())

    async def _alike(self, title: str, limit: int) -> list[Paper]:
        """Papers whose titles are nearly what was typed: some letters or a word differ."""
        index = await self._index.current()
        words = await self._corrected(title, index)
        index = await self._index.for_searches([(words, _COMPARED)])
        hits = await self._worker.run(index.search, words, _COMPARED)
        titles = await self._catalogue.prefixes.titles_of([hit.id for hit in hits])
        near = await self._worker.run(titles_alike, title, titles)
        return list((await self._catalogue.get(near[:limit])).values())

    async def _corrected(self, text: str, index: Index) -> list[str]:
        """The terms of a text, with apparent typos corrected."""
        said = [word for word in words(text)[:_WORDS] if word not in STOP_WORDS]
        known = await self._worker.run(_corrections, said, index)
        return [stem(await likely_word(known[word], self._catalogue, index) or word) for word in said]

    async def _nearest_title(self, text: str) -> Text:
        index = await self._index.for_searches([(terms(text), 1)])
        near = await with_scores(self._catalogue, await self._worker.run(index.search, terms(text), 1))
        return Text("The nearest title is “{title}”.", title=near[0].paper.title) if near else Text("")

    async def fetch(self, id: str) -> Paper:
        """A paper that isn't in the catalogue, from arXiv. Raises ``PaperNotFound``."""
        message = Text("I haven't read the paper {id}.", id=id)
        link = Text("If it exists, it is at {link}.", link=f"https://arxiv.org/abs/{id}")
        try:
            paper = await self._fetch(id)
        except SourceUnavailable as error:
            raise PaperNotFound(sentences(message, error.text, link)) from error
        if paper is None:
            raise PaperNotFound(sentences(message, link))
        return paper

    async def similar(self, paper_id: str, limit: int) -> tuple[ScoredPaper, ...]:
        """See ``Library.similar``."""
        paper = await self.by_id(paper_id)
        index = await self._index.current()
        query = await self._worker.run(_distinctive_terms, index, self._index.terms_of(paper))
        index = await self._index.for_searches([(query, limit + 1)])
        hits = await self._worker.run(index.search, query, limit + 1)
        return await with_scores(self._catalogue, [hit for hit in hits if hit.id != paper.id][:limit])


async def with_scores(catalogue: Catalogue, hits: Sequence[Hit]) -> tuple[ScoredPaper, ...]:
    """The papers of these hits with their scores."""
    papers = await catalogue.get([hit.id for hit in hits])
    return tuple(ScoredPaper(papers[hit.id], hit.score) for hit in hits if hit.id in papers)


def _corrections(said: Sequence[str], index: Index) -> dict[str, dict[str, int]]:
    return {word: known_corrections(word, index) for word in said}


def _distinctive_terms(index: Index, document: Sequence[str]) -> list[str]:
    """The terms of a document with the highest tf-idf that other documents contain too."""
    counts = Counter(document)
    shared = [term for term in counts if index.document_frequency(term) > 1]
    return sorted(shared, key=lambda term: (-counts[term] * index.idf(term), term))[:_QUERY_TERMS]
