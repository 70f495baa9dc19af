"""What is due where, and when. Pure: no Discord, no database, and the clock comes in as an argument.

A channel gets at most one post for each of its local days, at its local time or, where the bot was
away, later on the same day. The list posted is the newest one that is not older than three days;
one that the channel has had already, or an older one, is never posted after it. Lists of the days before
that the channel missed are caught up with in the same post.
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
"""How old a list may be, counted from the local day, to be posted still: over a weekend, not longer."""

MAX_CATCH_UP = timedelta(days=7)
"""How far before the newest list a post reaches back for those that the channel missed."""


_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class PostEdition:
    """Post this edition for this local day."""

    day: date
    edition: Edition


@dataclass(frozen=True, slots=True)
class PostEmptyNotice:
    """Say for this local day, in one line, that there is nothing new, and why."""

    day: date
    why: EmptyReason

    @property
    def name(self) -> str:
        """What the ledger calls this line."""
        return empty_day_name(self.day)


@dataclass(frozen=True, slots=True)
class DoNothing:
    """There is nothing to be done now."""


Decision = PostEdition | PostEmptyNotice | DoNothing


def empty_day_name(day: date) -> str:
    """What the ledger calls the line that says there is nothing new: it stands where a list's name stands."""
    return f"none-{day.isoformat()}"


def postable_days(day: date) -> tuple[date, date]:
    """The first and the last date that a list posted on ``day`` may have."""
    return day - MAX_LIST_AGE, day


def first_missed_day(feed: DailyFeed, newest: date, had: Collection[str]) -> date:
    """The first day whose list is posted together with the list of ``newest``; ``newest`` itself: no other one is.

    Lists that the channel has had, or that are of days before it was set up or changed, are not made up for.
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

    ``edition`` is what there is of the newest list within ``postable_days``, ``source`` how the lists' source stands.
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
    """Why there is nothing to post on a local day; ``None`` where there is something."""
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
    """Whether a newer list must be open by now."""
    days = (day - _DAY * before for before in range(_WEEK))
    newest = next(each for each in days if _has_list(each) and list_opens(each) <= now)
    return edition.day is not None and edition.day < newest


def _has_list(day: date) -> bool:
    return day.weekday() in WORKING_DAYS


def _has_waited(feed: DailyFeed, day: date, now: datetime) -> bool:
    until = feed.wait_until or feed.time
    return now >= datetime.combine(day, until, ZoneInfo(feed.zone)).astimezone(UTC)


def is_new(newest: Edition | DayList, had: Collection[str]) -> bool:
    """Whether a channel that had these lists has had neither this one nor a newer one.

    Dated lists are named by their ISO dates, whose order is that of the alphabet. An undated one goes
    out once ever.
    """
    if newest.day is None:
        return newest.name not in had
    return all(newest.name > name for name in had if name[:1].isdigit())
