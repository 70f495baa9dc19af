"""Which papers match what people follow, and when they are notified. Pure: no Discord, no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.jobs.local_time import last_time
from bot.storage.alerts import FollowMatch
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from retrieval.catalogue.arrivals import Arrival
from retrieval.papers import Paper
from retrieval.query.query import Query, parse

MatchedPaper = tuple[str, Paper]
"""A paper, with the text of the follow that it matches."""

NEWS_AGE: Final = timedelta(days=14)
"""How old a paper can be to count as new when it arrives: lists include papers some days after they appeared."""

_QUARTER: Final = 15
"""Minutes with at most one message, for people who are notified at once: lists arrive page by page."""


def due_period(follower: Follower, now: datetime, pending_since: datetime) -> str | None:
    """The name of the period whose message is due to somebody with pending papers; ``None`` if none is.

    A message has the papers found before its hour; later ones wait for the next message. An hour that had
    passed when the person chose it doesn't count; one during which the bot was offline does.
    """
    if follower.paused:
        return None
    if follower.frequency is Frequency.AT_ONCE:
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        return f"{minute - timedelta(minutes=minute.minute % _QUARTER):%Y-%m-%dT%H:%MZ}"
    last = last_time(follower.schedule, now)
    if last is None:
        return None
    day, moment = last
    return day.isoformat() if max(follower.changed_at, pending_since) <= moment else None


def follow_query(text: str) -> Query:
    """The query of a follow: every plain word must appear. Raises ``QueryError`` that points at a mistake."""
    return parse(text)


def new_matches(
    follows: Sequence[Follow], matching: Sequence[set[str]], changed: Sequence[Arrival], now: datetime
) -> list[FollowMatch]:
    """Matches among papers that arrived after a follow began. ``matching`` has the ids for each of ``follows``."""
    return [
        FollowMatch(follow.user_id, paper.paper_id, follow.id, follow.text, now)
        for follow, ids in zip(follows, matching, strict=True)
        if follow.id is not None
        for paper in changed
        if paper.paper_id in ids and paper.arrived > follow.since
    ]


def unique_matches(matches: Sequence[FollowMatch]) -> list[FollowMatch]:
    """Each paper once, under the oldest follow that it matches."""
    first = dict[str, FollowMatch]()
    for match in matches:
        first.setdefault(match.paper_id, match)
    return list(first.values())


def current_matches(matches: Sequence[FollowMatch], papers: Mapping[str, Paper]) -> list[FollowMatch]:
    """Each paper once, under the oldest follow that it matches, most votes first.

    Papers that were withdrawn since, and those missing from ``papers``, are left out.
    """
    shown = [
        each for each in unique_matches(matches) if each.paper_id in papers and not papers[each.paper_id].withdrawn
    ]
    return sorted(shown, key=lambda match: (match.follow_id, -(papers[match.paper_id].votes or 0)))


def round_robin(matches: Sequence[FollowMatch], limit: int) -> list[FollowMatch]:
    """At most ``limit`` matches, taken from each follow in turn so that a broad one doesn't crowd out the others.

    They keep their order.
    """
    turns, seen = list[tuple[int, int]](), dict[int, int]()
    for place, match in enumerate(matches):
        turn = seen[match.follow_id] = seen.get(match.follow_id, 0) + 1
        turns.append((turn, place))
    return [matches[place] for place in sorted(place for _, place in sorted(turns)[:limit])]
