"""Which papers of a list a channel gets, and why it doesn't get the others. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from retrieval.english import Text, counted, figure
from retrieval.trending.score import Trend


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A paper that isn't posted. ``why`` continues a sentence that starts with "it": ``is not in cs.CL``."""

    trend: Trend
    why: Text


@dataclass(frozen=True, slots=True)
class Edition:
    """What a channel may get in one post: the list ``name`` of ``day``, and missed lists from ``first`` on.

    ``day`` and ``first`` are ``None`` for a list without a date; ``first`` is ``day`` for a single list. ``shown`` are
    the papers to post, best first, out of ``total``; ``left_out`` are others with the reason, as far as known;
    ``rules`` is the query that all shown papers match.
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

    NONE_WANTED = "no new paper matches the channel's settings"
    NO_LIST = "no new list is expected"
    LATE = "the list isn't out yet"
    SOURCE_AWAY = "the list's source isn't responding"


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """At most ``papers`` papers, each with at least ``minimum_votes`` votes at the source.

    ``unfit`` maps papers that don't match the channel's query to the reason; ``had`` are papers posted before. Both
    by paper id.
    """

    papers: int
    minimum_votes: int
    unfit: Mapping[str, Text]
    had: Collection[str] = ()


def select_papers(ranked: Sequence[Trend], rules: SelectionRules) -> tuple[tuple[Trend, ...], tuple[LeftOut, ...]]:
    """The papers of a list to post, and the others, each with the first reason it is left out."""
    shown, left_out = list[Trend](), list[LeftOut]()
    for trend in ranked:
        why = _why_not(trend, rules, len(shown))
        if why is None:
            shown.append(trend)
        else:
            left_out.append(LeftOut(trend, why))
    return tuple(shown), tuple(left_out)


def _why_not(trend: Trend, rules: SelectionRules, taken: int) -> Text | None:
    """Why a paper isn't posted; unknown votes count as zero."""
    paper = trend.paper
    if paper.id in rules.had:
        return Text("was posted here before")
    if paper.id in rules.unfit:
        return rules.unfit[paper.id]
    if (paper.votes or 0) < rules.minimum_votes:
        return Text("has fewer than {votes}", votes=counted(rules.minimum_votes, "vote"))
    if taken >= rules.papers:
        return Text("ranks below the top {number}", number=figure(rules.papers))
    return None
