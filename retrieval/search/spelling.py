"""Help for searches that find little: “did you mean …”, and fields that no paper here has.

Words, authors and categories that no paper has are compared with those that are one typo away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from retrieval.answering.types import NO_PAPERS
from retrieval.catalogue import Catalogue
from retrieval.english import Text
from retrieval.index import Index
from retrieval.index.term_groups import select_containing
from retrieval.index.typos import most_likely, typo_candidates
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
    PaperId,
    Phrase,
    Prefix,
    Votes,
    Words,
    Written,
)
from retrieval.query.query import Query
from retrieval.query.terms import QueryTerm, TermKind
from retrieval.search.facets import ColumnCondition, IndexFacets
from retrieval.search.most_words import required_words
from retrieval.search.results import MissingField
from retrieval.text import STOP_WORDS, stem, words

_SHORTEST_IN_NAME: Final = 2
"""Letters of a word to correct in a name whose other words are known: they leave few candidates."""
_MOST: Final = 8
"""Corrections in a query, at most: a pasted page isn't spell-checked."""

_COMPARED: Final = 4
"""Likely corrections of a word that are looked up in papers."""
_RARE: Final = 2
"""Papers with the stem of a word, up to which it is looked up: "tranformer" has that of a rare "tranform"."""
_COMMONER: Final = 300
"""Times that papers have the stem of a correction more often, at least, then."""
_READ: Final = 20
"""Papers in which each of them is looked up."""
_LONGEST_NAME: Final = 4
_LONGEST_WITH_NAME: Final = 8
"""Words of a query in which a name becomes a field."""

_FETCH: Final = "run python -m retrieval fetch."
_OF_LISTS: Final = f"Papers on the daily lists do: {_FETCH}"
_UNDATED: Final = MissingField(Text("No paper here has a date."), _OF_LISTS)
NOTHING_TO_SEARCH: Final = MissingField(NO_PAPERS, f"Run python -m retrieval import FILE, or {_FETCH}")
_FIELDS: Final[Mapping[type[Author | ColumnCondition], MissingField]] = MappingProxyType(
    {
        Author: MissingField(Text("No paper here has an author."), _OF_LISTS),
        Category: MissingField(
            Text("No paper here has a category."),
            f"Papers from arXiv do: set [sources] arxiv_categories, then {_FETCH}",
        ),
        Votes: MissingField(Text("No paper here has votes."), _OF_LISTS),
        HasCode: MissingField(Text("No paper here has a link to its code."), _OF_LISTS),
        After: _UNDATED,
        Before: _UNDATED,
    }
)
"""The fields that conditions need, and what to say if no paper has them."""


async def suggest_query(query: Query, catalogue: Catalogue, index: Index) -> str | None:
    """The query without apparent typos: terms that no paper has are replaced; ``None`` if there are none."""
    if name := await _whole_name(query, catalogue, index):
        return name
    terms, replacements = query.query_terms[: _MOST * 4], list[tuple[QueryTerm, str]]()
    written = [term.text for term in terms if term.kind is TermKind.WORD]
    counts = dict(zip(written, index.document_frequencies([stem(word) for word in written]), strict=True))
    for term in terms:
        match term.kind:
            case TermKind.WORD:
                if counts[term.text] > _RARE:
                    continue
                better = await _name_of(term.text, query, catalogue, index) or await suggest_word(
                    term.text, catalogue, index
                )
            case TermKind.AUTHOR:
                better = await suggest_author(term.text, catalogue)
            case TermKind.CATEGORY:
                better = suggest_category(term.text, await catalogue.category_names())
        if better is not None and len(replacements) < _MOST:
            replacements.append((term, better))
    return replace_terms(query.written, replacements) if replacements else None


async def missing_fields(query: Query, facets: IndexFacets, catalogue: Catalogue) -> tuple[MissingField, ...]:
    """The fields that the query asks for and no paper here has.

    A catalogue made of page texts only has no authors, categories, votes, links to code or dates.
    """
    fields = {_FIELDS[type(each)]: each for each in _required(query.condition)}
    return tuple([field for field, each in fields.items() if not await _known(each, facets, catalogue)])


async def _known(condition: Author | ColumnCondition, facets: IndexFacets, catalogue: Catalogue) -> bool:
    if isinstance(condition, Author):
        return bool(await catalogue.prefixes.name_words(""))
    return facets.known(condition)


def _required(condition: Condition) -> Iterator[Author | ColumnCondition]:
    """The conditions on fields that may be required; negated ones don't need the field."""
    match condition:
        case All(parts) | Either(parts):
            for part in parts:
                yield from _required(part)
        case Author() | Category() | After() | Before() | Votes() | HasCode():
            yield condition
        case Not() | Words() | Prefix() | Phrase() | Written() | PaperId():
            return


def replace_terms(text: str, replacements: list[tuple[QueryTerm, str]]) -> str:
    """``text`` with terms replaced, in quotation marks if the new ones have several words."""
    for term, better in sorted(replacements, key=lambda each: -each[0].start):
        quoted = f'"{better}"' if " " in better else better
        text = text[: term.start] + quoted + text[term.end :]
    return normalise(text)


async def suggest_word(word: str, catalogue: Catalogue, index: Index) -> str | None:
    """The word that was probably meant by one that no paper contains."""
    corrections, own = known_corrections(word, index, rare=_RARE), index.document_frequency(stem(word))
    if own and (max(corrections.values(), default=0) < own * _COMMONER or await _saying(word, catalogue, index)):
        return None
    return await likely_word(corrections, catalogue, index)


def known_corrections(word: str, index: Index, *, rare: int = 0) -> dict[str, int]:
    """The likeliest words one typo away, and how many papers have their stems.

    None for a word whose stem more than ``rare`` papers have.
    """
    if index.document_frequency(stem(word)) > rare:
        return {}
    candidates, own = typo_candidates(word), stem(word)
    stems = list(map(stem, candidates))
    counts = dict(zip(candidates, index.document_frequencies(stems), strict=True))
    likely = [each for each, of in zip(candidates, stems, strict=True) if counts[each] and of != own]
    known = sorted(likely, key=lambda each: (candidates[each], -counts[each], -len(each), each))
    return {each: counts[each] for each in known[:_COMPARED]}


async def likely_word(corrections: Mapping[str, int], catalogue: Catalogue, index: Index) -> str | None:
    """The one of ``known_corrections`` that papers say.

    The index only has stems, and "agention" has that of "agent": a few papers with a stem show what is written.
    """
    said = dict[str, float]()
    for word, count in corrections.items() if len(corrections) > 1 else ():
        said[word] = count * await _saying(word, catalogue, index)
    return max(corrections, key=lambda word: said.get(word, 0), default=None)  # of equal ones, the likeliest


async def _saying(word: str, catalogue: Catalogue, index: Index) -> int:
    """How many of a few papers with the stem of a word say this word."""
    rows = select_containing(index, [[stem(word)]]).rows[:_READ]
    papers = await catalogue.texts(index.documents.ids_at(rows))
    return sum(word in words(f"{paper.title} {paper.abstract}") for paper in papers.values())


async def _whole_name(query: Query, catalogue: Catalogue, index: Index) -> str | None:
    """A query that is a misspelt name, as a condition on authors: "yan lecun"."""
    if len(query.parts) > _LONGEST_NAME or "OR" in query.written.split():
        return None
    wanted = name_words(query.written)
    if not _SHORTEST_IN_NAME <= len(wanted) <= _LONGEST_NAME or len(required_words(query.parts)) != len(query.parts):
        return None
    counts = index.document_frequencies([stem(word) for word in wanted])
    said = [0 if word in STOP_WORDS else count for word, count in zip(wanted, counts, strict=True)]
    if all(said):
        return None
    known = await catalogue.words_in_names(wanted)
    if not any(word in known and not count for word, count in zip(wanted, said, strict=True)):
        return None  # a word that only names have makes it a name
    name = await suggest_author(query.written, catalogue)
    found = await catalogue.records.ids_by_author(name_words(name)) if name else ()
    return f'author:"{name}"' if found else None


async def _name_of(word: str, query: Query, catalogue: Catalogue, index: Index) -> str | None:
    """A word that no paper contains and authors are called, as a condition on authors."""
    if index.document_frequency(stem(word)) or len(required_words(query.parts)) != len(query.parts):
        return None
    if len(query.parts) > _LONGEST_WITH_NAME:
        return None
    return f"author:{word}" if name_words(word) and await catalogue.words_in_names(name_words(word)) else None


def suggest_category(name: str, known: list[str]) -> str | None:
    """The category that was probably meant by one that no paper has."""
    lowered = {each.casefold(): each for each in known}
    if name.casefold() in lowered:
        return None
    return next((lowered[each] for each in get_close_matches(name.casefold(), lowered, n=1, cutoff=0.7)), None)


async def suggest_author(name: str, catalogue: Catalogue) -> str | None:
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
        suggest_query = most_likely(candidates, await catalogue.words_in_names(candidates))
        if suggest_query is None:
            return await _name_meant(words, catalogue)
        better.append(suggest_query)
    return " ".join(better) if tuple(better) != words else await _name_meant(words, catalogue)


async def _name_meant(words: tuple[str, ...], catalogue: Catalogue) -> str | None:
    """The name for words that occur in names, but never together: "Yan LeCun", where other authors are called Yan."""
    if len(words) == 1 or await catalogue.words_beside(words, words):
        return None
    for place, word in enumerate(words):
        others = (*words[:place], *words[place + 1 :])
        candidates = typo_candidates(word, shortest=_SHORTEST_IN_NAME)
        beside = await catalogue.words_beside(others, candidates)
        suggest_query = most_likely(candidates, dict.fromkeys(beside, 1))
        if suggest_query is not None:
            return " ".join((*words[:place], suggest_query, *words[place + 1 :]))
    return None
