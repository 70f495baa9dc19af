"""Discord's REST API on the loopback: what the bot uses of it, faults, rate limits and a record of the requests."""

# JSON of any form passes through here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.wire.faults import Fault
from tests.wire.rules import is_empty, rule_errors, schema_errors
from tests.wire.world import (
    APPLICATION_ID,
    EPHEMERAL,
    FORUM,
    OWNER_ID,
    Interaction,
    Json,
    Refusal,
    World,
)

PREFIX: Final = "/api/v10"
ACKNOWLEDGE_SECONDS: Final = 3.0
_PONG, _MESSAGE, _THINKING, _LATER, _EDIT, _CHOICES, _MODAL = 1, 4, 5, 6, 7, 8, 9
_FREE_OF_THE_GLOBAL_LIMIT: Final = ("/interactions/", "/webhooks/")


@dataclass
class Request:
    """A request that the bot made, and how it was answered (``None``: not yet, or never)."""

    method: str
    path: str
    body: Any
    query: dict[str, str]
    files: list[Json] = field(default_factory=list[Json])
    at: float = field(default_factory=time.monotonic)
    status: int | None = None
    performed: bool = False


Hook = Callable[[Request], Awaitable[None]]


async def _nothing(_request: Request) -> None:
    pass


@dataclass
class RateLimits:
    """Discord's limits: requests a second of a bot, and messages in a channel; ``exceeded`` counts the 429s."""

    a_second: int = 50
    in_channel: int = 5
    channel_seconds: float = 5.0
    exceeded: int = 0
    _sent: deque[float] = field(default_factory=deque[float])
    _channels: dict[str, deque[float]] = field(default_factory=dict[str, deque[float]])

    def check(self, request: Request) -> tuple[Fault | None, dict[str, str]]:
        """A 429 if the request is too much, and the headers of its answer otherwise."""
        now = time.monotonic()
        if not request.path.startswith(_FREE_OF_THE_GLOBAL_LIMIT) and not _room(self._sent, now, self.a_second, 1.0):
            return self._too_many(1.0 - (now - self._sent[0]), everywhere=True), {}
        found = re.fullmatch(r"/channels/(\d+)/messages", request.path)
        if request.method != "POST" or found is None:
            return None, {}
        bucket = self._channels.setdefault(found[1], deque())
        fits = _room(bucket, now, self.in_channel, self.channel_seconds)
        reset = self.channel_seconds - (now - bucket[0])
        headers = {
            "X-RateLimit-Limit": str(self.in_channel),
            "X-RateLimit-Remaining": str(self.in_channel - len(bucket)),
            "X-RateLimit-Reset": str(time.time() + reset),
            "X-RateLimit-Reset-After": str(reset),
            "X-RateLimit-Bucket": "messages",
        }
        return (None, headers) if fits else (self._too_many(reset, everywhere=False), headers)

    def _too_many(self, seconds: float, *, everywhere: bool) -> Fault:
        self.exceeded += 1
        body = {"message": "You are being rate limited.", "retry_after": max(seconds, 0.01), "global": everywhere}
        return Fault("*", "*", 429, body, {"Via": "1.1 google"})


def _room(times: deque[float], now: float, most: int, seconds: float) -> bool:
    while times and times[0] <= now - seconds:
        times.popleft()
    if len(times) >= most:
        return False
    times.append(now)
    return True


class Rest:
    """The API over a ``World``. ``before`` and ``after`` are awaited around the carrying out of each request."""

    def __init__(self, world: World, gateway_url: Callable[[], str], changed: Callable[[], None]) -> None:
        self.world, self._gateway_url, self._changed = world, gateway_url, changed
        self.faults = list[Fault]()
        self.requests = deque[Request](maxlen=50_000)
        self.violations = list[str]()
        self.limits: RateLimits | None = None
        self.before: Hook = _nothing
        self.after: Hook = _nothing
        self.validates = True
        self.token: str | None = None
        self.shards = 1
        self.concurrency = 1
        self._routes = [
            (method, re.compile(pattern + "$"), handler)
            for method, pattern, handler in (
                ("GET", r"/users/@me", self._me),
                ("GET", r"/oauth2/applications/@me", self._application),
                ("GET", r"/gateway/bot", self._gateway),
                ("GET", r"/applications/\d+(?:/guilds/\d+)?/commands", self._registered),
                ("PUT", r"/applications/\d+(?:/guilds/\d+)?/commands", self._commands),
                ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
                ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
                ("GET", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._read_response),
                ("PATCH", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._edit_response),
                ("DELETE", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._delete_response),
                ("POST", r"/channels/(\d+)/typing", self._typing),
                ("POST", r"/channels/(\d+)/messages", self._send),
                ("GET", r"/channels/(\d+)/messages", self._history),
                ("GET", r"/channels/(\d+)/messages/(\d+)", self._read),
                ("PATCH", r"/channels/(\d+)/messages/(\d+)", self._edit),
                ("DELETE", r"/channels/(\d+)/messages/(\d+)", self._delete),
                ("POST", r"/channels/(\d+)/threads", self._thread),
                ("POST", r"/channels/(\d+)/messages/(\d+)/threads", self._thread_of_message),
                ("GET", r"/channels/(\d+)", self._channel),
                ("GET", r"/guilds/(\d+)/threads/active", self._active_threads),
                ("GET", r"/guilds/(\d+)/members/(\d+)", self._member),
                ("GET", r"/users/(\d+)", self._user),
                ("POST", r"/users/@me/channels", self._direct),
            )
        ]

    async def handle(self, received: web.Request) -> web.StreamResponse:
        """Answer one request."""
        request, payload_files = await _read_request(received)
        request.files = payload_files
        self.requests.append(request)
        if self.token is not None and received.headers.get("Authorization") != f"Bot {self.token}":
            return _json_response(401, {"message": "401: Unauthorized", "code": 0})
        self._changed()
        try:
            await self.before(request)
        except ConnectionResetError:  # the bot was killed before this was carried out
            return _cut(received)
        fault = next((each for each in self.faults if each.matches(request.method, request.path)), None)
        headers = dict[str, str]()
        if fault is None and self.limits is not None:
            fault, headers = self.limits.check(request)
        if fault is not None:
            fault.met += 1
            await _pass_time(fault.delay)
        status, body = 0, None
        if fault is None or fault.performed or not (fault.status or fault.cut):
            status, body = self._perform(request)
        await self.after(request)
        if fault is not None and fault.cut:
            return _cut(received)
        if fault is not None and fault.status:
            status, body, headers = fault.status, fault.body, fault.headers
        request.status = status
        self._changed()
        return _json_response(status, body, headers)

    def _perform(self, request: Request) -> tuple[int, Any]:
        for method, pattern, handler in self._routes:
            found = pattern.match(request.path) if method == request.method else None
            if found is None:
                continue
            try:
                self._hold_against_rules(request)
                result = handler(request, *found.groups())
            except Refusal as refused:
                return refused.status, {"message": refused.message, "code": refused.code}
            request.performed = True
            self._changed()
            return (204, None) if result is None else (200, result)
        self.violations.append(f"no such route: {request.method} {request.path}")
        return 404, {"message": "404: Not Found", "code": 0}

    def _hold_against_rules(self, request: Request) -> None:
        """Raise ``Refusal`` for a body that Discord doesn't accept; every one is kept in ``violations``."""
        if not self.validates or request.body is None:
            return
        body = request.body
        message = body.get("data") if "callback" in request.path and isinstance(body, dict) else body
        errors = schema_errors(request.method, request.path, body)
        if isinstance(message, dict):
            errors += rule_errors(message)
        if errors:
            self.violations += [f"{request.method} {request.path} {error}" for error in errors]
            raise Refusal(400, 50035, "Invalid Form Body: " + "; ".join(errors)[:1500])

    # --- who and where ---------------------------------------------------------------------------

    def _me(self, _request: Request) -> Json:
        return {**self.world.bot, "verified": True, "mfa_enabled": True, "locale": "en-US", "email": None}

    def _application(self, _request: Request) -> Json:
        return {
            "id": str(APPLICATION_ID),
            "name": "Daily Papers",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 1 << 18 | 1 << 19,
            "owner": self.world.users[OWNER_ID],
            "team": None,
            "interactions_endpoint_url": None,
        }

    def _gateway(self, _request: Request) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": self.concurrency}
        return {"url": self._gateway_url(), "shards": self.shards, "session_start_limit": limit}

    def _registered(self, _request: Request) -> list[Json]:
        return self.world.commands

    def _commands(self, request: Request) -> list[Json]:
        common = {"application_id": str(APPLICATION_ID), "version": str(self.world.new_id())}
        self.world.commands = [
            {"type": 1, "description": "", "options": [], **command, "id": str(self.world.new_id()), **common}
            for command in request.body
        ]
        return self.world.commands

    def _user(self, _request: Request, user_id: str) -> Json:
        if int(user_id) not in self.world.users:
            raise Refusal(404, 10013, "Unknown User")
        return self.world.users[int(user_id)]

    def _member(self, _request: Request, guild_id: str, user_id: str) -> Json:
        member = self.world.members.get(int(guild_id), {}).get(int(user_id))
        if member is None:
            raise Refusal(404, 10007, "Unknown Member")
        return member

    def _channel(self, _request: Request, channel_id: str) -> Json:
        return self.world.channel(int(channel_id))

    def _direct(self, request: Request) -> Json:
        if int(request.body["recipient_id"]) not in self.world.users:
            raise Refusal(404, 10013, "Unknown User")
        return self.world.direct_channel(int(request.body["recipient_id"]))

    # --- messages --------------------------------------------------------------------------------

    def _typing(self, _request: Request, channel_id: str) -> None:
        self.world.channel(int(channel_id))

    def _send(self, request: Request, channel_id: str) -> Json:
        self.world.channel(int(channel_id))
        if is_empty(request.body, len(request.files)):
            raise Refusal(400, 50006, "Cannot send an empty message")
        return self.world.add_message(int(channel_id), self.world.bot, request.body, request.files)

    def _history(self, request: Request, channel_id: str) -> list[Json]:
        self.world.channel(int(channel_id))
        after, before = int(request.query.get("after", 0)), int(request.query.get("before", 1 << 63))
        found = [each for id, each in sorted(self.world.messages[int(channel_id)].items()) if after < id < before]
        limit = int(request.query.get("limit", 50))
        newest_first = "after" not in request.query
        return list(reversed(found[-limit:] if newest_first else found[:limit]))

    def _read(self, _request: Request, channel_id: str, message_id: str) -> Json:
        return self.world.message(int(channel_id), int(message_id))

    def _edit(self, request: Request, channel_id: str, message_id: str) -> Json:
        message = self.world.message(int(channel_id), int(message_id))
        message |= {key: request.body[key] for key in ("content", "components", "embeds") if key in request.body}
        return message

    def _delete(self, _request: Request, channel_id: str, message_id: str) -> None:
        self.world.message(int(channel_id), int(message_id))
        del self.world.messages[int(channel_id)][int(message_id)]

    def _thread(self, request: Request, channel_id: str) -> Json:
        parent, body = self.world.channel(int(channel_id)), request.body
        if parent["type"] == FORUM and parent["flags"] & _REQUIRES_TAG and not body.get("applied_tags"):
            raise Refusal(400, 40067, "A tag is required to create a forum post in this channel")
        thread = self.world.add_thread(int(channel_id), body["name"])
        if parent["type"] != FORUM:
            return thread
        return {**thread, "message": self.world.add_message(int(thread["id"]), self.world.bot, body["message"])}

    def _thread_of_message(self, request: Request, channel_id: str, message_id: str) -> Json:
        message = self.world.message(int(channel_id), int(message_id))
        if message["flags"] & _HAS_THREAD:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        message["flags"] |= _HAS_THREAD
        return self.world.add_thread(int(channel_id), request.body["name"], id=message_id)

    def _active_threads(self, _request: Request, guild_id: str) -> Json:
        return {"threads": self.world.threads_of(int(guild_id)), "members": []}

    # --- interactions ----------------------------------------------------------------------------

    def _callback(self, request: Request, id: str, token: str) -> Json:
        interaction = self.world.interactions.get(int(id))
        if interaction is None or interaction.token != token or _expired(interaction):
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.callback is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        kind, data = request.body["type"], request.body.get("data") or {}
        if kind == _MESSAGE and is_empty(data, len(request.files)):
            raise Refusal(400, 50006, "Cannot send an empty message")
        interaction.callback, interaction.acknowledged_at = request.body, time.monotonic()
        message = None
        if kind in {_MESSAGE, _THINKING}:
            message = self._respond(interaction, data, request.files, loading=kind == _THINKING)
        if kind not in {_THINKING, _LATER}:
            interaction.answered_at = time.monotonic()
        result: Json = {"interaction": {"id": id, "type": interaction.kind}}
        if message is not None:
            result["interaction"] |= {"response_message_id": message["id"]}
            result["resource"] = {"type": kind, "message": message}
        return result

    def _respond(self, interaction: Interaction, data: Json, files: list[Json], *, loading: bool) -> Json:
        hidden = (data.get("flags") or 0) & EPHEMERAL
        make = self.world.make_message if hidden else self.world.add_message
        message = make(interaction.channel_id, self.world.bot, data, files)
        message["flags"] = (data.get("flags") or 0) | (1 << 7 if loading else 0)
        interaction.messages.append(message)
        return message

    def _by_token(self, token: str) -> Interaction:
        for interaction in self.world.interactions.values():
            if interaction.token == token and interaction.callback is not None:
                return interaction
        raise Refusal(404, 10015, "Unknown Webhook")

    def _follow_up(self, request: Request, token: str) -> Json:
        interaction = self._by_token(token)
        if is_empty(request.body, len(request.files)):
            raise Refusal(400, 50006, "Cannot send an empty message")
        assert interaction.callback is not None
        if interaction.callback["type"] == _THINKING and not interaction.answered:  # the first one replaces it
            return self._edit_message(interaction, interaction.messages[0], request)
        interaction.answered_at = interaction.answered_at or time.monotonic()
        return self._respond(interaction, request.body, request.files, loading=False)

    def _response(self, token: str, which: str) -> tuple[Interaction, Json]:
        interaction = self._by_token(token)
        for message in interaction.messages:
            if which in {"@original", message["id"]}:
                return interaction, message
        raise Refusal(404, 10008, "Unknown Message")

    def _read_response(self, _request: Request, token: str, which: str) -> Json:
        return self._response(token, which)[1]

    def _edit_response(self, request: Request, token: str, which: str) -> Json:
        return self._edit_message(*self._response(token, which), request)

    def _edit_message(self, interaction: Interaction, message: Json, request: Request) -> Json:
        interaction.answered_at = interaction.answered_at or time.monotonic()
        message |= {key: request.body[key] for key in ("content", "components", "embeds") if key in request.body}
        message["flags"] = ((request.body.get("flags") or 0) | message["flags"]) & ~(1 << 7)
        return message

    def _delete_response(self, _request: Request, token: str, which: str) -> None:
        interaction, message = self._response(token, which)
        interaction.messages.remove(message)
        self.world.messages[interaction.channel_id].pop(int(message["id"]), None)


_REQUIRES_TAG: Final = 1 << 4
_HAS_THREAD: Final = 1 << 5


def _expired(interaction: Interaction) -> bool:
    return time.monotonic() - interaction.sent_at > ACKNOWLEDGE_SECONDS


def _cut(received: web.Request) -> web.Response:
    if received.transport is not None:
        received.transport.abort()
    return web.Response()


async def _pass_time(seconds: float) -> None:
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


async def _read_request(received: web.Request) -> tuple[Request, list[Json]]:
    body, files = None, list[Json]()
    if received.content_type.startswith("multipart/"):
        form = await received.post()
        body = json.loads(str(form["payload_json"])) if "payload_json" in form else {}
        for place, file in enumerate(each for each in form.values() if isinstance(each, web.FileField)):
            url = f"https://cdn.discordapp.com/attachments/1/{place}/{file.filename}"
            files.append(
                {"id": str(place + 1), "filename": file.filename, "size": len(file.file.read()), "url": url}
                | {"proxy_url": url, "content_type": file.content_type}
            )
    elif received.can_read_body:
        body = json.loads(await received.read())
    path = received.path.removeprefix(PREFIX)
    return Request(received.method, path, body, dict(received.query)), files


def _json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """discord.py wants exactly ``application/json``, without a charset, and nothing at all beside an empty body."""
    if body is None:
        return web.Response(status=status, headers=headers)
    if isinstance(body, str):
        return web.Response(status=status, body=body.encode(), headers=headers)
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers)
