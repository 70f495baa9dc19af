"""How fast a library is: searches by words, with filters, for phrases, beside rank_bm25; its answers, its memory."""

from __future__ import annotations

import asyncio
import gc
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel
from rank_bm25 import BM25Okapi

from retrieval.benchmark.measurement import Percentiles, Times, resident_memory
from retrieval.benchmark.questions import AnswerSpeed, measure_answers
from retrieval.index import document_terms
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.query import as_value
from retrieval.text import STOP_WORDS, terms, words

_SEED: Final = 20_261_125
_SAMPLE: Final = 200
"""The newest papers, whose titles and records are used to make queries."""

WORDS, TITLES, PHRASES, ALTERNATIVES = "one to three words", "whole titles", "a phrase", "alternatives"
_COMPARED: Final = 30
"""Queries of a kind that rank_bm25 gets, because it's slow."""
_LARGEST: Final = 150_000
"""Papers up to which rank_bm25 is measured: it takes 15 KB of memory for each."""

Text = Callable[[Paper, str, str], str]
"""The query of a kind, from a paper and two neighbouring words of its title."""

KINDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        WORDS: lambda paper, one, _: _some_words(paper, one),
        TITLES: lambda paper, _, __: re.sub(r"[^\w\s-]", " ", paper.title),
        "words, a category": lambda paper, one, _: f"{one} #{_category(paper)}",
        "a category alone": lambda paper, _, __: f"#{_category(paper)}",
        "words, an author": lambda paper, one, _: f"{one} author:{_named(paper)}",
        "words, a day": lambda paper, one, _: f"{one} after:{_year(paper)}",
        "words, votes": lambda _, one, __: f"{one} votes:>5",
        "words, code": lambda _, one, __: f"{one} has:code",
        "words, another excluded": lambda _, one, two: f"{one} -{two}",
        ALTERNATIVES: lambda _, one, two: f"{one} OR {two}",
        "alternatives with fields": lambda paper, one, two: (
            f"{one} (author:{_named(paper)} OR {two} #{_category(paper)})"
        ),
        PHRASES: lambda _, one, two: f'"{one} {two}"',
        "a phrase, a category": lambda paper, one, two: f'"{one} {two}" #{_category(paper)}',
    }
)


class SearchSpeed(Times):
    """Milliseconds of the processor for searches of one kind, each run once; ``found`` is the median number of papers.

    Of all threads together, so it's the time on one core, whatever else the machine does.

    ``rank_bm25`` is how long that takes for the best ten papers with the same words, over the first ``_COMPARED``
    queries.
    """

    kind: str
    found: int
    rank_bm25: Percentiles | None = None


class LibrarySpeed(BaseModel):
    """How fast a library is. ``open_s`` is the time from opening to the first search.

    ``import_s`` is how long storing and indexing the papers took, ``disk`` the size of the index, ``memory`` the
    resident bytes of the process after all searches and answers, including used pages of mapped files. ``answering`` is
    empty without questions; with a reader it's measured without and with it.
    """

    papers: int
    open_s: float
    searches: list[SearchSpeed]
    answering: list[AnswerSpeed]
    memory: int | None
    disk: int | None = None
    import_s: float | None = None


async def measure_library(
    library: Library, started: float, questions: Sequence[str], count: int, *, folder: Path | None, compared: bool
) -> LibrarySpeed:
    """Measure a library that began to open at ``started`` (``time.perf_counter``), after its background work.

    ``folder`` has its index. ``compared``: also let rank_bm25 search, unless there are too many papers for it.
    """
    await library.search("language", limit=1)
    open_s = time.perf_counter() - started
    await library.settled()
    await library.read_ahead()
    papers, queries = (await library.stats()).papers, await queries_of(library, count)
    gc.collect()
    gc.freeze()  # as the bot does
    searches = [await _measured(library, kind, texts) for kind, texts in queries.items()]
    answering, memory = [await measure_answers(library, questions)] if questions else [], resident_memory()
    gc.unfreeze()
    if compared and papers <= _LARGEST and queries:
        times = await _rank_bm25(library, {kind: queries[kind] for kind in (WORDS, TITLES)})
        searches = [each.model_copy(update={"rank_bm25": times.get(each.kind)}) for each in searches]
    disk = None if folder is None else await asyncio.to_thread(_size, folder)
    return LibrarySpeed(papers=papers, open_s=open_s, searches=searches, answering=answering, memory=memory, disk=disk)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


async def queries_of(library: Library, count: int) -> dict[str, list[str]]:
    """``count`` queries of each of ``KINDS``, made of the library's newest papers.

    Empty if no paper has a title with two neighbouring content words.
    """
    page = await library.search("", limit=_SAMPLE)
    pairs = [(hit.paper, *pair) for hit in page.hits for pair in _neighbours(hit.paper)]
    rng = random.Random(_SEED)  # noqa: S311 - repeatable, and no secret
    return {kind: [text(*rng.choice(pairs)) for _ in range(count)] for kind, text in KINDS.items()} if pairs else {}


async def _measured(library: Library, kind: str, queries: Sequence[str]) -> SearchSpeed:
    times, found = list[float](), list[int]()
    for query in queries:
        started = time.process_time()
        found.append((await library.search(query)).total)
        times.append((time.process_time() - started) * 1000)
    return SearchSpeed.of(times, kind=kind, queries=len(queries), found=int(median(found)))


async def _rank_bm25(library: Library, queries: Mapping[str, Sequence[str]]) -> dict[str, Percentiles]:
    """How long rank_bm25 takes to find the best ten of the library's papers."""
    one = dict[str, str]()
    corpus = [[one.setdefault(each, each) for each in document_terms(paper)] async for paper in library.everything()]
    reference, numbers = BM25Okapi(corpus), range(len(corpus))
    measured = dict[str, Percentiles]()
    for kind, texts in queries.items():
        times = list[float]()
        for query in texts[:_COMPARED]:
            wanted, started = terms(query), time.process_time()
            reference.get_top_n(wanted, numbers, n=10)
            times.append((time.process_time() - started) * 1000)
        measured[kind] = Percentiles.of(times)
    return measured


def _some_words(paper: Paper, first: str) -> str:
    """One to three content words of a title, from ``first`` on."""
    content = [word for word in words(paper.title) if word not in STOP_WORDS]
    start = content.index(first)
    return " ".join(content[start : start + 1 + len(paper.title) % 3])


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
