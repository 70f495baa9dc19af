"""The goals of the benchmark, compared with a report.

Most goals are ratios within one run, so they hold on any machine; the others are what people notice or pay for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.benchmark.measurement import Times
from retrieval.benchmark.runner import Report, Row
from retrieval.benchmark.searches import ALTERNATIVES, PHRASES, TITLES, WORDS, LibrarySpeed

_MIDDLE, _LARGE = 100_000, 1_000_000
_MANY = 50_000
"""Papers from which on disk and memory matter."""
_ANSWERS = {10_000: (10.0, 40.0), _LARGE: (20.0, 80.0)}
"""Milliseconds for an answer by the number of papers, in the median and at the 99th percentile."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit and the measured value, in the same unit; ``least`` if the limit is a minimum."""

    size: int
    what: str
    limit: float
    measured: float
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal was met."""
        return self.measured >= self.limit if self.least else self.measured <= self.limit


def goals(report: Report) -> list[Goal]:
    """The goals whose sizes and engines the report has."""
    at = {(row.size, row.engine): row for row in report.rows}
    found = list[Goal]()
    numpy, loops = at.get((_MIDDLE, "ours (NumPy)")), at.get((_MIDDLE, "rank_bm25"))
    if numpy and loops and numpy.top_10 and loops.top_10:
        faster = loops.top_10.p50_ms / numpy.top_10.p50_ms
        found.append(Goal(_MIDDLE, "NumPy, p50: times as fast as rank_bm25", 150, faster, least=True))
    for size in (_MIDDLE, _LARGE):
        if ours := at.get((size, "ours (numba)")):
            found += _relative(ours, at.get((size, "bm25s (numba)")), at.get((size, "tantivy")))
    for engine in ("ours (NumPy)", "ours (numba)"):
        if row := at.get((_LARGE, engine)):
            found += _absolute(row)
    for library in report.libraries:
        found += library_goals(library)
    found += _growth({library.papers: library for library in report.libraries})
    return found


def library_goals(library: LibrarySpeed) -> list[Goal]:
    """The goals of searches and answers in one library, from the text that somebody types to the papers shown."""
    size, searches, found = library.papers, {each.kind: each for each in library.searches}, list[Goal]()
    for kind in (WORDS, TITLES):
        if (each := searches.get(kind)) is not None:
            if each.rank_bm25 is not None:
                faster = each.rank_bm25.p50_ms / each.p50_ms
                found.append(Goal(size, f"{kind}, p50: times as fast as rank_bm25", 100, faster, least=True))
            found.append(Goal(size, f"{kind}, p99 / p50", 4, each.p99_ms / each.p50_ms))
    for kind in (PHRASES, ALTERNATIVES):
        if kind in searches and WORDS in searches:
            found.append(Goal(size, f"{kind} / {WORDS}, p50", 5, searches[kind].p50_ms / searches[WORDS].p50_ms))
    if library.disk is not None and size >= _MANY:
        found.append(Goal(size, "index with all that ranks, bytes per paper", 900, library.disk / size))
    if library.memory is not None and size >= _MANY:
        found.append(Goal(size, "memory of a library, MB", 1000, library.memory / 1e6))
    for each in library.answering:
        if limits := _ANSWERS.get(each.size):
            found += [
                Goal(each.size, f"an answer, {name} ms", limit, measured)
                for name, limit, measured in zip(("p50", "p99"), limits, (each.p50_ms, each.p99_ms), strict=True)
            ]
    return found


def _growth(libraries: Mapping[int, LibrarySpeed]) -> Iterator[Goal]:
    """How much longer searches take in ten times as many papers."""
    small, large = libraries.get(_MIDDLE), libraries.get(_LARGE)
    if small is not None and large is not None:
        before = {each.kind: each.p50_ms for each in small.searches}
        for each in large.searches:
            if each.kind in {WORDS, TITLES} & before.keys():
                yield Goal(_LARGE, f"{each.kind}, p50 / that at 100,000", 3, each.p50_ms / before[each.kind])


def _relative(ours: Row, bm25s: Row | None, tantivy: Row | None) -> Iterator[Goal]:
    if bm25s is not None:
        if ours.size == _LARGE:
            yield from _ratio(ours.size, "numba / bm25s", 1.0, ours.top_10, bm25s.top_10)
        yield from _ratio(ours.size, "numba / bm25s with k = 100", 1.0, ours.top_100, bm25s.top_100)
    if tantivy is not None and ours.size == _LARGE:
        yield from _ratio(ours.size, "numba / tantivy", 0.5, ours.top_10, tantivy.top_10)


def _ratio(size: int, what: str, limit: float, ours: Times | None, other: Times | None) -> Iterator[Goal]:
    if ours is not None and other is not None:
        yield Goal(size, f"{what}, p50", limit, ours.p50_ms / other.p50_ms)
        yield Goal(size, f"{what}, p99", limit, ours.p99_ms / other.p99_ms)


def _absolute(row: Row) -> Iterator[Goal]:
    figures = (
        ("opening to first result, s", 1.0, row.start_s),
        ("50 papers added, ms", 100.0, row.add_ms),
        ("50 papers changed, ms", 100.0, row.replace_ms),
        ("on disk, bytes per paper", 680.0, None if row.disk is None else row.disk / row.size),
        ("memory, MB", 1000.0, None if row.memory is None else row.memory / 1e6),
    )
    for what, limit, measured in figures:
        if measured is not None:
            yield Goal(row.size, f"{row.engine}, {what}", limit, measured)
