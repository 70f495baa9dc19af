"""The records of a segment's papers as columns: NumPy evaluates a condition on all of them in a few steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import Record
from retrieval.query.conditions import After, Before, Category, HasCode, Votes

Mask = NDArray[np.bool_]

UNDATED: Final = np.iinfo(np.int64).min
"""``published`` of a paper without a publication time: before every other."""
UNKNOWN: Final = -1
"""``votes`` that are unknown."""

_NO_DAY: Final = 0  # ordinals of days start with 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SIGNS: Final[Mapping[str, np.ufunc]] = MappingProxyType(
    {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal, "=": np.equal}
)

ColumnCondition = Category | After | Before | Votes | HasCode
"""Conditions that columns can evaluate."""


@dataclass(frozen=True, eq=False, slots=True)
class Facets:
    """The records of *n* papers by their rows in a segment; all arrays are read-only.

    ``published`` is in microseconds since 1970 (``UNDATED``: unknown). ``days`` are ``date.toordinal`` of the day of
    publication, or else of a list (0: both unknown). ``votes`` may be ``UNKNOWN``. The papers in ``categories[i]`` are
    ``category_rows[category_ends[i - 1]:category_ends[i]]``.
    """

    published: NDArray[np.int64]
    days: NDArray[np.int32]
    votes: NDArray[np.int32]
    has_code: Mask
    categories: NDArray[np.str_]
    category_ends: NDArray[np.uint32]
    category_rows: NDArray[np.uint16]

    def __post_init__(self) -> None:
        for array in self.arrays().values():
            array.flags.writeable = False

    @classmethod
    def unknown(cls, papers: int) -> Facets:
        """The columns of this many papers without any record."""
        return cls(
            np.full(papers, UNDATED, np.int64),
            np.full(papers, _NO_DAY, np.int32),
            np.full(papers, UNKNOWN, np.int32),
            np.zeros(papers, np.bool_),
            np.empty(0, np.str_),
            np.empty(0, np.uint32),
            np.empty(0, np.uint16),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All columns by name."""
        return {column.name: getattr(self, column.name) for column in fields(self)}

    def __len__(self) -> int:
        return len(self.days)

    def changed(self, rows: NDArray[np.intp], records: Sequence[Record]) -> Facets:
        """The columns with these records at these rows (without repeats)."""
        if not len(rows):
            return self
        published, days = self.published.copy(), self.days.copy()
        votes, has_code = self.votes.copy(), self.has_code.copy()
        published[rows] = [_microseconds(record.published) for record in records]
        days[rows] = [_NO_DAY if record.day is None else record.day.toordinal() for record in records]
        votes[rows] = [UNKNOWN if record.votes is None else record.votes for record in records]
        has_code[rows] = [record.has_code for record in records]
        return Facets(published, days, votes, has_code, *self._categories_with(rows, records))

    def _categories_with(
        self, rows: NDArray[np.intp], records: Sequence[Record]
    ) -> tuple[NDArray[np.str_], NDArray[np.uint32], NDArray[np.uint16]]:
        """The columns of categories with those of these rows replaced."""
        kept = ~np.isin(self.category_rows, rows)
        sizes = np.diff(self.category_ends.astype(np.intp), prepend=0)
        known = np.repeat(np.arange(len(self.categories)), sizes)[kept]
        numbers = {name: number for number, name in enumerate(self.categories.tolist())}
        new_rows, new = list[int](), list[int]()
        for row, record in zip(rows.tolist(), records, strict=True):
            for name in dict.fromkeys(record.categories):
                new_rows.append(row)
                new.append(numbers.setdefault(name, len(numbers)))
        of = np.concatenate([known, np.array(new, np.intp)])
        all_rows = np.concatenate([self.category_rows[kept], np.array(new_rows, np.uint16)])
        ends = np.cumsum(np.bincount(of, minlength=len(numbers)))
        return np.array(list(numbers), np.str_), ends.astype(np.uint32), all_rows[np.argsort(of, kind="stable")]

    def mask(self, condition: ColumnCondition) -> Mask:
        """Which papers fulfil a condition; unknown values fulfil none."""
        match condition:
            case Category():
                return self._in_category(condition)
            case After(day):
                return self.days >= day.toordinal()
            case Before(day):
                return (self.days <= day.toordinal()) & (self.days != _NO_DAY)
            case Votes(sign, number):
                return _SIGNS[sign](self.votes, number) & (self.votes != UNKNOWN)
            case HasCode():
                return self.has_code

    def known(self, condition: ColumnCondition) -> bool:
        """Whether any paper has a known value for this kind of condition."""
        match condition:
            case Category():
                return bool(len(self.categories))
            case After() | Before():
                return bool((self.days != _NO_DAY).any())
            case Votes():
                return bool((self.votes != UNKNOWN).any())
            case HasCode():
                return bool(self.has_code.any())

    def _in_category(self, category: Category) -> Mask:
        mask, ends = np.zeros(len(self), np.bool_), self.category_ends.tolist()
        for name, start, end in zip(self.categories.tolist(), [0, *ends], ends, strict=False):
            if category.fits(name):
                mask[self.category_rows[start:end]] = True
        return mask


def facets_of_records(papers: int, batches: Iterable[tuple[NDArray[np.intp], Sequence[Record]]]) -> Facets:
    """The columns of this many papers, from batches of rows and their records (without repeats)."""
    rows, records = list[NDArray[np.intp]](), list[Record]()
    for batch_rows, batch in batches:
        rows.append(batch_rows)
        records += batch
    return Facets.unknown(papers).changed(np.concatenate([np.empty(0, np.intp), *rows]), records)


def _microseconds(moment: datetime | None) -> int:
    return UNDATED if moment is None else (moment - _EPOCH) // _MICROSECOND
