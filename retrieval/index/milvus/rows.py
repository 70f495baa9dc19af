"""Papers as rows of a collection: a sparse vector of their terms' BM25 weights, and fields that filters use.

A term is numbered by its 64-bit key (``strings.key``), and its dimension is that number modulo the number of
dimensions that vectors have. Among a million terms, one in 4,300 shares its dimension with another one. That can only
add a candidate, because the candidates' scores are computed again from their terms.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import IntEnum
from hashlib import blake2b
from typing import Any, Final

from retrieval.index.documents import BREAK
from retrieval.index.segment import K1, B
from retrieval.index.strings import key
from retrieval.papers import Paper

TERMS: Final = 4_096
"""Different terms of a paper that filters and counts know, at most: an abstract has about 120."""
CATEGORIES: Final = 64
CATEGORY_BYTES: Final = 128
UNKNOWN: Final = -1
"""``votes`` that are unknown."""
NO_DAY: Final = 0
"""``day`` of a paper without a date; other days are ``date.toordinal``."""

_DIMENSIONS: Final = (1 << 32) - 16
LEAST_WEIGHT: Final = 1e-6
"""The weight in a query of a term that most papers contain; engines only take positive numbers."""
_FAR: Final = 4_000_000
"""A number beyond every day, and one that a float of four bytes holds exactly."""
_MANY_VOTES: Final = 1 << 24


class SortDimension(IntEnum):
    """Dimensions that put papers in an order other than by words: the search for 1 in one of them is in that order."""

    NEWEST = _DIMENSIONS
    OLDEST = _DIMENSIONS + 1
    MOST_VOTES = _DIMENSIONS + 2
    FEWEST_VOTES = _DIMENSIONS + 3


Vector = dict[int, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A paper's row, and its terms by their key."""

    fields: Mapping[str, Any]
    terms: Mapping[int, str]

    @property
    def id(self) -> str:
        """The paper's id."""
        return self.fields["id"]

    @property
    def digest(self) -> str:
        """What the row was made from; the same digest, the same row."""
        return self.fields["digest"]


def dimension(term_key: int) -> int:
    """The dimension of a term."""
    return term_key % _DIMENSIONS


def signed(term_key: int) -> int:
    """A key as the engine's signed integers."""
    return term_key - (1 << 64) if term_key >= 1 << 63 else term_key


def signed_keys(terms: Iterable[str]) -> list[int]:
    """The keys of terms as the engine's signed integers."""
    return [signed(key(term)) for term in terms]


def paper_row(paper: Paper, terms: Sequence[str], mean: float, analysis: str) -> Row:
    """The row of a paper with these terms, made by the analysis of this name, if papers have ``mean`` terms."""
    counts = Counter(term for term in terms if term != BREAK)
    keys = {key(term): term for term in counts}
    norm = K1 * (1 - B + B * counts.total() / mean) if mean else K1
    vector: Vector = {}
    for number, term in keys.items():
        at, count = dimension(number), counts[term]
        vector[at] = vector.get(at, 0.0) + count * (K1 + 1) / (count + norm)
    known = dict(list(keys.items())[:TERMS])
    fields = {
        "id": paper.id,
        "weights": vector | _in_order(paper),
        "terms": [signed(number) for number in known],
        "length": counts.total(),
        "categories": _categories(paper),
        "day": _day(paper),
        "votes": UNKNOWN if paper.votes is None else paper.votes,
        "has_code": bool(paper.code_url),
    }
    made_from = [analysis, f"{mean:.6g}", paper.title, paper.abstract, str(paper.published)]
    described = json.dumps([*made_from, *(fields[name] for name in ("categories", "day", "votes", "has_code"))])
    return Row(fields | {"digest": blake2b(described.encode(), digest_size=16).hexdigest()}, known)


def query_vector(weights: Mapping[str, float]) -> Vector:
    """The vector of a query: what each term weighs (its idf times its count)."""
    vector: Vector = {}
    for term, weight in weights.items():
        at = dimension(key(term))
        vector[at] = vector.get(at, 0.0) + max(weight, LEAST_WEIGHT)
    return vector


def _categories(paper: Paper) -> list[str]:
    short = [name for name in dict.fromkeys(paper.categories) if len(name.encode()) <= CATEGORY_BYTES]
    return short[:CATEGORIES]


def _day(paper: Paper) -> int:
    if paper.published is not None:
        return paper.published.date().toordinal()
    return paper.listing.day.toordinal() if paper.listing and paper.listing.day else NO_DAY


def _in_order(paper: Paper) -> Vector:
    """Positions in the orders; papers without a date are the last of the newest, and in no other order of days."""
    vector: Vector = {SortDimension.NEWEST: 1.0}
    if paper.published is not None:
        days = _days(paper.published)
        vector |= {SortDimension.NEWEST: days, SortDimension.OLDEST: _FAR - days}
    if paper.votes is not None:
        votes = min(paper.votes, _MANY_VOTES - 2)
        vector |= {SortDimension.MOST_VOTES: votes + 1.0, SortDimension.FEWEST_VOTES: float(_MANY_VOTES - votes)}
    return vector


def _days(moment: datetime) -> float:
    midnight = datetime.combine(moment.date(), time(), UTC)
    return moment.date().toordinal() + (moment - midnight).total_seconds() / 86_400
