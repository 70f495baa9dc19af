"""The gateway's socket. discord.py ends the program over a frame that it can't read; this one skips it.

It also notices within one and a half intervals that heartbeats aren't acknowledged (discord.py: after a minute).
"""

# pyright: reportPrivateUsage=false
# discord.py has no public door to its sockets; what is used here is stable since version 2.0.
from __future__ import annotations

import asyncio
import json
import logging
import random
import time
import zlib
from typing import Any, Final, Self

import aiohttp
import discord
import discord.shard
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure

log = logging.getLogger(__name__)

_ENDS_CONNECTION: Final = (ReconnectWebSocket, WebSocketClosure, discord.ConnectionClosed, aiohttp.ClientError, OSError)
_NEEDED: Final = {"HELLO", "READY"}
"""Without these there's no connection to go on with."""

_RESET: Final = 54  # the errno after which discord.py resumes the session
_CLOSE_SECONDS: Final = 1.0  # to wait for the other side's goodbye, which a dead one never says
_FRAME: Final = 200  # characters of a frame that the log shows


class GatewaySocket(DiscordWebSocket):
    """A shard's socket."""

    _unanswered_since: float | None = None  # ``time.monotonic`` of the first heartbeat without an answer
    _last_answer = 0.0
    _watch: asyncio.Task[None] | None = None

    @classmethod
    async def from_client(cls, client: discord.Client, **options: Any) -> Self:
        """Connect. Raises an ``OSError``, after which discord.py tries again, where it would end the program."""
        try:
            made = await super().from_client(client, **options)
        except ReconnectWebSocket as error:  # the server hung up, or sent something else than HELLO
            if options.get("resume"):
                await asyncio.sleep(random.uniform(0.5, 2.0))  # noqa: S311 - so that shards don't come back together
                raise OSError(_RESET, "the gateway hung up while the session was resumed") from error
            raise ConnectionError("the gateway hung up before the session began") from error
        made.socket._timeout = aiohttp.ClientWSTimeout(ws_close=_CLOSE_SECONDS)  # noqa: SLF001  # pyright: ignore[reportCallIssue]
        return made

    async def received_message(self, msg: Any, /) -> None:
        """Handle a frame, or log and skip it. Raises what ends the connection."""
        before = self.sequence
        try:
            await super().received_message(msg)
        except _ENDS_CONNECTION:
            raise
        except zlib.error as error:
            log.warning("The gateway's compressed stream is damaged (%s): connecting again", error)
            await self.close()
            raise ReconnectWebSocket(self.shard_id) from error
        except Exception as error:
            kind = frame_type(msg)
            log.warning("A gateway frame (%s) can't be read and is skipped: %s: %s", kind, type(error).__name__, error)
            if kind in _NEEDED:
                await self.close()
                raise ReconnectWebSocket(self.shard_id, resume=False) from error
        if not isinstance(self.sequence, int | None):  # pyright: ignore[reportUnnecessaryIsInstance] - it's from outside
            self.sequence = before
        self._note_answer()

    async def send_as_json(self, data: Any) -> None:
        """Send a frame."""
        self._note_heartbeat(data)
        await super().send_as_json(data)

    async def send_heartbeat(self, data: Any) -> None:
        """Send a heartbeat."""
        self._note_heartbeat(data)
        await super().send_heartbeat(data)

    async def close(self, code: int = 4000) -> None:
        """Close the socket."""
        if self._watch is not None:
            self._watch.cancel()
        await super().close(code)

    def _note_heartbeat(self, data: dict[str, Any]) -> None:
        if data.get("op") == self.HEARTBEAT and self._unanswered_since is None:
            self._unanswered_since = time.monotonic()
            if self._watch is None and self._keep_alive is not None:
                self._watch = asyncio.create_task(self._watch_answers(), name=f"heartbeats of shard {self.shard_id}")

    def _note_answer(self) -> None:
        latest = self._keep_alive._last_ack if self._keep_alive is not None else 0.0  # noqa: SLF001
        if latest != self._last_answer:
            self._last_answer = latest
            self._unanswered_since = None

    async def _watch_answers(self) -> None:
        """Close the socket when a heartbeat has no answer half an interval after it was sent."""
        while self._keep_alive is not None and not self.socket.closed:
            patience = (self._keep_alive.interval or 0.0) / 2
            since = self._unanswered_since
            if since is not None and time.monotonic() - since >= patience:
                await asyncio.sleep(min(1.0, patience / 10))  # an answer may be here that wasn't read yet
                if self._unanswered_since == since:
                    log.warning("Shard %s: heartbeats aren't acknowledged. Connecting again", self.shard_id)
                    self._watch = None
                    await self.close()
                    return
            due = patience if since is None else max(0.01, since + patience - time.monotonic())
            await asyncio.sleep(min(due, patience / 4))


def frame_type(frame: Any) -> str:
    """What the log calls a frame: the event's name, or the name or number of its opcode."""
    try:
        known = json.loads(frame) if isinstance(frame, str) else None
    except ValueError:
        return f"not JSON: {frame[:_FRAME]!r}"
    match known:
        case {"t": str(event)}:
            return event[:_FRAME]
        case {"op": 10}:
            return "HELLO"
        case {"op": op}:
            return f"op {op!r}"[:_FRAME]
        case _:
            return "compressed" if isinstance(frame, bytes) else repr(frame)[:_FRAME]


def use_gateway_socket() -> None:
    """Make discord.py's shards use it. There's no other door."""
    module: Any = discord.shard
    module.DiscordWebSocket = GatewaySocket
