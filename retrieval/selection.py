"""A set of papers that may be nearly all of them: kept as the ids that are in it, or as those that are not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """The papers with these ``ids``, or where ``inverted`` all papers but these."""

    ids: frozenset[str]
    inverted: bool = False

    def __contains__(self, id: str) -> bool:
        return (id in self.ids) is not self.inverted

    def __invert__(self) -> Selection:
        return Selection(self.ids, not self.inverted)

    def __and__(self, other: Selection) -> Selection:
        match self.inverted, other.inverted:
            case False, False:
                return Selection(self.ids & other.ids)
            case False, True:
                return Selection(self.ids - other.ids)
            case True, False:
                return Selection(other.ids - self.ids)
            case _:
                return Selection(self.ids | other.ids, inverted=True)

    def __or__(self, other: Selection) -> Selection:
        return ~(~self & ~other)

    def size(self, total: int) -> int:
        """How many papers are selected of a ``total`` that holds all of ``ids``."""
        return total - len(self.ids) if self.inverted else len(self.ids)


EVERYTHING = Selection(frozenset(), inverted=True)
NOTHING = Selection(frozenset())
