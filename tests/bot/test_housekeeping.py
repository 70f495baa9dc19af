"""What is forgotten, and what not."""

from __future__ import annotations

from bot.housekeeping import tidy
from tests.bot.conftest import World, whispered


async def test_old_answers_are_forgotten_and_their_buttons_say_so(world: World) -> None:
    """After the set time an answer is gone; newer ones stay."""
    await world.member.slash(world.channel, "ask", question="How much does CacheGen reduce bandwidth usage?")
    old = world.last
    world.clock.move(days=world.bot.settings.chat.keep_days - 1)
    await world.member.slash(world.channel, "ask", question="What is hardware-aware NAS?")
    assert await tidy(world.bot) == 0
    world.clock.move(days=2)
    assert await tidy(world.bot) == 1
    assert "too old" in whispered(await world.member.click(old, label="Paper"))
    assert "Architecture Search" in whispered(await world.member.click(world.last, label="Paper"))
