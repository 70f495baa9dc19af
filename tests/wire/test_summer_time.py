"""The real process when clocks change: each local day has its post once, at the first moment that shows its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.wire.bot_process import ForkServer
from tests.wire.feeds import daily_feeds

ZONES = ("Europe/Berlin", "America/New_York", "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe")
"""At 2:00 and at midnight, on both halves of the globe; Lord Howe's clocks change by half an hour."""

YEAR = datetime(2027, 1, 1, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """A change of clocks at ``moment``; ``time`` is in the middle of the local times that it skips or repeats.

    ``due`` is when that local time first comes, or the first moment after the gap; ``again`` when it's repeated.
    """

    zone: str
    moment: datetime
    time: time
    due: datetime
    again: datetime


def changes(zone: str) -> Iterator[Change]:
    """The changes of a year."""
    for moment in (YEAR + place * timedelta(minutes=30) for place in range(48 * 365)):
        before, after = ((moment - late).astimezone(ZoneInfo(zone)).utcoffset() for late in (SECOND, timedelta()))
        assert before is not None
        assert after is not None
        if before != after:
            half = abs(after - before) / 2
            local = (moment + min(before, after) + half).time()
            forward = after > before
            yield Change(zone, moment, local, moment if forward else moment - half, moment + half)


def looks(change: Change) -> tuple[datetime, ...]:
    """A minute before it is due, when it is, in the repeated hour or after the gap, and the next day."""
    return change.due - MINUTE, change.due + SECOND, change.again + SECOND, change.again + DAY + SECOND


async def test_both_changes_in_five_zones(tmp_path: Path, forks: ForkServer) -> None:
    """Not a minute before it is due, at once when it is, not again in the repeated hour, and again the next day."""
    found = [change for zone in ZONES for change in changes(zone)]
    assert len(found) == 2 * len(ZONES)
    days = {(change.moment + DAY * ahead).date() for change in found for ahead in range(-2, 3)}
    schedules = [(change.zone, change.time) for change in found]
    async with daily_feeds(tmp_path, forks, schedules, days, YEAR) as feeds, feeds.bot():
        posts = [list[int]() for _ in found]
        for moment, number in sorted((moment, number) for number, each in enumerate(found) for moment in looks(each)):
            await feeds.tick_at(moment)
            posts[number].append(feeds.posts(number))
    for change, (before, *after) in zip(found, posts, strict=True):
        assert [count - before for count in after] == [1, 1, 2], change
