"""``PaperTexts``: titles and abstracts that questions were answered from, kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.papers import Paper

MOST: Final = 16_384
"""Papers that are kept: some 3 KB each."""


class PaperTexts:
    """The texts of papers that aren't withdrawn: ``Paper`` objects with nothing but id, title and abstract.

    A text that changes is read again as soon as an index has the change. A paper that is withdrawn keeps its text until
    somebody calls ``forget``.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known = dict[str, Paper]()
        self._index: Index | None = None
        self._revision = -1

    async def get(self, ids: Sequence[str], index: Index) -> dict[str, Paper]:
        """The texts of these papers that the catalogue has, by id. ``index`` is the one that found them."""
        if index is not self._index:
            await self._follow(index)
        texts = {id: self._known[id] for id in ids if id in self._known}
        new, revision = [id for id in ids if id not in texts], self._revision
        if new:
            papers = (await self._catalogue.get(new)).values()
            read = {paper.id: _text_of(paper) for paper in papers if paper.withdrawn is None}
            if revision == self._revision:  # nothing that was read changed meanwhile
                self._keep(read)
            texts |= read
        return texts

    def forget(self, ids: Collection[str]) -> None:
        """Read these papers again when they are next needed."""
        for id in ids:
            self._known.pop(id, None)

    def _keep(self, texts: dict[str, Paper]) -> None:
        if len(self._known) + len(texts) > MOST:
            self.forget(list(self._known)[: MOST // 4])  # the first that were read
        self._known |= texts

    async def _follow(self, index: Index) -> None:
        """Forget what changed until this index."""
        revision = await self._catalogue.revision()
        changed = await self._catalogue.changed_since(self._revision) if self._known else ()
        self.forget(list(self._known) if changed is None else changed)
        self._index, self._revision = index, revision


def _text_of(paper: Paper) -> Paper:
    return Paper.model_construct(id=paper.id, title=paper.title, abstract=paper.abstract)
