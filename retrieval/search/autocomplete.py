"""Completions for what somebody types: papers by id and title, authors, categories, whole searches.

Every keystroke is a request, so nothing here scans all papers. Ids, names and the beginnings of titles are ranges of
database indexes; words in titles are looked up in the search index, the last one by the terms that start with it. If
few titles contain the words as they were typed, a word is replaced by a far more common one that is a typo away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.errors import Busy
from retrieval.index import Index
from retrieval.index.term_groups import select_containing
from retrieval.index.typos import typo_candidates
from retrieval.index.vocabulary import Vocabulary, VocabularyCache
from retrieval.names import folded, name_words, title_words
from retrieval.papers import arxiv_id, normalise
from retrieval.query.operators import QUOTES
from retrieval.query.query import as_value
from retrieval.search.live_index import LiveIndex
from retrieval.search.spelling import suggest_author
from retrieval.text import STOP_WORDS, stem
from retrieval.worker import Worker

_LONGEST: Final = 200
"""Characters that are read of what somebody typed."""
_WORDS: Final = 12
_COMPARED: Final = 200
"""Papers whose titles are compared with the words: the best ones of a search for them."""
_AT_ONCE: Final = 50
"""Titles that are read in one step; usually the first ones are enough."""
_COMPLETIONS: Final = 8
"""Terms that complete the beginning of a word, at most."""
_FEW: Final = 5
"""If fewer papers are found, the words may be misspelt."""
_MORE_COMMON: Final = 20
"""A correction must be this many times as common: among a million papers, some always have the same typo."""
_SWAPPED: Final = 4
"""Two swapped letters are this many times as likely as any other typo."""
_SHORTER: Final = 5
"""Letters by which a stem may be shorter than what was typed: "quantizat" begins a word with the stem "quantiz"."""
_CACHED_FOR: Final = timedelta(minutes=10)
"""How long the number of papers in each category is cached."""

_LOOSE_ID = re.compile(r"(?P<month>[0-9]{4})[ .,:_-]?(?P<number>[0-9]{0,5})(?:v[0-9]*)?")
_BEFORE_ID = re.compile(r"(?:https?://\S*/|arxiv:\s*)(?=[^/]*[0-9]|[a-z-]+/)", re.IGNORECASE)
_FIELD = re.compile(
    rf"(?P<field>(?:^|(?<=[\s(-]))(?:author:|au:|category:|cat:|@|#))"
    rf"(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)|(?P<bare>[^\s(){QUOTES}]*(?P<more>(?: [^\s():@#{QUOTES}]+){{0,2}})))$",
    re.IGNORECASE,
)
"""A field whose value is being typed. Without quotation marks, a name may continue (``more``)."""
_NO_WORD = re.compile(rf"(?:^|(?<=[\s(]))(?:-?(?:\w+:|[@#])(?:[{QUOTES}][^{QUOTES}]*[{QUOTES}]|\S*)|-\S*|OR(?=\s))")
"""Parts of a search that aren't plain words."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class NameCount:
    """A name and how many papers have it."""

    name: str
    papers: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is probably meant, and the words one typo away that count as it, if typos are allowed."""

    text: str
    near: frozenset[str] = frozenset()

    def is_prefix_of(self, other: str) -> bool:
        """Whether the other word starts with this one."""
        ends = range(len(self.text) - 1, len(self.text) + 2)
        return other.startswith(self.text) or (bool(self.near) and any(other[:end] in self.near for end in ends))


class Completer:
    """``library.completer``: completions, best first."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        vocabulary: VocabularyCache,
        worker: Worker,
        clock: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._vocabulary = vocabulary
        self._worker = worker
        self._clock = clock
        self._categories = dict[str, int]()
        self._counted_at: datetime | None = None

    # --- papers --------------------------------------------------------------------------------

    async def papers(self, typed: str, *, limit: int = 25) -> dict[str, str]:
        """Ids and titles of papers: by the beginning of the id, by the beginning of the title, by words in the title.

        Each typed word must be the beginning of a word in the title, in any order; titles that begin with all of them
        come first. Raises ``Busy`` if too many requests are waiting and no title starts with what was typed.
        """
        text = normalise(typed[:_LONGEST])
        if not text:
            return {}
        found = await self._by_id(text, limit)
        if found:
            return found
        found = await self._catalogue.prefixes.titles(text, limit)
        words = title_words(text)[:_WORDS]
        if words and len(found) < limit:
            try:
                found |= (await self._titled(words, limit))[1]
            except Busy:
                if not found:
                    raise
        return dict(sorted(found.items(), key=lambda each: not _begins(title_words(each[1]), words))[:limit])

    async def _by_id(self, text: str, limit: int) -> dict[str, str]:
        """Papers by their id: as typed, without its point, with one wrong digit or two swapped ones.

        A link, or ``arXiv:`` before the id, works too.
        """
        whole = arxiv_id(text)
        begun = _BEFORE_ID.sub("", text)
        loose = _LOOSE_ID.fullmatch(begun)
        if loose:
            begun = f"{loose['month']}.{loose['number']}"
        if not whole and not loose and not _like_an_id(begun):
            return {}
        found = await self._catalogue.prefixes.ids(whole or begun, limit)
        if not found and whole:
            found = await self._catalogue.prefixes.titles_of(_ids_near(whole))
        return found

    async def _titled(self, typed: Sequence[str], limit: int) -> tuple[list[_Word], dict[str, str]]:
        """The words as they were probably meant, and papers with them in their titles; the last may be unfinished."""
        index = await self._index.current()
        words = [_Word(text) for text in typed]
        found = await self._with_words(words, index, limit)
        if len(found) >= _FEW:
            return words, found
        meant = await self._worker.run(_corrected_words, typed, self._vocabulary.latest)
        more = await self._with_words(meant, index, limit)
        return (words if found else meant), found | more

    async def _with_words(self, words: Sequence[_Word], index: Index, limit: int) -> dict[str, str]:
        texts = [word.text for word in words]
        if not index.is_whole:
            weights, groups = await self._worker.run(_sought, texts, index, self._vocabulary.latest)
            index = await self._index.for_searches([(weights, _COMPARED)], groups=groups)
        hits = await self._worker.run(_best, texts, index, self._vocabulary.latest, self._index.title_weight)
        found = dict[str, str]()
        for start in range(0, len(hits), _AT_ONCE):
            titles = await self._catalogue.prefixes.titles_of(hits[start : start + _AT_ONCE])
            found |= {id: title for id, title in titles.items() if _has_all(title_words(title), words)}
            if len(found) >= limit:
                break
        return found

    # --- authors and categories ----------------------------------------------------------------

    async def authors(self, typed: str, *, limit: int = 25) -> list[NameCount]:
        """Authors whose name has all typed words; the last may be unfinished, and one may have a typo.

        Authors with the most papers come first.
        """
        words = name_words(typed[:_LONGEST])[:_WORDS]
        found = await self._called(words, limit)
        if not found and words:
            better = await self._name_meant(words)
            found = await self._called(better, limit) if better else []
        return found

    async def _called(self, words: tuple[str, ...], limit: int) -> list[NameCount]:
        return [NameCount(*row) for row in await self._catalogue.prefixes.names(words, limit)] if words else []

    async def _name_meant(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The words of an author's name for misspelt ones; the last may be a prefix, its first two letters right."""
        meant = await suggest_author(" ".join(words), self._catalogue)
        if meant is not None:
            return name_words(meant)
        last = words[-1]
        near = typo_candidates(last)
        alike = await self._catalogue.prefixes.name_words(last[:2]) if near else []
        ends = range(len(last) + 1, len(last) - 2, -1)
        begun = Counter(word[:end] for word in alike for end in ends if word[:end] in near)
        return (*words[:-1], begun.most_common(1)[0][0]) if begun else None

    async def categories(self, typed: str, *, limit: int = 25) -> list[NameCount]:
        """Categories that start with ``typed``, then those that contain it, largest first; otherwise similar ones."""
        counts, wanted = await self._counts(), typed.strip().casefold()
        lowered = {each.casefold(): each for each in counts}
        near = [each for each in lowered if wanted in each]
        if not near:
            near = get_close_matches(wanted, lowered, n=limit, cutoff=0.6)
            near.sort(key=lambda each: (not each.startswith(wanted[:-1]), -counts[lowered[each]]))
        else:
            near.sort(key=lambda each: (not each.startswith(wanted), -counts[lowered[each]], each))
        return [NameCount(lowered[each], counts[lowered[each]]) for each in near[:limit]]

    async def _counts(self) -> dict[str, int]:
        now = self._clock()
        if self._counted_at is None or not self._categories or now - self._counted_at > _CACHED_FOR:
            self._categories, self._counted_at = await self._catalogue.prefixes.categories(), now
        return self._categories

    # --- searches ------------------------------------------------------------------------------

    async def searches(self, typed: str, *, limit: int = 25) -> list[str]:
        """Completions of a search: its last word, author or category is completed, the rest is kept."""
        text = re.sub(r"\s+", " ", typed[:_LONGEST]).lstrip()
        field = _FIELD.search(text)
        named = [] if field is None else await self._values(field, limit)
        if field is None or (field["more"] and not named):
            return (await self._continued(text))[:limit]
        return [text[: field.end("field")] + as_value(each.name) for each in named]

    async def _values(self, field: re.Match[str], limit: int) -> list[NameCount]:
        value = field["bare"] if field["quoted"] is None else field["quoted"]
        of_authors = field["field"].lower() in {"author:", "au:", "@"}
        if field["more"]:  # a name, or words after the field: then nothing is corrected
            return await self._called(name_words(value), limit) if of_authors else []
        return await (self.authors if of_authors else self.categories)(value, limit=limit)

    async def _continued(self, text: str) -> list[str]:
        """The text with its last word completed from titles that contain the other words too."""
        end = re.search(r"[^\W_]+$", text)
        if end is None or _NO_WORD.search(text + " ", max(0, text.rfind(" "))):
            return []
        before = text[: end.start()]
        words = (*title_words(_NO_WORD.sub(" ", before))[-_WORDS:], *title_words(end[0]))
        meant, titles = await self._titled(words, _AT_ONCE)
        finished = Counter(
            word for title in titles.values() for word in set(title_words(title)) if meant[-1].is_prefix_of(word)
        )
        better = {word: each.text for word, each in zip(words[:-1], meant, strict=False)}
        before = _WORD.sub(lambda word: _unless_same(word[0], better), before)
        close = '"' if len(re.findall(f"[{QUOTES}]", before)) % 2 else ""
        return [f"{before}{word}{close}" for word, _ in finished.most_common()]


def fits(typed: str, id: str, title: str) -> bool:
    """Whether this paper completes what was typed: by its id, or by the words of its title."""
    return id.startswith(typed) or holds(title, typed)


def holds(text: str, typed: str) -> bool:
    """Whether each typed word is the beginning of a word in the text, in any order; punctuation alone never is."""
    words = [_Word(word) for word in name_words(typed)]
    return (bool(words) or not typed.strip()) and _has_all(name_words(text), words)


def _like_an_id(text: str) -> bool:
    """Whether text looks like the beginning of an id that isn't in arXiv's present scheme: ``math/06``, ``t-1f``."""
    return " " not in text and bool(re.match(r"[a-z]+(?:-[a-z]+)*/|t-", text))


def _ids_near(id: str) -> list[str]:
    """Ids with one other digit, or with two neighbouring digits swapped."""
    places = [place for place, sign in enumerate(id) if sign.isdigit()]
    changed = [id[:at] + digit + id[at + 1 :] for at in places for digit in "0123456789"]
    swapped = [id[:at] + id[at + 1] + id[at] + id[at + 2 :] for at in places if at + 1 in places]
    return list(dict.fromkeys([*swapped, *changed]))


def _sought(words: Sequence[str], index: Index, vocabulary: Vocabulary) -> tuple[dict[str, float], list[list[str]]]:
    """What ranks papers for these words, the last of which may be unfinished, and the terms that each one stands for.

    All completions of a word have the weight of the most common one: otherwise "lan" would find the rare Lanczos
    before language.
    """
    last, groups, weights = len(words) - 1, list[list[str]](), dict[str, float]()
    for place, word in enumerate(words):
        group = _terms(word, vocabulary, finished=place < last)
        rarity = {term: index.idf(term) for term in group}
        least = min((idf for idf in rarity.values() if idf > 0), default=1.0)
        weights.update((term, least / idf if idf > 0 else 1.0) for term, idf in rarity.items())
        if group and not (groups and _may_be_a_stop_word(word)):
            groups.append(group)
    return weights, groups


def _best(words: Sequence[str], index: Index, vocabulary: Vocabulary, title_weight: int) -> list[str]:
    """Ids of the best papers for these words, probably with all of them in the title."""
    weights, groups = _sought(words, index, vocabulary)
    return [hit.id for hit in index.search(weights, _COMPARED, select_containing(index, groups, title_weight))]


def _may_be_a_stop_word(beginning: str) -> bool:
    """Whether a word is, or may become, a stop word, which titles contain but the index doesn't."""
    return any(word.startswith(beginning) for word in STOP_WORDS)


def _terms(word: str, vocabulary: Vocabulary, *, finished: bool) -> list[str]:
    """The terms that a word stands for; it may be unfinished."""
    if finished and word in STOP_WORDS:
        return []
    whole = stem(word)
    if finished and vocabulary.count([whole])[0]:
        return [whole]
    shorter = [word[:end] for end in range(max(3, len(word) - _SHORTER), len(word))]
    counts = dict(zip(shorter, vocabulary.count(shorter), strict=True))
    common = sorted((each for each in shorter if counts[each]), key=lambda each: -counts[each])[:2]
    return list(dict.fromkeys([whole, *vocabulary.completions(word, _COMPLETIONS), *common]))


def _corrected_words(words: Sequence[str], vocabulary: Vocabulary) -> list[_Word]:
    """The words as they are probably meant, with typos allowed."""
    last = len(words) - 1
    return [_Word(_corrected(word, vocabulary, finished=place < last), _near(word)) for place, word in enumerate(words)]


def _near(word: str) -> frozenset[str]:
    return frozenset() if word in STOP_WORDS else frozenset(typo_candidates(word))


def _corrected(word: str, vocabulary: Vocabulary, *, finished: bool) -> str:
    """The word one typo away that is far more common, swapped letters before any other typo; else ``word`` itself."""
    costs = {} if finished and word in STOP_WORDS else typo_candidates(word)
    near = [word, *costs]
    counts = vocabulary.count([stem(each) for each in near])
    if not finished:
        begun, shorter = vocabulary.highest_counts(near), _shorter(near, vocabulary)
        counts = [max(three) for three in zip(counts, begun, shorter, strict=True)]
    best = max(
        zip(counts, near, strict=True), key=lambda each: each[0] if costs.get(each[1], 1) else _SWAPPED * each[0]
    )
    return best[1] if best[0] > _MORE_COMMON * counts[0] else word


def _shorter(words: Sequence[str], vocabulary: Vocabulary) -> list[int]:
    """The highest count of a shorter stem of each word, unless that is a prefix of the first word."""
    typed = words[0]
    beginnings = [
        [word[:end] for end in range(max(4, len(word) - _SHORTER), len(word)) if not typed.startswith(word[:end])]
        for word in words
    ]
    counts = iter(vocabulary.count([each for several in beginnings for each in several]))
    return [max((next(counts) for _ in several), default=0) for several in beginnings]


def _has_all(title: Sequence[str], words: Sequence[_Word]) -> bool:
    """Whether each word is the beginning of a word in the title, or has the same stem as one."""
    return all(
        any(word.is_prefix_of(each) for each in title) or stem(word.text) in {stem(each) for each in title}
        for word in words
    )


def _unless_same(word: str, better: dict[str, str]) -> str:
    meant = better.get(folded(word), word)
    return word if folded(word) == meant else meant


def _begins(title: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a title begins with these words, the last of which may be unfinished."""
    *whole, last = words or ("",)
    return list(title[: len(whole)]) == whole and len(title) > len(whole) and title[len(whole)].startswith(last)
