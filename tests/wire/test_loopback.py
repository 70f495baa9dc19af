"""The loopback Discord itself: the real bot connects to it, is used by people, and breaks none of Discord's rules."""

from __future__ import annotations

import signal

from tests.wire.conftest import Scene


async def test_the_bot_answers_a_command_a_mention_and_a_press(scene: Scene) -> None:
    """A question by command and by mention, and a button of the answer."""
    discord = scene.discord
    async with scene.bot(forked=False) as bot:
        asked = await discord.slash(scene.ada, scene.channel_id, "ask", question="How many questions do owls answer?")
        assert "owls answer" in await discord.answer(asked)
        before = len(discord.world.posted(scene.channel_id))
        await discord.say(scene.ada, scene.channel_id, f"<@{discord.world.bot['id']}> How do owls hear mice?")
        await discord.until(lambda: len(discord.world.posted(scene.channel_id)) > before)
        trending = await discord.slash(scene.ada, scene.channel_id, "trending")
        await discord.answer(trending)
        typed = await discord.autocomplete(scene.ada, scene.channel_id, "paper", paper="owls and")
        await discord.answer(typed)
        bot.send(signal.SIGTERM)
        assert await bot.ended() == 0
    assert discord.rest.violations == []


async def test_a_killed_bot_is_gone_and_another_goes_on(scene: Scene) -> None:
    """What the tests of kills are made of: quick starts, and exit statuses."""
    discord = scene.discord
    for _ in range(2):
        async with scene.bot() as bot:
            asked = await discord.slash(scene.ada, scene.channel_id, "ask", question="How do owls hear mice?")
            await discord.answer(asked)
            await bot.kill()
            assert await bot.ended() == -signal.SIGKILL
