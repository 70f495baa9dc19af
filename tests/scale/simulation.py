"""The daily minute: every channel whose post is due at the same minute, and what the posts wait for.

A post needs a place in its process (``DailyPoster.concurrency``), the process's one core, a place at the database, a
request of Discord's limit for the whole bot, and the time that Discord takes to answer. All but the last are shared.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

from bot.daily_post.poster import DailyPoster

DATABASE_PLACES: Final = 8
"""Statements that the database works on at the same time: its cores."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds: of a process's core and of the database for one post, and until Discord answers.

    ``requests`` is how many a second Discord allows the bot.
    """

    core: float = 0.020
    database: float = 0.004
    discord: float = 0.25
    requests: float = 50.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What came out: when the last post was there, and how busy each shared thing was until then (0 to 1)."""

    seconds: float
    core: float
    database: float
    requests: float

    @property
    def bottleneck(self) -> str:
        """What posts waited for most."""
        shares = {"a process's core": self.core, "the database": self.database, "Discord's limit": self.requests}
        name, share = max(shares.items(), key=lambda each: each[1])
        return name if share > _BUSY else "places in the processes"


_BUSY: Final = 0.9


class _Server:
    """Serves one after the other, at ``places`` places; remembers how long it worked."""

    def __init__(self, places: int = 1) -> None:
        self._free, self.worked = [0.0] * places, 0.0

    def serve(self, at: float, seconds: float) -> float:
        """When work that comes at ``at`` is done."""
        begun = max(at, heapq.heappop(self._free))
        heapq.heappush(self._free, begun + seconds)
        self.worked += seconds
        return begun + seconds


def simulate(posts: int, processes: int, costs: Costs, concurrency: int = DailyPoster.concurrency) -> Minute:
    """The daily minute of so many posts, divided evenly among processes."""
    cores, database, limit = [_Server() for _ in range(processes)], _Server(DATABASE_PLACES), _Server()
    # What happens next: at which moment, in which process, and which part of its post a place has come to.
    places = min(concurrency, -(-posts // processes))
    events = [(0.0, number % processes, 0) for number in range(min(processes * places, posts))]
    waiting, last = posts - len(events), 0.0
    heapq.heapify(events)
    while events:
        now, process, part = heapq.heappop(events)
        if part == 0:
            heapq.heappush(events, (cores[process].serve(now, costs.core), process, 1))
        elif part == 1:
            heapq.heappush(events, (database.serve(now, costs.database), process, 2))
        elif part == 2:
            heapq.heappush(events, (limit.serve(now, 1 / costs.requests) + costs.discord, process, 3))
        else:
            last = now
            if waiting:
                waiting -= 1
                heapq.heappush(events, (now, process, 0))
    busiest = max(core.worked for core in cores)
    total = max(last, 1e-9)
    return Minute(last, busiest / total, database.worked / total / DATABASE_PLACES, limit.worked / total)
