"""The loopback Discord itself: the real bot connects to it, is used by people, and breaks none of Discord's rules."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.wire.bot_process import ForkServer
from tests.wire.conftest import Scene


async def test_the_bot_answers_a_command_a_mention_and_a_press(scene: Scene) -> None:
    """A question by command and by mention, and a button of the answer."""
    discord = scene.discord
    async with scene.bot() as bot:
        asked = await discord.slash(scene.ada, scene.channel_id, "ask", question="How many questions do owls answer?")
        assert "owls answer" in await discord.answer(asked)
        before = len(discord.world.posted(scene.channel_id))
        await discord.say(scene.ada, scene.channel_id, f"<@{discord.world.bot['id']}> What do owls answer?")
        await discord.until(lambda: len(discord.world.posted(scene.channel_id)) > before)
        trending = await discord.slash(scene.ada, scene.channel_id, "trending")
        await discord.answer(trending)
        typed = await discord.autocomplete(scene.ada, scene.channel_id, "paper", paper="owls and")
        await discord.answer(typed)
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
    assert discord.rest.violations == []


async def test_a_forked_bot_is_killed_and_another_goes_on(scene: Scene, tmp_path: Path) -> None:
    """What the tests of kills are made of: quick starts, a moved clock, and exit statuses."""
    discord = scene.discord
    clock = scene.folder / "clock"
    clock.write_text("0", encoding="utf-8")
    environment = discord.environment | {"WIRE_CLOCK": str(clock), "WIRE_PACE": "0.1"}
    async with ForkServer.open(tmp_path) as forks:
        for begun in range(2):
            bot = await forks.start(scene.folder, environment)
            await scene.until_ready(bot, begun)
            asked = await discord.slash(scene.ada, scene.channel_id, "ask", question="What do owls answer?")
            await discord.answer(asked)
            await bot.kill()
            assert await bot.ended() == -signal.SIGKILL
