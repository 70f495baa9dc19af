"""``catalogue.prefixes``: ids, titles and names that start with what somebody types, and categories.

Every statement reads a range of one database index, with a limit on rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import func, select

from retrieval.catalogue.selection import NOT_WITHDRAWN, names_containing, starts_with
from retrieval.catalogue.tables import authors, categories, name_words, papers
from retrieval.database import Reader
from retrieval.names import folded

_NAMES: Final = 1_000
"""Names that are compared, at most: a single letter doesn't count all authors whose name starts with it."""
_WORDS: Final = 5_000
"""Words of names that a misspelt one is compared with, at most."""


class PrefixLookup(Reader):
    """``catalogue.prefixes``"""

    async def ids(self, beginning: str, limit: int) -> dict[str, str]:
        """Papers whose id starts with ``beginning``, with their titles, in the order of their ids."""
        wanted = select(papers.c.id, papers.c.title).where(starts_with(papers.c.id, beginning))
        return dict(await self._tuples(wanted.order_by(papers.c.id).limit(limit)))

    async def titles(self, beginning: str, limit: int) -> dict[str, str]:
        """Papers whose title starts with ``beginning``, ignoring case and accents, in alphabetical order."""
        begins = starts_with(papers.c.folded_title, folded(beginning))
        # Ids from the index first: otherwise the database might read all papers in their order.
        found = (
            select(papers.c.id).where(begins, NOT_WITHDRAWN).order_by(papers.c.folded_title, papers.c.id).limit(limit)
        )
        ids = await self._values(found)
        return await self.titles_of(ids) if ids else {}

    async def titles_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The titles of these papers, in the order of ``ids``: a few hundred at most."""
        found = dict(await self._tuples(select(papers.c.id, papers.c.title).where(papers.c.id.in_(ids))))
        return {id: found[id] for id in ids if id in found}

    async def names(self, words: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """Authors whose name has all these folded words; the last may be a prefix. Returns names and numbers of papers.

        Authors with the most papers come first. Names are spelt as in one of the papers.
        """
        others = [name_words.c.folded_name.in_(names_containing(word)) for word in words[:-1]]
        begins = starts_with(name_words.c.word, words[-1])
        some = select(name_words.c.folded_name).where(begins, *others).distinct().limit(_NAMES).subquery()
        count = func.count().label("count")
        counted = select(some.c.folded_name, count, func.min(authors.c.paper_id).label("paper_id"))
        counted = counted.join(authors, authors.c.folded_name == some.c.folded_name).group_by(some.c.folded_name)
        rows = await self._tuples(counted.order_by(count.desc(), some.c.folded_name).limit(limit))
        spelt = await self._spelt({name: paper_id for name, _, paper_id in rows})
        return [(spelt[name], papers_of) for name, papers_of, _ in rows]

    async def whole_names(self, names: Collection[str]) -> dict[str, str]:
        """Which of these folded names authors have, with the spelling in one of the papers."""
        one = select(authors.c.folded_name, func.min(authors.c.paper_id).label("paper_id"))
        some = one.where(authors.c.folded_name.in_(list(names))).group_by(authors.c.folded_name)
        return await self._spelt(dict(await self._tuples(some)))

    async def _spelt(self, names: Mapping[str, str]) -> dict[str, str]:
        """The spelling of each folded name among the authors of its paper (given by id)."""
        of = select(papers.c.id, papers.c.authors).where(papers.c.id.in_(set(names.values())))
        written = dict(await self._tuples(of)) if names else {}
        return {name: next((each for each in written[id] if folded(each) == name), name) for name, id in names.items()}

    async def name_words(self, beginning: str) -> list[str]:
        """Folded words of authors' names that start with ``beginning``, in alphabetical order, with a limit."""
        begins = starts_with(name_words.c.word, beginning)
        return await self._values(
            select(name_words.c.word).where(begins).distinct().order_by(name_words.c.word).limit(_WORDS)
        )

    async def categories(self) -> dict[str, int]:
        """All categories with their numbers of papers: a tenth of a second for a million papers."""
        counted = select(categories.c.category, func.count()).group_by(categories.c.category)
        return dict(await self._tuples(counted))
