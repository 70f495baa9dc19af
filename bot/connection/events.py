"""Events that people wait for: each is handled once, and a stop waits for those that are being handled."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import discord

from bot.errors import tell, tell_author
from retrieval.english import Text
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
Source = discord.Interaction[Any] | discord.Message

_ONCE: Final = {"INTERACTION_CREATE", "MESSAGE_CREATE"}
_REMEMBERED: Final = 20_000  # ids of events
_TELL_SECONDS: Final = 1.5
_THINKING: Final = {
    discord.InteractionResponseType.deferred_channel_message,
    discord.InteractionResponseType.deferred_message_update,
}


class Restarting(PaperBotError):
    """What people read whose request the bot can't finish because it is asked to stop."""

    def __init__(self) -> None:
        super().__init__(Text("I'm restarting right now. Please try again in a minute."))


@dataclass(eq=False)
class _Request:
    """An event that somebody waits for, and the tasks that handle it."""

    source: Source | None = None
    tasks: set[asyncio.Task[Any]] = field(default_factory=set[asyncio.Task[Any]])


class Events:
    """Stands between discord.py's gateway and the parsers of what people wait for."""

    def __init__(
        self,
        parsers: MutableMapping[str, Parser],
        refuse: Callable[[Any], Coroutine[Any, Any, None]],
        refuse_if_busy: Callable[[Any], Coroutine[Any, Any, None] | None] = lambda _: None,
    ) -> None:
        """Two of the ``parsers`` are wrapped. ``refuse`` answers an interaction's payload that comes after ``stop``.

        ``refuse_if_busy`` answers one for which there is no place; ``None``: it's handled.
        """
        self._refuse_if_busy = refuse_if_busy
        self._seen = OrderedDict[str, None]()
        self._requests = set[_Request]()
        self._current: _Request | None = None
        self._refuse = refuse
        self._refusals = set[asyncio.Task[None]]()
        self.stopping = False
        for name in _ONCE:
            parsers[name] = partial(self._handle, name, parsers[name])

    def note(self, event: str, arguments: Iterable[object]) -> None:
        """discord.py dispatches an event: whose it is, is known from now on."""
        if self._current is not None and event in {"interaction", "message"}:
            self._current.source = next(iter(arguments), None)  # type: ignore[assignment]

    async def drain(self, seconds: float) -> None:
        """Take nothing new; wait for what is being handled; cancel the rest and tell those who wait for it."""
        self.stopping = True
        running = {task: request for request in self._requests for task in request.tasks}
        if not running:
            return
        log.info("Waiting for %d requests", len(self._requests))
        _, late = await asyncio.wait(running, timeout=seconds)
        for task in late:
            task.cancel()
        waiting = {running[task].source for task in late} - {None}
        if waiting:
            log.warning("%d requests weren't finished in time; those who wait are told", len(waiting))
            notices = [asyncio.create_task(_tell(source)) for source in waiting if source is not None]
            await asyncio.wait({*notices, *late}, timeout=_TELL_SECONDS)

    def _handle(self, name: str, parser: Parser, data: Any) -> None:
        if self._is_repeated(f"{name} {data['id']}"):
            log.info("An event from Discord (%s) came twice; the second is skipped", name)
        elif not self.stopping:
            refusal = self._refuse_if_busy(data) if name == "INTERACTION_CREATE" else None
            if refusal is None:
                self._track(parser, data)
            else:
                self._begin(refusal)
        elif name == "INTERACTION_CREATE":
            self._begin(self._refuse(data))

    def _begin(self, refusal: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(refusal)
        self._refusals.add(task)
        task.add_done_callback(self._refusals.discard)

    def _is_repeated(self, key: str) -> bool:
        if key in self._seen:
            return True
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return False

    def _track(self, parser: Parser, data: Any) -> None:
        """Call the parser, and remember the tasks that it begins until they are done."""
        loop, request = asyncio.get_running_loop(), _Request()
        factory = loop.get_task_factory()

        def begin(on: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
            task = asyncio.Task(work, loop=on, **options) if factory is None else factory(on, work, **options)
            assert isinstance(task, asyncio.Task)
            request.tasks.add(task)
            task.add_done_callback(lambda done: self._done(request, done))
            return task

        self._current = request
        loop.set_task_factory(begin)
        try:
            parser(data)
        finally:
            loop.set_task_factory(factory)
            self._current = None
        if request.tasks:
            self._requests.add(request)

    def _done(self, request: _Request, task: asyncio.Task[Any]) -> None:
        request.tasks.discard(task)
        if not request.tasks:
            self._requests.discard(request)


async def _tell(source: Source) -> None:
    """Tell whoever waits that they have to ask again."""
    try:
        if isinstance(source, discord.Interaction):
            if _is_waiting(source):
                await tell(source, Restarting())
        elif source.guild is None or source.guild.me in source.mentions:
            await tell_author(source, Restarting())
    except Exception as error:  # noqa: BLE001 - it's the last thing that is tried
        log.info("Somebody couldn't be told about the restart: %r", error)


def _is_waiting(interaction: discord.Interaction[Any]) -> bool:
    if interaction.type is discord.InteractionType.autocomplete:
        return False
    return not interaction.response.is_done() or interaction.response.type in _THINKING
