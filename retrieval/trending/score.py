"""The trending score: our own formula, documented here and in the guide.

    score = (votes + votes of this server + 1) / (1 + days) ** 1.5

``days`` is the age of the paper's list, from the time when the list opened. To keep its rank, a paper needs about three
times the votes after a day, and eight times after three days. Hugging Face doesn't publish how it orders its own page,
and this formula doesn't try to imitate it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from retrieval.english import Text, counted, listed
from retrieval.papers import Paper

GRAVITY = 1.5

LIST_OPENS = time(2, tzinfo=UTC)
"""When the list of a day opens: 21:30 in New York on the day before, which is 01:30 UTC, or 02:30 in winter."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_YEAR = 365.25 * _DAY
_MONTH = _YEAR / 12
OLD = 2 * _MONTH
"""From then on it matters when the votes came, rather than how fast."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper, its trending score, and a few words that explain its rank.

    ``age`` is the one in the score, ``None`` if it is unknown; ``server_votes`` are the votes of the server that asks,
    which count as much as those of the source (``paper.votes``).
    """

    paper: Paper
    score: float
    why: Text
    age: timedelta | None = None
    server_votes: int = 0


def rank(papers: Iterable[Paper], now: datetime, server_votes: Mapping[str, int] = MappingProxyType({})) -> list[Trend]:
    """``papers`` by score, best first; equal ones by their position on their list, then by id.

    ``now`` is aware; ``server_votes`` are by paper id. Unknown votes count as 0, so that a list without votes keeps its
    order. The age of a paper on no list is the time since its publication. Unknown and negative ages count as 0.
    """
    return sorted((_trend(paper, now, server_votes.get(paper.id, 0)) for paper in papers), key=_order)


def _trend(paper: Paper, now: datetime, here: int) -> Trend:
    age = _age(paper, now)
    days = 0.0 if age is None else age / _DAY
    score = ((paper.votes or 0) + here + 1) / (1 + days) ** GRAVITY
    return Trend(paper, score, _why(paper, age, here), age, here)


def _order(trend: Trend) -> tuple[float, float, str]:
    listing = trend.paper.listing
    return -trend.score, math.inf if listing is None else listing.position, trend.paper.id


def _age(paper: Paper, now: datetime) -> timedelta | None:
    since = _since(paper)
    return None if since is None else max(now - since, timedelta(0))


def _since(paper: Paper) -> datetime | None:
    """When voting for the paper could start: the same time for all papers on a list."""
    if paper.listing is None:
        return paper.published
    return None if paper.listing.day is None else datetime.combine(paper.listing.day, LIST_OPENS)


def _why(paper: Paper, age: timedelta | None, here: int) -> Text:
    if paper.votes or here:
        of_source = [counted(paper.votes, "vote")] if paper.votes else []
        of_server = [Text("{votes} in this server", votes=counted(here, "vote"))] if here else []
        votes = listed([*of_source, *of_server])
        if age is None:
            return votes
        when = Text("{votes} in {duration}") if age < OLD else Text("{votes}, {duration} ago")
        return when.with_fields(votes=votes, duration=_duration(age))
    if paper.votes is None and paper.listing is not None:
        return Text("Number {number} on its list, votes unknown", number=paper.listing.position + 1)
    known = Text("Votes unknown") if paper.votes is None else Text("No votes yet")
    return known if age is None else Text("{known}, {duration} old", known=known, duration=_duration(age))


def _duration(age: timedelta) -> Text:
    """Whole hours, days from two days on, months from two months on, years from two years on."""
    if age >= 2 * _YEAR:
        return counted(age // _YEAR, "year")
    if age >= OLD:
        return counted(age // _MONTH, "month")
    if age >= 2 * _DAY:
        return counted(age // _DAY, "day")
    return counted(age // _HOUR, "hour") if age >= _HOUR else Text("less than an hour")
