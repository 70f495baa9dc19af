"""How the bot starts: what is temporary is tried again, what is final ends it with one sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.wire.conftest import Scene
from tests.wire.faults import Fault, banned_by_cloudflare, lost_answer, rate_limited, server_error
from tests.wire.gateway import FATAL_CODES

EX_CONFIG = 78
PLACES = [("GET", "/users/@me"), ("GET", "/oauth2/applications/@me"), ("PUT", "*/commands"), ("GET", "/gateway/bot")]
TROUBLES: dict[str, Callable[[str, str], Fault]] = {
    "503": lambda method, path: server_error(method, path, 503),
    "Cloudflare": banned_by_cloudflare,
    "429": rate_limited,
    "global 429": lambda method, path: rate_limited(method, path, everywhere=True),
    "lost answer": lost_answer,
    "500": lambda method, path: server_error(method, path, 500),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_temporary_trouble_at_the_start_is_tried_again(scene: Scene, trouble: str) -> None:
    """At each request of the start in turn."""
    faults = [TROUBLES[trouble](method, path) for method, path in PLACES]
    scene.discord.rest.faults += faults
    async with scene.bot() as bot:
        assert [fault.met for fault in faults] == [1, 1, 1, 1]
        assert "Traceback" not in bot.log


@pytest.mark.parametrize("status", [503, 429])
async def test_a_handshake_that_fails_is_tried_again(scene: Scene, status: int) -> None:
    """Before the first session."""
    scene.discord.gateway.refused_handshakes.append(status)
    async with scene.bot():
        assert scene.discord.gateway.begun == 1


@pytest.mark.parametrize("code", sorted(FATAL_CODES))
async def test_a_final_close_code_ends_the_bot_with_one_sentence(scene: Scene, code: int) -> None:
    """And with a status after which systemd doesn't start it again."""
    scene.discord.gateway.on_identify.append(code)
    async with scene.bot(ready=False) as bot:
        assert await bot.ended() == EX_CONFIG
        assert "Traceback" not in bot.log
        [sentence] = [line for line in bot.log.splitlines() if " INFO " not in line and " WARNING " not in line]
        assert sentence.endswith(".")


@pytest.mark.parametrize("place", ["/users/@me", "/gateway/bot"])
async def test_a_refused_token_ends_the_bot_with_one_sentence(scene: Scene, place: str) -> None:
    """The fix says where to create a new one."""
    scene.discord.rest.faults.append(Fault("GET", place, 401, {"message": "401: Unauthorized", "code": 0}))
    async with scene.bot(ready=False) as bot:
        assert await bot.ended() == EX_CONFIG
        assert "Traceback" not in bot.log
        assert "Reset Token" in bot.log.splitlines()[-1]


async def test_a_wrong_setting_ends_the_bot_in_the_same_way(scene: Scene) -> None:
    """Starting again wouldn't help."""
    async with scene.bot(ready=False, DAILY_PAPERS_LOG__LEVEL="loud") as bot:
        assert await bot.ended() == EX_CONFIG
        assert "Traceback" not in bot.log


async def test_a_second_bot_with_the_same_folder_says_so_and_ends(scene: Scene) -> None:
    """The first one goes on; after a kill, the folder is free."""
    async with scene.bot() as first:
        async with scene.bot(ready=False) as second:
            assert await second.ended() == 1
            assert "Another bot is running" in second.log.splitlines()[-1]
        assert first.alive
    async with scene.bot():
        assert scene.discord.gateway.begun == 2
