"""How fast a library is: searches by words, with filters, for phrases; its answers, its memory."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from retrieval.benchmark.measurement import Times, resident_memory
from retrieval.benchmark.questions import AnswerSpeed, measure_answers
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.query import as_value
from retrieval.text import STOP_WORDS, words

_SEED: Final = 20_261_125
_SAMPLE: Final = 200
"""The newest papers, whose titles and records are used to make queries."""

Text = Callable[[Paper, str, str], str]
"""The query of a kind, from a paper and two neighbouring words of its title."""

KINDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "words": lambda _, one, two: f"{one} {two}",
        "words, a category": lambda paper, one, _: f"{one} #{_category(paper)}",
        "a category alone": lambda paper, _, __: f"#{_category(paper)}",
        "words, an author": lambda paper, one, _: f"{one} author:{_named(paper)}",
        "words, a day": lambda paper, one, _: f"{one} after:{_year(paper)}",
        "words, votes": lambda _, one, __: f"{one} votes:>5",
        "words, code": lambda _, one, __: f"{one} has:code",
        "words, another excluded": lambda _, one, two: f"{one} -{two}",
        "alternatives": lambda paper, one, two: f"{one} (author:{_named(paper)} OR {two} #{_category(paper)})",
        "a phrase": lambda _, one, two: f'"{one} {two}"',
        "a phrase, a category": lambda paper, one, two: f'"{one} {two}" #{_category(paper)}',
    }
)


class SearchSpeed(Times):
    """Milliseconds for searches of one kind, each run once; ``found`` is the median number of papers."""

    kind: str
    found: int


class LibrarySpeed(BaseModel):
    """How fast a library is. ``open_s`` is the time from opening to the first search.

    ``memory`` is the resident bytes of the process at the end, including used pages of mapped files. ``answering`` is
    empty without questions; with a reader it's measured without and with it.
    """

    papers: int
    open_s: float
    searches: list[SearchSpeed]
    answering: list[AnswerSpeed]
    memory: int | None


async def measure_library(library: Library, started: float, questions: Sequence[str], count: int) -> LibrarySpeed:
    """Measure a library that began to open at ``started`` (``time.perf_counter``), after its background work."""
    await library.search("language", limit=1)
    open_s = time.perf_counter() - started
    await library.settled()
    await library.read_ahead()
    return LibrarySpeed(
        papers=(await library.stats()).papers,
        open_s=open_s,
        searches=await measure_searches(library, count),
        answering=[await measure_answers(library, questions)] if questions else [],
        memory=resident_memory(),
    )


async def measure_searches(library: Library, count: int) -> list[SearchSpeed]:
    """Search ``count`` times for each of ``KINDS``, with queries made of the library's newest papers.

    Empty if no paper has a title with two neighbouring content words.
    """
    page = await library.search("", limit=_SAMPLE)
    pairs = [(hit.paper, *pair) for hit in page.hits for pair in _neighbours(hit.paper)]
    if not pairs:
        return []
    rng = random.Random(_SEED)  # noqa: S311 - repeatable, and no secret
    measured = list[SearchSpeed]()
    for kind, text in KINDS.items():
        times, found = list[float](), list[int]()
        for _ in range(count):
            query, started = text(*rng.choice(pairs)), time.perf_counter()
            found.append((await library.search(query)).total)
            times.append((time.perf_counter() - started) * 1000)
        measured.append(SearchSpeed.of(times, kind=kind, queries=count, found=int(median(found))))
    return measured


def _neighbours(paper: Paper) -> Iterator[tuple[str, str]]:
    """Pairs of neighbouring content words in a title."""
    title = words(paper.title)
    for one, two in pairwise(title):
        if not {one, two} & STOP_WORDS and one.isalpha() and two.isalpha() and one != two:
            yield one, two


def _category(paper: Paper) -> str:
    return next(iter(paper.categories), "none")


def _named(paper: Paper) -> str:
    return as_value(next(iter(paper.authors), "nobody").split()[-1])


def _year(paper: Paper) -> int:
    return paper.published.year if paper.published else 2024
