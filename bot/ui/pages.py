"""Long lists, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.texts import tr, written_number

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Page ``number`` (0-based) of ``total`` items, with ``size`` on a page. Make one with ``Page.of``."""

    number: int
    total: int
    size: int

    @classmethod
    def of(cls, number: int, total: int, size: int) -> Page:
        """The page with this number, or the last one if there are fewer."""
        return cls(min(number, max(0, (total - 1) // size)), total, size)

    @property
    def count(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The position (0-based) of the first item."""
        return self.number * self.size

    @property
    def label(self) -> str:
        """``page 2 of 3``; empty for a single page."""
        if self.count <= 1:
            return ""
        return tr("page {page} of {pages}", page=written_number(self.number + 1), pages=written_number(self.count))

    def cut(self, items: Sequence[T]) -> Sequence[T]:
        """The page's items out of all of them."""
        return items[self.first : self.first + self.size]
