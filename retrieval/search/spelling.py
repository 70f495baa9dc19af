"""What helps where a search found little: “did you mean …”, and what no paper here has a record of.

Words, authors and categories that no paper has are held against those one slip away that many have. All words
one slip away from a misspelt one are looked up at once; how many papers there are makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.names import name_words
from retrieval.papers import normalise
from retrieval.query.conditions import (
    After,
    All,
    Author,
    Before,
    Category,
    Condition,
    Either,
    HasCode,
    Not,
    Phrase,
    Votes,
    Words,
)
from retrieval.query.parser import Kind, QueryTerm
from retrieval.query.query import Query
from retrieval.search.facets import IndexFacets, OfColumns
from retrieval.search.results import MissingField
from retrieval.text import stem
from retrieval.typos import most_likely, typo_candidates

_SHORTEST_IN_NAME: Final = 2
"""Letters of a word to correct in a name whose other words are known: they leave few candidates."""
_MOST: Final = 8
"""Pieces of a query that are looked at: a pasted page is not spelt anew."""


_FETCH: Final = "run python -m retrieval fetch."
_OF_LISTS: Final = f"Those of the daily lists do: {_FETCH}"
_UNDATED: Final = MissingField("No paper here has a date.", _OF_LISTS)
_UNRECORDED: Final[Mapping[type[Author | OfColumns], MissingField]] = MappingProxyType(
    {
        Author: MissingField("No paper here has an author.", _OF_LISTS),
        Category: MissingField(
            "No paper here has a category.", f"Those of arXiv do: set [sources] arxiv_categories, then {_FETCH}"
        ),
        Votes: MissingField("No paper here has votes.", _OF_LISTS),
        HasCode: MissingField("No paper here has a link to its code.", _OF_LISTS),
        After: _UNDATED,
        Before: _UNDATED,
    }
)
"""What is said where a condition of this kind can hold for no paper."""


async def meant(query: Query, catalogue: Catalogue, index: Index) -> str | None:
    """The query with what nobody wrote replaced by what is like it; ``None`` where there is nothing to replace."""
    instead = list[tuple[QueryTerm, str]]()
    for named in query.named[: _MOST * 4]:
        match named.kind:
            case Kind.WORD:
                better = word_meant(named.text, index)
            case Kind.AUTHOR:
                better = await author_meant(named.text, catalogue)
            case Kind.CATEGORY:
                better = category_meant(named.text, await catalogue.category_names())
        if better is not None and len(instead) < _MOST:
            instead.append((named, better))
    return replaced(query.written, instead) if instead else None


async def unrecorded(query: Query, facets: IndexFacets, catalogue: Catalogue) -> tuple[MissingField, ...]:
    """What the query asks for that no paper here can have.

    A catalogue of pages alone knows no authors, categories, votes, links to code or dates.
    """
    asked = {_UNRECORDED[type(each)]: each for each in _recorded(query.condition)}
    return tuple([said for said, each in asked.items() if not await _known(each, facets, catalogue)])


async def _known(condition: Author | OfColumns, facets: IndexFacets, catalogue: Catalogue) -> bool:
    if isinstance(condition, Author):
        return bool(await catalogue.typed.name_words(""))
    return facets.known(condition)


def _recorded(condition: Condition) -> Iterator[Author | OfColumns]:
    """The conditions on records that may have to hold; what must not hold is no matter of what papers lack."""
    match condition:
        case All(parts) | Either(parts):
            for part in parts:
                yield from _recorded(part)
        case Author() | Category() | After() | Before() | Votes() | HasCode():
            yield condition
        case Not() | Words() | Phrase():
            return


def replaced(text: str, instead: list[tuple[QueryTerm, str]]) -> str:
    """``text`` with pieces of it written otherwise; in quotation marks where they have several words."""
    for named, better in sorted(instead, key=lambda each: -each[0].start):
        quoted = f'"{better}"' if " " in better else better
        text = text[: named.start] + quoted + text[named.end :]
    return normalise(text)


def word_meant(word: str, index: Index) -> str | None:
    """The word that was probably meant by one that no paper contains."""
    if index.document_frequency(stem(word)):
        return None
    candidates = typo_candidates(word)
    counts = index.document_frequencies([stem(each) for each in candidates])
    return most_likely(candidates, dict(zip(candidates, counts, strict=True)))


def category_meant(name: str, known: list[str]) -> str | None:
    """The category that was probably meant by one that no paper has."""
    lowered = {each.casefold(): each for each in known}
    if name.casefold() in lowered:
        return None
    return next((lowered[each] for each in get_close_matches(name.casefold(), lowered, n=1, cutoff=0.7)), None)


async def author_meant(name: str, catalogue: Catalogue) -> str | None:
    """The name that was probably meant by one that no author has.

    Either a word of it is in no author's name, or no author's name has all of its words.
    """
    words = name_words(name)
    known = await catalogue.words_in_names([word for word in words if len(word) > 1])
    better = list[str]()
    for word in words:
        if word in known or len(word) == 1:
            better.append(word)
            continue
        candidates = typo_candidates(word)
        meant = most_likely(candidates, await catalogue.words_in_names(candidates))
        if meant is None:
            return None
        better.append(meant)
    return " ".join(better) if tuple(better) != words else await _name_meant(words, catalogue)


async def _name_meant(words: tuple[str, ...], catalogue: Catalogue) -> str | None:
    """The name for words that occur in names, but never together: "Yan LeCun", where other authors are called Yan."""
    if len(words) == 1 or await catalogue.words_beside(words, words):
        return None
    for place, word in enumerate(words):
        others = (*words[:place], *words[place + 1 :])
        candidates = typo_candidates(word, shortest=_SHORTEST_IN_NAME)
        beside = await catalogue.words_beside(others, candidates)
        meant = most_likely(candidates, dict.fromkeys(beside, 1))
        if meant is not None:
            return " ".join((*words[:place], meant, *words[place + 1 :]))
    return None
