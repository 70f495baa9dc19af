"""``python -m bot check`` with a token, against a loopback Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.cli.check import State, checks
from bot.storage import Store
from tests.bot.conftest import START, settings_for
from tests.bot.daily_post.daily_world import FEED

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE.a-token-that-must-never-be-shown"
ANOTHER = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE.another-token-that-is-refused"
USER = {"id": "1", "username": "daily-papers", "discriminator": "0", "avatar": None, "global_name": None}
APPLICATION: dict[str, object] = {
    "id": "42", "name": "Daily Papers", "icon": None, "description": "", "bot_public": True,
    "bot_require_code_grant": False, "verify_key": "", "owner": USER, "team": None, "flags": 0, "summary": "",
}  # fmt: skip
CHANNEL: dict[str, object] = {
    "id": "7",
    "type": 0,
    "guild_id": "5",
    "name": "papers",
    "position": 0,
    "permission_overwrites": [],
}


def _json(body: object, status: int = 200) -> web.Response:
    """JSON as Discord sends it: discord.py wants the content type to be just this."""
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


async def _answer(request: web.Request) -> web.Response:
    if request.headers.get("Authorization") != f"Bot {TOKEN}":
        return _json({"message": "401: Unauthorized", "code": 0}, status=401)
    bodies: dict[str, object] = {"/users/@me": USER, "/oauth2/applications/@me": APPLICATION, "/channels/7": CHANNEL}
    if request.path == "/channels/8":
        return _json({"message": "Missing Access", "code": 50001}, status=403)
    if request.path not in bodies:
        return _json({"message": "Unknown Channel", "code": 10003}, status=404)
    return _json(bodies[request.path])


@pytest.fixture
async def discord_on_loopback(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Discord's REST API on 127.0.0.1: one application, one channel."""
    app = web.Application()
    app.router.add_get("/{tail:.*}", _answer)
    async with TestServer(app) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
        yield


async def lines(folder: Path, **changes: Any) -> dict[str, tuple[State, str]]:
    """Each check's state and everything that it says."""
    settings = settings_for(folder, **changes)
    return {each.name: (each.state, f"{each.text} {each.fix}") async for each in checks(settings, START)}


@pytest.mark.usefixtures("discord_on_loopback")
async def test_a_good_token_shows_who_it_is_and_the_invite_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link asks for the permissions that are used and for no other."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    found = await lines(tmp_path)
    assert found["Token"] == (State.OK, "logged in as Daily Papers ")
    state, invite = found["Invite"]
    assert state is State.OK
    wanted = discord.Permissions(
        view_channel=True,
        send_messages=True,
        create_public_threads=True,
        send_messages_in_threads=True,
        read_message_history=True,
        attach_files=True,
    )
    assert f"permissions={wanted.value}" in invite
    assert "scope=bot+applications.commands" in invite
    assert TOKEN not in str(found)


@pytest.mark.usefixtures("discord_on_loopback")
async def test_message_content_is_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check names what needs it, and how to turn it on."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    state, text = (await lines(tmp_path))["Intents"]
    assert state is State.OK
    assert "link cards and follow-ups without a mention are off" in text
    assert "message_content = true" in text


@pytest.mark.usefixtures("discord_on_loopback")
@pytest.mark.parametrize(
    ("flags", "state", "said"),
    [(0, State.WRONG, "Message Content Intent"), (1 << 18, State.OK, "work"), (1 << 19, State.OK, "work")],
)
async def test_message_content_must_be_on_at_discord_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: int, state: State, said: str
) -> None:
    """Otherwise Discord refuses the connection: the fix says where to turn it on, or how to do without.

    Source: https://discord.com/developers/docs/resources/application#application-object-application-flags
    """
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setitem(APPLICATION, "flags", flags)
    found = (await lines(tmp_path, discord={"message_content": True}))["Intents"]
    assert found[0] is state
    assert said in found[1]


@pytest.mark.usefixtures("discord_on_loopback")
async def test_a_bad_token_is_wrong_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fix says where to create a new one."""
    monkeypatch.setenv("DISCORD_TOKEN", ANOTHER)
    found = await lines(tmp_path)
    state, text = found["Token"]
    assert state is State.WRONG
    assert "Reset Token" in text
    assert ANOTHER not in str(found)


@pytest.mark.usefixtures("discord_on_loopback")
async def test_channels_of_daily_posts_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that exists, one that the bot can't see, and one that was deleted."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    async with Store.open(settings_for(tmp_path).community_database) as store:
        for number in (7, 8, 9):
            await store.daily_feeds.save(replace(FEED, guild_id=5, channel_id=number))
    found = await lines(tmp_path)
    assert found["Channel 7"][0] is State.OK
    assert found["Channel 8"][0] is State.WRONG
    assert "View Channel" in found["Channel 8"][1]
    assert found["Channel 9"][0] is State.WRONG
    assert "/daily set" in found["Channel 9"][1]


async def test_a_network_without_discord_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    """Nothing listens there: one line, without a traceback."""
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{unused_tcp_port}")
    found = await lines(tmp_path)
    assert found["Discord"][0] is State.WRONG
