"""Who is let in when many ask at the same time: a bounded queue in which servers, and the people in them, take turns.

At the door (``Admission.enter``), before anything is read, a person gets a place or is told at once that the bot is
busy. Whoever has a place is answered: when their turn comes (``turn``), which is the next one of their server, and
within it of theirs. So a crowd in one server only delays itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.texts import mark
from retrieval.errors import Busy

_BUSY = mark("I'm busy with other questions right now. Please try again in a moment.")
_BUSY_HERE = mark("Many people in this server are asking me something right now. Please try again in a moment.")
_BUSY_WITH_YOU = mark("I'm still working on your last questions. Please wait for their answers.")

_place: ContextVar[Place | None] = ContextVar("place", default=None)
"""The place of the person for whom the current task works."""


@dataclass(eq=False)
class Place:
    """A place of a person, from the door until they have their answer. ``server`` is theirs alone in messages."""

    admission: Admission
    person: int
    server: int
    is_left: bool = False
    has_turn: bool = False

    def leave(self) -> None:
        """Give the place back; once is enough."""
        if not self.is_left:
            self.is_left = True
            self.admission.take_back(self)


@dataclass(eq=False)
class _Waiting:
    """Those of one server who wait for their turn: each person's, in the order in which the people take turns."""

    people: dict[int, deque[asyncio.Future[None]]] = field(default_factory=dict[int, deque[asyncio.Future[None]]])


class Admission:
    """At most ``places`` people inside: ``per_server`` from one server, ``per_person`` for one person.

    ``at_once`` of them have their turn at the same time.
    """

    def __init__(self, *, places: int, per_server: int, per_person: int, at_once: int) -> None:
        self._places, self._per_server, self._per_person = places, per_server, per_person
        self._at_once = self._free = at_once
        self._inside = 0
        self._of_server = Counter[int]()
        self._of_person = Counter[int]()
        self._waiting = dict[int, _Waiting]()

    @property
    def inside(self) -> int:
        """How many places are taken."""
        return self._inside

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return sum(len(own) for each in self._waiting.values() for own in each.people.values())

    @property
    def others(self) -> int:
        """How many people are being answered or wait for it, beside the one for whom somebody asks this."""
        return max(0, self._at_once - self._free + self.waiting - 1)

    def refusal(self, person: int, guild_id: int | None) -> str | None:
        """Why there is no place for a person now; ``None`` if there is one."""
        if self._of_person.get(person, 0) >= self._per_person:
            return _BUSY_WITH_YOU
        if self._inside >= self._places:
            return _BUSY
        return _BUSY_HERE if guild_id and self._of_server.get(guild_id, 0) >= self._per_server else None

    def enter(self, person: int, guild_id: int | None) -> Place:
        """A place for a person; the current task works for them from now on.

        Raises ``Busy`` if there is none.
        """
        server, refusal = guild_id or -person, self.refusal(person, guild_id)
        if refusal is not None:
            raise Busy(refusal)
        self._inside += 1
        self._of_server[server] += 1
        self._of_person[person] += 1
        place = Place(self, person, server)
        _place.set(place)
        return place

    def take_back(self, place: Place) -> None:
        """Free a place."""
        self._inside -= 1
        for counts, key in ((self._of_server, place.server), (self._of_person, place.person)):
            counts[key] -= 1
            if not counts[key]:
                del counts[key]

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncGenerator[None]:
        """Wait for the turn of a place, and have it until the end of the block."""
        await self._begin(place)
        place.has_turn = True
        try:
            yield
        finally:
            place.has_turn = False
            self._end()

    async def _begin(self, place: Place) -> None:
        if self._free:
            self._free -= 1
            return
        ready = asyncio.get_running_loop().create_future()
        people = self._waiting.setdefault(place.server, _Waiting()).people
        people.setdefault(place.person, deque()).append(ready)
        try:
            await ready
        except asyncio.CancelledError:
            if ready.done() and not ready.cancelled():  # its turn came in the same moment
                self._end()
            raise

    def _end(self) -> None:
        """Pass the turn on to the next who waits."""
        while self._waiting:
            ready = self._next()
            if not ready.done():
                ready.set_result(None)
                return
        self._free += 1

    def _next(self) -> asyncio.Future[None]:
        """The first of the person whose turn it is in the server whose turn it is; both go to the end."""
        server = next(iter(self._waiting))
        waiting = self._waiting.pop(server)
        person = next(iter(waiting.people))
        own = waiting.people.pop(person)
        ready = own.popleft()
        if own:
            waiting.people[person] = own
        if waiting.people:
            self._waiting[server] = waiting
        return ready


@asynccontextmanager
async def turn() -> AsyncGenerator[None]:
    """Wait for the turn of the person for whom this task works; work of the bot itself doesn't wait."""
    place = _place.get()
    if place is None or place.is_left or place.has_turn:
        yield
        return
    async with place.admission.turn(place):
        yield


def leave() -> None:
    """Give back the place of the person for whom this task works: they have their answer."""
    place = _place.get()
    if place is not None:
        place.leave()


def leave_at_the_end_of_this_task(place: Place) -> None:
    """Give a place back when the current task ends, however it does."""
    task = asyncio.current_task()
    assert task is not None
    task.add_done_callback(lambda _: place.leave())
