"""Discord's gateway on the loopback: sessions that can be resumed, and everything that can go wrong with them.

Source: https://discord.com/developers/docs/events/gateway
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.wire.world import APPLICATION_ID, Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass
class Session:
    """What Discord remembers of a shard's connection. ``sent`` are its dispatches, for RESUME."""

    id: str
    shard: int
    shards: int
    socket: web.WebSocketResponse | None
    sequence: int = 0
    sent: list[Json] = field(default_factory=list[Json])


class Gateway:
    """The gateway. Its attributes are how it behaves towards the next frames.

    ``on_identify``: for the next IDENTIFYs, a close code, or ``False``/``True`` for INVALID_SESSION that can(not) be
    resumed. ``refused_handshakes``: HTTP statuses for the next connections.
    """

    def __init__(self, world: World, url: Callable[[], str], changed: Callable[[], None]) -> None:
        self.world, self._url, self._changed = world, url, changed
        self.interval = 41_250  # milliseconds between two heartbeats
        self.acknowledges = True
        self.resumable = True
        self.on_identify = deque[int | bool]()
        self.refused_handshakes = deque[int]()
        self.first_frames = deque[str]()  # what the next connections get in place of HELLO
        self.deaf = False
        self.sessions = dict[str, Session]()
        self.sockets = dict[web.WebSocketResponse, asyncio.Transport]()
        self.received = list[Json]()
        self.heartbeats = 0
        self.connections = 0
        self.begun = 0  # sessions

    @property
    def identifies(self) -> int:
        """How often a session was begun."""
        return sum(frame["op"] == IDENTIFY for frame in self.received)

    @property
    def resumes(self) -> int:
        """How often one was resumed, or tried to be."""
        return sum(frame["op"] == RESUME for frame in self.received)

    @property
    def live(self) -> list[Session]:
        """The sessions with a connection."""
        return [each for each in self.sessions.values() if each.socket is not None and not each.socket.closed]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.refused_handshakes:
            return web.Response(status=self.refused_handshakes.popleft())
        self.connections += 1
        socket = web.WebSocketResponse(autoclose=True)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        self.sockets[socket] = request.transport
        try:
            hello = json.dumps({"op": HELLO, "d": {"heartbeat_interval": self.interval}, "s": None, "t": None})
            await socket.send_str(self.first_frames.popleft() if self.first_frames else hello)
            async for message in socket:
                if self.deaf:
                    await asyncio.Event().wait()
                if message.type is WSMsgType.TEXT:
                    await self._receive(socket, json.loads(message.data))
                    self._changed()
        except ConnectionResetError:
            pass  # the bot was killed
        finally:
            self.sockets.pop(socket, None)
            self._changed()
        return socket

    async def _receive(self, socket: web.WebSocketResponse, frame: Json) -> None:
        if frame["op"] == HEARTBEAT:
            self.heartbeats += 1
            if self.acknowledges:
                await socket.send_json({"op": HEARTBEAT_ACK, "d": None, "s": None, "t": None})
            return
        self.received.append(frame)
        if frame["op"] == IDENTIFY:
            await self._identify(socket, frame["d"])
        elif frame["op"] == RESUME:
            await self._resume(socket, frame["d"])

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        answer = self.on_identify.popleft() if self.on_identify else None
        if isinstance(answer, bool):
            await socket.send_json({"op": INVALID_SESSION, "d": answer, "s": None, "t": None})
            return
        if answer is not None:
            await socket.close(code=answer, message=b"as the test wants")
            return
        self.begun += 1
        shard, shards = data.get("shard", [0, 1])
        session = Session(f"session-{self.begun}", shard, shards, socket)
        self.sessions[session.id] = session
        guilds = [id for id in self.world.guilds if (id >> 22) % shards == shard]
        await self.send(
            session,
            "READY",
            {
                "v": 10,
                "user": self.world.bot,
                "guilds": [{"id": str(id), "unavailable": True} for id in guilds],
                "session_id": session.id,
                "resume_gateway_url": self._url(),
                "shard": [shard, shards],
                "application": {"id": str(APPLICATION_ID), "flags": 1 << 18 | 1 << 19},
                "session_type": "normal",
                "private_channels": [],
                "relationships": [],
            },
        )
        for id in guilds:
            await self.send(session, "GUILD_CREATE", self.world.guild_create(id))

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or not self.resumable:
            await socket.send_json({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        for frame in [each for each in session.sent if each["s"] > (data["seq"] or 0)]:
            await socket.send_json(frame)
        await self.send(session, "RESUMED", {"_trace": []})

    async def send(self, session: Session, event: str, data: Json) -> None:
        """Send an event of a session; it is replayed after RESUME if the connection is gone."""
        session.sequence += 1
        frame: Json = {"op": DISPATCH, "t": event, "s": session.sequence, "d": data}
        session.sent.append(frame)
        del session.sent[:-1_000]
        if session.socket is not None and not session.socket.closed:
            try:
                await session.socket.send_json(frame)
            except ConnectionResetError:
                session.socket = None

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event to the shard of its server (direct messages: shard 0), in its newest session."""
        guild_id = int(data.get("guild_id") or 0)
        newest = {session.shard: session for session in self.sessions.values()}
        for session in newest.values():
            if (guild_id >> 22) % session.shards == session.shard:
                await self.send(session, event, data)

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a frame as it is to every connection."""
        for socket in list(self.sockets):
            await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))

    async def send_frame(self, **frame: Any) -> None:
        """Send a frame with these fields."""
        await self.send_raw(json.dumps(frame))

    async def close(self, code: int) -> None:
        """Close every connection with a code, without waiting for the other side."""
        await asyncio.gather(*(socket.close(code=code, drain=False) for socket in list(self.sockets)))

    def drop(self) -> None:
        """End every connection as a failing network does: without a word."""
        for transport in list(self.sockets.values()):
            transport.abort()


CLOSE_CODES: Final = {4000, 4001, 4002, 4003, 4004, 4005, 4007, 4008, 4009, 4010, 4011, 4012, 4013, 4014}
"""Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""
FATAL_CODES: Final = {4004, 4010, 4011, 4012, 4013, 4014}
"""After these, Discord doesn't want the bot to connect again."""
