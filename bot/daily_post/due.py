"""Decide what a channel gets, and when. Pure: no Discord, no database, and the time is an argument.

A channel gets at most one post for each of its local days, at its local time or, if the bot was offline, later that
day. It posts the newest list of at most three days; never a list that the channel has already had, and never an older
one after a newer one. Lists that the channel missed are included in the same post.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.daily_post.selection import Edition, EmptyReason
from bot.jobs.local_time import Past, due_day, local_day
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.schedule import WORKING_DAYS
from retrieval.catalogue import SourceState
from retrieval.ingest.live.due import list_opens
from retrieval.trending.results import DayList

MAX_LIST_AGE = timedelta(days=3)
"""Lists older than this, counted from the local day, aren't posted. Covers a weekend."""

MAX_CATCH_UP = timedelta(days=7)
"""How far before the newest list a post includes lists that the channel missed."""


_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class PostEdition:
    """Post ``edition`` for the local ``day``."""

    day: date
    edition: Edition


@dataclass(frozen=True, slots=True)
class PostEmptyNotice:
    """Post a notice that the local ``day`` has no new papers, and why."""

    day: date
    why: EmptyReason

    @property
    def name(self) -> str:
        """The notice's name among the channel's posts."""
        return empty_day_name(self.day)


@dataclass(frozen=True, slots=True)
class DoNothing:
    """Nothing is due now."""


Decision = PostEdition | PostEmptyNotice | DoNothing


def empty_day_name(day: date) -> str:
    """The name, in place of a list's, under which the notice of a day without papers is recorded."""
    return f"none-{day.isoformat()}"


def postable_days(day: date) -> tuple[date, date]:
    """The first and last date of lists that may be posted on ``day``."""
    return day - MAX_LIST_AGE, day


def first_missed_day(feed: DailyFeed, newest: date, had: Collection[str]) -> date:
    """The first day whose list is posted together with the list of ``newest``; ``newest`` if none was missed.

    Lists from before the daily post was set up or changed don't count as missed. ``had`` are names of lists.
    """
    last_had = max((name for name in had if name[:1].isdigit()), default=None)
    first = max(newest - MAX_CATCH_UP, local_day(feed, feed.changed_at))
    if last_had is not None:
        first = max(first, date.fromisoformat(last_had) + _DAY)
    return min(first, newest)


def decide(
    feed: DailyFeed, now: datetime, past: Past, edition: Edition | None, source: SourceState | None = None
) -> Decision:
    """What to do for ``feed`` at ``now`` (aware).

    ``edition`` is the newest list within ``postable_days``, ``source`` the state of the site that publishes lists.
    """
    day = due_day(feed, now, past)
    if day is None:
        return DoNothing()
    empty = empty_reason(day, now, past, edition, source)
    waiting = feed.when_empty is WhenEmpty.WAIT and not _has_waited(feed, day, now)
    if edition is not None and empty is None:
        return DoNothing() if waiting and _is_behind(edition, day, now) else PostEdition(day, edition)
    silent = waiting or feed.when_empty is WhenEmpty.SILENT
    return DoNothing() if silent or empty is None else PostEmptyNotice(day, empty)


def empty_reason(
    day: date, now: datetime, past: Past, edition: Edition | None, source: SourceState | None
) -> EmptyReason | None:
    """Why there is nothing to post on a local day; ``None`` if there is something."""
    missing = EmptyReason.SOURCE_AWAY if source is not None and source.failures else EmptyReason.LATE
    if edition is None:
        return missing
    new = is_new(edition, past.lists)
    if new and edition.shown:
        return None
    if _is_behind(edition, day, now):
        return missing
    if new:
        return EmptyReason.NONE_WANTED
    return EmptyReason.LATE if _has_list(day) and list_opens(day) > now else EmptyReason.NO_LIST


def _is_behind(edition: Edition, day: date, now: datetime) -> bool:
    """Whether a newer list should be out by now."""
    days = (day - _DAY * before for before in range(_WEEK))
    newest = next(each for each in days if _has_list(each) and list_opens(each) <= now)
    return edition.day is not None and edition.day < newest


def _has_list(day: date) -> bool:
    return day.weekday() in WORKING_DAYS


def _has_waited(feed: DailyFeed, day: date, now: datetime) -> bool:
    until = feed.wait_until or feed.time
    return now >= datetime.combine(day, until, ZoneInfo(feed.zone)).astimezone(UTC)


def is_new(newest: Edition | DayList, had: Collection[str]) -> bool:
    """Whether a channel that had the lists named ``had`` has had neither this list nor a newer one.

    The name of a dated list is its ISO date, so names sort by date. An undated list is posted only once.
    """
    if newest.day is None:
        return newest.name not in had
    return all(newest.name > name for name in had if name[:1].isdigit())
