"""A Discord on 127.0.0.1: a gateway that sends events, and a REST API that takes what the bot answers.

The one of ``tests.wire`` checks each request against Discord's schema and remembers everything, which takes more than
500 requests a second allow on a core that the bot needs too; this one only answers.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.load import events
from tests.load.events import Json

_HELLO, _ACK, _DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME = 10, 11, 0, 1, 2, 6
_HEARTBEAT_MS: Final = 41_250
_MESSAGE_AT_ONCE: Final = 4
"""The response to an interaction that shows a message, not "thinking"."""

_EPHEMERAL: Final = 1 << 6

OnRequest = Callable[[str, str, Json], None]
"""Called with method, path and JSON of each request that answers somebody."""


class LoopbackDiscord:
    """Accepts a bot, and sends each of its shards events. ``on_request`` sees what it answers."""

    def __init__(self, servers: int, on_request: OnRequest, shards: int = 1) -> None:
        self.connected = asyncio.Event()
        self.url = ""
        self._servers = servers
        self._on_request = on_request
        self._shards = shards
        self._sockets = dict[int, web.WebSocketResponse]()
        self._sequence = count(1)
        self._ids = count(1)

    async def send(self, name: str, data: Json) -> None:
        """Send an event to the shard of its server."""
        await self._say(self._sockets[(int(data["guild_id"]) >> 22) % self._shards], name, data)

    def new_id(self) -> int:
        """An id for something that happens now."""
        return events.snowflake(next(self._ids))

    # --- gateway -------------------------------------------------------------------------------

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with the bot until it leaves."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}})
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            said = json.loads(frame.data)
            if said["op"] == _HEARTBEAT:
                await socket.send_json({"op": _ACK})
            elif said["op"] == _IDENTIFY:
                await self._introduce(socket, said["d"].get("shard", [0, 1])[0])
            elif said["op"] == _RESUME:
                await self._say(socket, "RESUMED", {})
        return socket

    async def _introduce(self, socket: web.WebSocketResponse, shard: int) -> None:
        numbers = [each for each in range(self._servers) if (events.server_id(each) >> 22) % self._shards == shard]
        ready = events.ready(numbers, [shard, self._shards], self.url.replace("http", "ws"))
        await self._say(socket, "READY", ready)
        for number in numbers:
            await self._say(socket, "GUILD_CREATE", events.server(number))
        self._sockets[shard] = socket
        if len(self._sockets) == self._shards:
            self.connected.set()

    async def _say(self, socket: web.WebSocketResponse, name: str, data: Json) -> None:
        frame = {"op": _DISPATCH, "s": next(self._sequence), "t": name, "d": data}
        await socket.send_str(json.dumps(frame, separators=(",", ":")))

    # --- REST ----------------------------------------------------------------------------------

    async def rest(self, request: web.Request) -> web.Response:
        """Answer a request of the bot."""
        path = request.path.removeprefix("/api/v10")
        body: Any = await request.read()
        data: Json = json.loads(body) if body and request.content_type == "application/json" else {}
        answer = self._answer(request.method, path, data)
        if answer is None:
            return web.Response(status=204)
        # Not text=: discord.py wants the type without a charset.
        body = json.dumps(answer, separators=(",", ":")).encode()
        return web.Response(body=body, content_type="application/json")

    def _answer(self, method: str, path: str, data: Any) -> Any:
        match method, path.strip("/").split("/"):
            case "GET", _:
                return self._known(path)
            case "PUT", ["applications", _, "commands"]:
                added = {"application_id": str(events.APPLICATION), "version": "1"}
                named = ({"type": 1, "description": ""} | each | added for each in data)
                return [each | {"id": str(number)} for number, each in enumerate(named, 1)]
            case "POST", ["users", "@me", "channels"]:
                return {"id": data["recipient_id"], "type": 1, "recipients": [events.user(1, "somebody")]}
            case "POST", ["interactions", id, _, "callback"]:
                return self._called_back(path, id, data)
            case "POST", ["channels", _, "typing"]:
                return None
            case _:
                return self._message(method, path, data)

    def _known(self, path: str) -> Any:
        """What is asked for at the start."""
        if path.endswith("/commands"):
            return []
        if path == "/users/@me":
            return events.BOT_USER
        if path == "/gateway/bot":
            limit = {"total": 1_000, "remaining": 999, "reset_after": 0, "max_concurrency": 16}
            return {"url": self.url.replace("http", "ws"), "shards": self._shards, "session_start_limit": limit}
        return {"id": str(events.APPLICATION), "name": "Daily Papers", "icon": None, "description": "", "summary": "",
                "bot_public": True, "bot_require_code_grant": False, "verify_key": "", "team": None, "flags": 0,
                "owner": events.user(events.OWNER, "owner")}  # fmt: skip

    def _called_back(self, path: str, id: str, data: Json) -> Json:
        made: Json = {"interaction": {"id": id, "type": 2}}
        if data["type"] == _MESSAGE_AT_ONCE:
            said, message_id = data["data"], self.new_id()
            if not said.get("flags", 0) & _EPHEMERAL:
                said["made_id"] = message_id
            shown = events.message(message_id, 1, events.BOT_USER, said.get("components", ()))
            made["interaction"]["response_message_id"] = shown["id"]
            made["resource"] = {"type": data["type"], "message": shown}
        self._on_request("POST", path, data)
        return made

    def _message(self, method: str, path: str, data: Json) -> Json:
        id, channel = self.new_id(), path.split("/")[2]
        data["made_id"] = id
        self._on_request(method, path, data)
        return events.message(id, int(channel), events.BOT_USER, data.get("components", ()))


@asynccontextmanager
async def loopback_discord(servers: int, on_request: OnRequest, shards: int = 1) -> AsyncGenerator[LoopbackDiscord]:
    """A Discord with so many servers, until the end of the block."""
    discord = LoopbackDiscord(servers, on_request, shards)
    app = web.Application()
    app.router.add_get("/", discord.gateway)
    app.router.add_route("*", "/{path:.*}", discord.rest)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1_024)
    await site.start()
    discord.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield discord
    finally:
        await runner.cleanup()
