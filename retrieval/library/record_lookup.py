"""The catalogue, the index and the searches, as answers from records need them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from retrieval.answering.records.authors import without_signs
from retrieval.answering.records.lookup import FoundPapers, Holdings
from retrieval.answering.records.request import Order
from retrieval.catalogue import Catalogue
from retrieval.english import Text
from retrieval.index import Index, Selection
from retrieval.index.milvus.rows import SortDimension
from retrieval.index.typos import typo_candidates
from retrieval.library.name_words import NameWords
from retrieval.names import folded, name_words
from retrieval.papers import Paper
from retrieval.query.conditions import PaperText, matches
from retrieval.query.query import parse
from retrieval.search.autocomplete import Completer
from retrieval.search.facets import FacetCache, IndexFacets
from retrieval.search.live_index import LiveIndex
from retrieval.search.searcher import Searcher, with_unseen
from retrieval.search.spelling import missing_fields, suggest_author, suggest_word
from retrieval.text import stem, terms
from retrieval.trending.score import rank

_NEAR: Final = 3
"""Names that are offered in the place of one that nobody has."""
_LIKELY: Final = 50
"""Papers among which those that say most of a topic's words are looked for."""
_MOST_WORDS: Final = 0.6
_TWO: Final = 2
"""Words of a topic of which the rarer one is enough: "machine unlearning"."""
_HALF: Final = 0.5
"""Share of a topic's words that papers of a topic have; less is enough where they are by one author."""
_TITLES: Final = 12
_HEAD_ENDS: Final = re.compile(r":|\?\s")
"""What ends the first part of a title, by which a paper may be called."""
_TELLING_START: Final = 4
"""Words with which hardly two titles begin."""
_SHORTEST_PART: Final = 2  # letters of a word before or behind a hyphen
_COINED: Final = 30
"""Papers, at most, that have a name which somebody coined for a system."""
_PRESENTS: Final = (
    r"\b(?:[Ww]e|paper|work|report|study) (?:\w+ )?(?:introduce|present|propose|develop|release|describe|build|create"
    r"|call|design|construct|collect)s?\b(?:(?! in | than )[^.;]){{0,80}}(?<![\w-]){0}(?![\w-])"
)
_SYSTEM_NAME: Final = re.compile(r"(?=.*[^\W\d])(?:.*\d|.*\w[A-Z]|.*\w-\w)")
"""What sets the name of a system apart from a word with which a title begins."""

_DIMENSIONS: Final = {
    Order.NEWEST: SortDimension.NEWEST,
    Order.TRENDING: SortDimension.NEWEST,
    Order.OLDEST: SortDimension.OLDEST,
    Order.VOTES: SortDimension.MOST_VOTES,
    Order.FEWEST_VOTES: SortDimension.FEWEST_VOTES,
}


def _both(index: Index, parts: Sequence[tuple[str, str]]) -> tuple[Sequence[int], Sequence[int]]:
    """How many papers have the first and the second word of each pair."""
    firsts, seconds = zip(*parts, strict=True)
    return index.document_frequencies([stem(each) for each in firsts]), index.document_frequencies(
        [stem(each) for each in seconds]
    )


def _first(facets: IndexFacets, selection: Selection, limit: int, order: Order) -> list[str]:
    match order:
        case Order.NEWEST | Order.TRENDING:
            return facets.newest(selection, limit)
        case Order.OLDEST:
            return facets.oldest(selection, limit)
        case Order.VOTES | Order.FEWEST_VOTES:
            return facets.most_voted(selection, limit, fewest=order is Order.FEWEST_VOTES)


class CatalogueLookup:
    """A ``RecordLookup`` of a library's catalogue. ``fetch`` asks arXiv for a paper that isn't here."""

    def __init__(
        self,
        catalogue: Catalogue,
        live_index: LiveIndex,
        searcher: Searcher,
        completer: Completer,
        facets: FacetCache,
        clock: Callable[[], datetime],
        fetch: Callable[[str], Awaitable[Paper]],
    ) -> None:
        self._catalogue = catalogue
        self._live_index = live_index
        self._name_words = NameWords(catalogue, live_index)
        self._searcher = searcher
        self._completer = completer
        self._facets = facets
        self._clock = clock
        self._fetch = fetch

    # --- authors -------------------------------------------------------------------------------

    async def words_in_names(self, words: Collection[str]) -> dict[str, int]:
        """Which of these folded words are in authors' names, and in how many."""
        return await self._name_words.counts(words)

    async def whole_names(self, phrases: Collection[str]) -> dict[str, str]:
        """Which folded phrases are names of authors, without hyphens and points, and how papers spell them."""
        whole = await self._name_words.whole(phrases)
        return {without_signs(name): spelling for name, spelling in whole.items()}

    async def numbers_of_papers(self, words: Collection[str]) -> dict[str, int]:
        """How many papers have each of these words in their text."""
        index = await self._live_index.current()
        return dict(zip(words, index.document_frequencies([stem(word) for word in words]), strict=True))

    async def has_author(self, name: str) -> bool:
        """Whether an author's name has all words of this one; a single letter is an initial."""
        return bool(await self._catalogue.records.ids_by_author(name_words(name)))

    async def near_authors(self, name: str) -> list[str]:
        """Authors' names that are like this one, which nobody has; the likeliest first."""
        meant = await suggest_author(name, self._catalogue)
        found = [each.name for each in await self._completer.authors(meant or name, limit=_NEAR)]
        words = name_words(name)
        for word in (words[-1], words[0]) if not found and len(words) > 1 else ():
            found += [each.name for each in await self._completer.authors(word, limit=_NEAR)]
        return list(dict.fromkeys(found))[:_NEAR]

    # --- papers by name ------------------------------------------------------------------------

    async def papers(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """The papers that there are, by id."""
        return await self._catalogue.get(ids)

    async def paper_from_source(self, paper_id: str) -> Paper:
        """A paper that isn't here, from arXiv. Raises ``PaperNotFound``."""
        return await self._fetch(paper_id)

    async def titled(self, name: str, *, exactly: bool = False) -> list[Paper]:
        """The papers that a name means: a title, the part before its colon, some words of it; best first.

        ``exactly``: some words of a title are not enough.
        """
        index = await self._live_index.current()
        if not all(index.document_frequencies(terms(name))):
            return []  # most of what may be a title has a word that no paper has
        begun = await self._catalogue.prefixes.titles(name, _TITLES)
        exact = [id for id, title in begun.items() if folded(title).rstrip("?") == folded(name)]
        if exact:
            return await self._of(exact)
        heads = [
            id for id, title in begun.items() if folded(_HEAD_ENDS.split(title)[0].strip()) == folded(name).rstrip("?")
        ]
        whole = [id for id, title in begun.items() if not folded(title)[len(folded(name)) :][:1].isalnum()]
        if heads or (
            len(whole) == 1 and (not exactly or _SYSTEM_NAME.match(name) or len(name.split()) >= _TELLING_START)
        ):
            return await self._of(heads or whole)
        presented = await self._presented(name) if _SYSTEM_NAME.match(name) and " " not in name else []
        if exactly or presented:
            return presented
        titles = await self._completer.papers(name, limit=_TITLES)
        words = name_words(name)
        holding = [id for id, title in titles.items() if set(words) <= set(name_words(title))]
        side_by_side = [id for id in holding if f" {' '.join(words)} " in f" {' '.join(name_words(titles[id]))} "]
        return await self._of(side_by_side or holding)

    async def _presented(self, name: str) -> list[Paper]:
        """The papers whose abstract presents something of this name as its own: "We introduce CameraBench"."""
        index = await self._live_index.current()
        words = terms(name)
        if not words or not 0 < min(index.document_frequencies(words)) <= _COINED:
            return []
        index = await self._live_index.for_searches([(words, _NEAR)])
        hits = index.search(words, _NEAR)
        presents = re.compile(_PRESENTS.format(re.escape(name)), re.IGNORECASE if name.islower() else 0)
        return [paper for paper in await self._of([hit.id for hit in hits]) if presents.search(paper.abstract)][:1]

    async def misspelt_title(self, name: str) -> Paper | None:
        """The paper that a name of one word means, written with a hyphen or without one typo: "mcpbench"."""
        index, candidates = await self._live_index.current(), typo_candidates(name.lower())
        parts = [(name[:at].lower(), name[at:].lower()) for at in range(_SHORTEST_PART, len(name) - _SHORTEST_PART + 1)]
        held = dict(zip(parts, zip(*_both(index, parts), strict=True), strict=True)) if parts else {}
        for one, other in [pair for pair, counts in held.items() if all(counts)][:_TITLES]:
            papers = await self.titled(f"{one}-{other}", exactly=True) or await self.titled(
                f"{one} {other}", exactly=True
            )
            if papers:
                return papers[0]
        counts = index.document_frequencies([stem(each) for each in candidates])
        known = [each for each, count in zip(candidates, counts, strict=True) if 0 < count <= _COINED]
        for each in sorted(known, key=lambda word: (candidates[word], word))[:_TITLES]:
            papers = await self.titled(each, exactly=True)
            if papers:
                return papers[0]
        return None

    async def nearest_title(self, name: str) -> str | None:
        """The title that comes nearest to a name that no paper has."""
        words = terms(name)
        index = await self._live_index.for_searches([(words, 1)])
        near = await self._of([hit.id for hit in index.search(words, 1)])
        return near[0].title if near else None

    async def _of(self, ids: Sequence[str]) -> list[Paper]:
        return list((await self._catalogue.get(ids)).values())

    # --- papers by their records ---------------------------------------------------------------

    async def find(self, query: str, order: Order | None, most: int, *, whole_names: bool) -> FoundPapers:
        """The papers that fit a query and say every word of it, best first where there is no ``order``."""
        wanted = parse(query)
        by = None if order is None else _DIMENSIONS[order]
        index = await self._live_index.for_query(wanted, limit=most, every_word=True, whole_names=whole_names, order=by)
        if order is None:
            found = await self._searcher.find(
                wanted, index, limit=most, offset=0, whole_names=whole_names, every_word=True
            )
        else:
            found = await self._searcher.first_by(
                wanted, index, partial(_first, order=order), most, whole_names=whole_names
            )
        found = with_unseen(found, wanted, index)
        if found.total or len(set(wanted.terms)) <= 1:
            return FoundPapers(tuple(await self._of([hit.id for hit in found.hits])), found.total)
        return await self._with_most_words(query, most, whole_names=whole_names)

    async def _with_most_words(self, query: str, most: int, *, whole_names: bool) -> FoundPapers:
        """The papers that say most of a query's words, where none says all of them."""
        wanted = parse(query)
        index = await self._live_index.for_query(wanted, limit=_LIKELY, whole_names=whole_names)
        likely = await self._searcher.find(wanted, index, limit=_LIKELY, offset=0, whole_names=whole_names)
        stems, of_author = set(wanted.terms), "author:" in query
        counts = dict(zip(stems, index.document_frequencies(list(stems)), strict=True))
        rarest = min(stems, key=lambda stem: (counts[stem], stem))
        papers = [
            paper
            for paper in await self._of([hit.id for hit in likely.hits])
            if (rarest in (said := stems & PaperText(paper).stems) or len(stems) > _TWO)
            and len(said) >= (_HALF if of_author or len(stems) == _TWO else _MOST_WORDS) * len(stems)
        ]
        return FoundPapers(tuple(papers[:most]), len(papers), partly=True)

    async def respelt(self, topic: str) -> str | None:
        """A topic with typos corrected in words that no paper has; ``None`` where there are none."""
        index, words = await self._live_index.current(), topic.split()
        better = [await suggest_word(word.lower(), self._catalogue, index) or word for word in words]
        return " ".join(better) if better != words else None

    async def on_lists(self, first: date, last: date, query: str, order: Order) -> list[Paper]:
        """The papers on the lists of these days that fit a query."""
        wanted = parse(query)
        listed = [paper for paper in await self._catalogue.lists.between(first, last) if paper.withdrawn is None]
        papers = [trend.paper for trend in rank(listed, self._clock()) if matches(wanted.condition, trend.paper)]
        if order in {Order.VOTES, Order.FEWEST_VOTES}:
            sign = -1 if order is Order.VOTES else 1
            papers.sort(key=lambda paper: sign * (paper.votes or 0))
        return papers

    async def unrecorded(self, query: str) -> list[Text]:
        """Sentences about what a query asks for and no paper here has a record of."""
        facets = await self._facets.for_index(await self._live_index.current())
        return [each.sentence for each in await missing_fields(parse(query), facets, self._catalogue)]

    async def newest_list(self, until: date | None = None) -> date | None:
        """The day of the newest list, or of the newest one up to a day."""
        return await self._catalogue.lists.newest_day(until)

    async def holdings(self) -> Holdings:
        """What there is."""
        days = await self._catalogue.days()
        lists = await self._catalogue.lists.all()
        first, last = days or (None, None)
        return Holdings(await self._catalogue.count(), len(lists), first, last, await self.newest_list())
