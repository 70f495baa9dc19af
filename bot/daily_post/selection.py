"""What a channel may get: which papers of a list it wants, why not the others, and why nothing at all. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from retrieval.trending.score import Trend


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A paper that is not posted. ``why`` goes on behind "it": ``is not in cs.CL``."""

    trend: Trend
    why: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a channel may get in one post: of the list ``name`` of ``day`` and of those before it from ``first`` on.

    ``day`` and ``first`` are ``None`` for a list without a date; ``first`` is ``day`` where it is one list.
    ``shown`` are the papers that are posted, best first, out of ``total``; ``left_out`` are others with the
    reason, as far as they are known; ``rules`` is the query that all shown papers fit.
    """

    name: str
    first: date | None
    day: date | None
    shown: tuple[Trend, ...]
    total: int
    left_out: tuple[LeftOut, ...] = ()
    rules: str = ""


class EmptyReason(Enum):
    """Why there is nothing to post."""

    NONE_WANTED = "there are new papers, but none that the channel asks for"
    NO_LIST = "there is no new list, and none is to be expected"
    LATE = "the list is not there yet"
    SOURCE_AWAY = "the list is not there, and its source does not answer"


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """What a channel wants: at most ``papers`` papers, with ``minimum_votes`` of the source's or more.

    ``unfit`` says of papers that its rules leave out why; ``had`` are ids of papers that it has had.
    """

    papers: int
    minimum_votes: int
    unfit: Mapping[str, str]
    had: Collection[str] = ()


def select_papers(ranked: Sequence[Trend], rules: SelectionRules) -> tuple[tuple[Trend, ...], tuple[LeftOut, ...]]:
    """The papers of a list that are posted, and the others with the first reason that each is left out for."""
    shown, left_out = list[Trend](), list[LeftOut]()
    for trend in ranked:
        why = _why_not(trend, rules, len(shown))
        if why is None:
            shown.append(trend)
        else:
            left_out.append(LeftOut(trend, why))
    return tuple(shown), tuple(left_out)


def _why_not(trend: Trend, rules: SelectionRules, taken: int) -> str | None:
    """Why a paper is not posted; unknown votes count as none."""
    paper = trend.paper
    if paper.id in rules.had:
        return "was posted here before"
    if paper.id in rules.unfit:
        return rules.unfit[paper.id]
    if (paper.votes or 0) < rules.minimum_votes:
        return f"has fewer than {rules.minimum_votes:,} vote{'' if rules.minimum_votes == 1 else 's'}"
    if taken >= rules.papers:
        return f"ranks below the top {rules.papers:,}"
    return None
