"""When people hear of what they follow, and what a message shows. Pure: no Discord, no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.jobs.local_time import RETRY, last_time
from bot.storage.alerts import Alert, FollowMatch
from bot.storage.deliveries import Status
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from retrieval.catalogue.arrivals import Arrival
from retrieval.papers import Paper
from retrieval.query.query import Query, every_word, parse

NEWS_AGE: Final = timedelta(days=14)
"""How old a paper may be that comes in now and is news still: lists take up papers some days after they appeared."""

_QUARTER: Final = 15
"""Minutes in which somebody who wants to hear at once gets one message at most: lists come in page by page."""


def due_period(follower: Follower, now: datetime, waiting_since: datetime) -> str | None:
    """The name of the period whose message is due to somebody with pending papers; ``None``: it isn't time yet.

    A message has the papers found by its hour; later ones wait for the next. An hour that had passed when the
    person chose it doesn't count; one at which the bot was away does.
    """
    if follower.paused:
        return None
    if follower.frequency is Frequency.AT_ONCE:
        begun = now.astimezone(UTC).replace(second=0, microsecond=0)
        return f"{begun - timedelta(minutes=begun.minute % _QUARTER):%Y-%m-%dT%H:%MZ}"
    last = last_time(follower.schedule, now)
    if last is None:
        return None
    day, moment = last
    return day.isoformat() if max(follower.changed_at, waiting_since) <= moment else None


def may_retry(last: Alert | None, now: datetime) -> bool:
    """Whether a period may be claimed whose last claim is this: a refused one after a while, any other never."""
    if last is None:
        return True
    return last.status is Status.RELEASED and last.settled_at is not None and now >= last.settled_at + RETRY


def follow_query(text: str) -> Query:
    """A followed text as papers are held against it: each of its plain words must be there.

    Raises ``QueryError`` that points at a mistake.
    """
    return every_word(parse(text))


def new_matches(
    follows: Sequence[Follow], fitting: Sequence[set[str]], changed: Sequence[Arrival], now: datetime
) -> list[FollowMatch]:
    """What a look has found: papers that fit a follow (``fitting`` has a set for each) and came in behind its start."""
    return [
        FollowMatch(follow.user_id, each.paper_id, follow.id, follow.text, now)
        for follow, ids in zip(follows, fitting, strict=True)
        if follow.id is not None
        for each in changed
        if each.paper_id in ids and each.arrived > follow.since
    ]


def unique_matches(found: Sequence[FollowMatch]) -> list[FollowMatch]:
    """The papers, each once, under what was followed first."""
    first = dict[str, FollowMatch]()
    for each in found:
        first.setdefault(each.paper_id, each)
    return list(first.values())


def current_matches(found: Sequence[FollowMatch], papers: Mapping[str, Paper]) -> list[FollowMatch]:
    """The papers, each once, under what was followed first, and there the most voted ones first.

    Those that their authors have taken back since, and those that are not in ``papers``, are left out.
    """
    standing = [
        each for each in unique_matches(found) if each.paper_id in papers and not papers[each.paper_id].withdrawn
    ]
    return sorted(standing, key=lambda each: (each.follow_id, -(papers[each.paper_id].votes or 0)))


def round_robin(found: Sequence[FollowMatch], most: int) -> list[FollowMatch]:
    """At most so many papers: those of each follow in turn, so that a broad one does not hide the others.

    They stand as they stood, follow by follow.
    """
    places, seen = list[tuple[int, int]](), dict[int, int]()
    for place, each in enumerate(found):
        turn = seen[each.follow_id] = seen.get(each.follow_id, 0) + 1
        places.append((turn, place))
    return [found[place] for place in sorted(place for _, place in sorted(places)[:most])]
