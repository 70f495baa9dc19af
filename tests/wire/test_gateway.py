"""The gateway's trouble: the bot stays, or comes back, and nobody is answered twice."""

from __future__ import annotations

import json
import time
import zlib

import pytest

from tests.wire.conftest import Scene
from tests.wire.gateway import CLOSE_CODES, FATAL_CODES

MALFORMED: dict[str, str | bytes] = {
    "not JSON": "{not json",
    "empty": "",
    "null": "null",
    "a number": "17",
    "a list": "[1, 2]",
    "a string": '"hello"',
    "no op": "{}",
    "unknown op": '{"op": 99, "d": null}',
    "op of another type": '{"op": "zero", "d": {}}',
    "sequence of another type": '{"op": 0, "s": "seven", "t": "GUILD_CREATE", "d": {}}',
    "event without data": '{"op": 0, "t": "MESSAGE_CREATE", "s": null}',
    "event of another type": '{"op": 0, "t": 5, "s": null, "d": {}}',
    "unknown event": '{"op": 0, "t": "SOMETHING_NEW", "s": null, "d": {"id": "1"}}',
    "interaction without anything": '{"op": 0, "t": "INTERACTION_CREATE", "s": null, "d": {}}',
    "interaction with only an id": '{"op": 0, "t": "INTERACTION_CREATE", "s": null, "d": {"id": "1", "type": 2}}',
    "message of nobody": '{"op": 0, "t": "MESSAGE_CREATE", "s": null, "d": {"id": "1", "channel_id": "x"}}',
    "server as a list": '{"op": 0, "t": "GUILD_CREATE", "s": null, "d": []}',
    "channel without a kind": '{"op": 0, "t": "CHANNEL_CREATE", "s": null, "d": {"guild_id": "1"}}',
    "member without a user": '{"op": 0, "t": "GUILD_MEMBER_UPDATE", "s": null, "d": {"guild_id": "1"}}',
    "bytes that are not compressed": b"\x00\x01\x02\x03\x00\x00\xff\xff",
    "compressed nonsense": zlib.compress(b"{not json") + b"\x00\x00\xff\xff",
    "invalid UTF-8 in bytes": zlib.compress(b"\xff\xfe") + b"\x00\x00\xff\xff",
}


async def answers(scene: Scene) -> None:
    """The bot is there: it answers a command."""
    asked = await scene.discord.slash(scene.ada, scene.channel_id, "ask", question="How do owls hear mice?")
    assert "owls" in await scene.discord.answer(asked)


async def test_malformed_frames_are_skipped(scene: Scene) -> None:
    """All kinds one after the other; after each, a command is answered. Each is in the log with its type."""
    discord = scene.discord
    async with scene.bot(DAILY_PAPERS_CHAT__QUESTIONS="1000") as bot:
        for name, frame in MALFORMED.items():
            sessions = len(discord.gateway.live)
            assert sessions == 1, name
            resumes = discord.gateway.resumes
            await discord.gateway.send_raw(frame)
            if name == "bytes that are not compressed":  # a damaged stream can't go on: the session is resumed
                await discord.until(lambda before=resumes: discord.gateway.resumes > before)
            await answers(scene)
        assert discord.gateway.begun == 1
        assert bot.alive
        for kind in ("MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_CREATE", "not JSON"):
            assert kind in bot.log
        assert "Traceback" not in bot.log


async def test_malformed_frames_in_place_of_hello_and_ready_lead_to_another_connection(scene: Scene) -> None:
    """The first connection says nonsense."""
    scene.discord.gateway.first_frames.extend(["null", '{"op": 10, "d": {}}', '{"op": 9, "d": false}', '{"op": 7}'])
    async with scene.bot():
        await answers(scene)


@pytest.mark.parametrize("code", [1000, 1001, 1006, *sorted(CLOSE_CODES - FATAL_CODES)])
async def test_other_close_codes_are_followed_by_a_new_connection(scene: Scene, code: int) -> None:
    """In the middle of a session, and the session goes on."""
    discord = scene.discord
    async with scene.bot():
        if code == 1006:
            discord.gateway.drop()
        else:
            await discord.gateway.close(code)
        await discord.until(lambda: discord.gateway.connections == 2 and discord.gateway.live)
        await answers(scene)


async def test_reconnect_and_invalid_session_are_obeyed(scene: Scene) -> None:
    """RECONNECT and INVALID_SESSION (true) resume the session; INVALID_SESSION (false) begins another one."""
    discord, gateway = scene.discord, scene.discord.gateway
    async with scene.bot(DAILY_PAPERS_CHAT__QUESTIONS="1000"):
        await gateway.send_frame(op=7, d=None)
        await discord.until(lambda: gateway.resumes == 1)
        await answers(scene)
        await gateway.send_frame(op=9, d=True)
        await discord.until(lambda: gateway.resumes == 2)
        await answers(scene)
        await gateway.send_frame(op=9, d=False)
        await discord.until(lambda: gateway.begun == 2)
        await answers(scene)


async def test_an_event_during_an_interruption_is_answered_once_after_resume(scene: Scene) -> None:
    """And what is replayed although it was handled is not answered again."""
    discord, gateway = scene.discord, scene.discord.gateway
    async with scene.bot():
        gateway.drop()
        asked = await discord.slash(scene.ada, scene.channel_id, "trending")
        assert "Owls" in await discord.answer(asked)
        [session] = gateway.sessions.values()
        for frame in session.sent[-3:]:
            await gateway.send_raw(json.dumps(frame))
        await answers(scene)
        assert len(asked.messages) == 1
        callbacks = [each for each in discord.rest.requests if each.path.startswith(f"/interactions/{asked.id}/")]
        assert len(callbacks) == 1


async def test_the_same_message_twice_and_out_of_order_is_answered_once(scene: Scene) -> None:
    """Two mentions, each delivered twice, the second first."""
    discord, world = scene.discord, scene.discord.world
    async with scene.bot():
        made = [
            world.add_message(
                scene.channel_id,
                scene.ada,
                {"content": f"<@{world.bot['id']}> What do owls {verb}?", "mentions": [world.bot]},
            )
            for verb in ("answer", "study")
        ]
        for message in (made[1], made[0], made[0], made[1]):
            await discord.gateway.dispatch("MESSAGE_CREATE", discord.message_event(message))
        await discord.until(lambda: len(world.posted(scene.channel_id)) >= 2)
        await answers(scene)
        answered = [
            each["message_reference"]["message_id"] for each in world.posted(scene.channel_id) if each["type"] == 19
        ]
        assert sorted(map(str, answered)) == sorted(each["id"] for each in made)


async def test_heartbeats_without_acknowledgement_lead_to_another_connection(scene: Scene) -> None:
    """Within one and a half intervals, though other events still come."""
    discord, gateway = scene.discord, scene.discord.gateway
    gateway.interval = 2_000
    async with scene.bot():
        await discord.until(lambda: gateway.heartbeats >= 2)
        gateway.acknowledges = False
        last = time.monotonic()
        before = gateway.connections
        await discord.until(lambda: gateway.connections > before)
        assert time.monotonic() - last < 1.5 * gateway.interval / 1000 + 1.0  # and a second for the machine
        gateway.acknowledges = True
        await answers(scene)
        beats = gateway.heartbeats
        await discord.until(lambda: gateway.heartbeats >= beats + 3)
        assert gateway.connections == before + 1
