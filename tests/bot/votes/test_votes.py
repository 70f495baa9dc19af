"""Voting for papers of a post, and messages that follow the votes without a flood of edits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ui import custom_ids
from tests.bot.conftest import whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of
from tests.bot.jobs.makers import post_refresher

FIRST = f"t-{TODAY:%m%d}-1"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel with the post of today's list of three papers."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        await made.set_up()
        await made.tick()
        yield made


async def refresh(world: DailyWorld) -> None:
    """One run of a new refresher, as after a restart."""
    await post_refresher(world.bot).tick(world.clock())


def edits(world: DailyWorld) -> int:
    """How often the bot edited a message of the channel."""
    return sum(each.method == "PATCH" and "/messages/" in each.path for each in world.env.http_requests)


async def test_a_press_votes_and_a_second_one_removes_the_vote(world: DailyWorld) -> None:
    """Only the person sees it, and the post is updated."""
    [post] = world.channel.history()
    pressed = await world.member.click(post, custom_id=custom_ids.VOTE(FIRST))
    assert "You voted for Paper 1 of 24 November" in whispered(pressed).replace("**", "").replace("[", "")
    assert "1 vote in this server" in whispered(pressed)
    await refresh(world)
    assert "9 votes · 1 vote here" in world.posts()[0]
    await world.pass_time(minutes=1)
    pressed = await world.member.click(world.channel.history()[0], custom_id=custom_ids.VOTE(FIRST))
    assert "You removed your vote" in whispered(pressed)
    await refresh(world)
    assert "here" not in world.posts()[0]


async def test_votes_of_several_people_add_up(world: DailyWorld) -> None:
    """One each, and /trending of this server shows and weighs them."""
    [post] = world.channel.history()
    for person in (world.member, world.admin):
        await person.click(post, custom_id=custom_ids.VOTE(f"t-{TODAY:%m%d}-0"))
    await world.member.click(post, custom_id=custom_ids.VOTE(f"t-{TODAY:%m%d}-2"))
    assert await world.store.votes.totals(world.guild.id) == {f"t-{TODAY:%m%d}-0": 2, f"t-{TODAY:%m%d}-2": 1}
    shown = await world.member.slash(world.channel, "trending")
    assert shown.response is not None
    assert "5 votes and 2 votes in this server" in world.posts()[-1]


async def test_many_presses_make_one_edit(world: DailyWorld) -> None:
    """At most one edit in a set time, and the last count is shown."""
    [post] = world.channel.history()
    for _ in range(7):
        await world.member.click(post, custom_id=custom_ids.VOTE(FIRST))
        await refresh(world)
    assert edits(world) == 1
    await world.pass_time(seconds=world.bot.settings.daily.edit_seconds)
    await refresh(world)
    await refresh(world)
    assert edits(world) == 2
    assert "1 vote here" in world.posts()[0]


async def test_pending_edits_are_made_after_a_restart(world: DailyWorld) -> None:
    """The button still works, too."""
    await world.member.click(world.channel.history()[0], custom_id=custom_ids.VOTE(FIRST))
    await world.restart()
    await refresh(world)
    assert "1 vote here" in world.posts()[0]
    await world.admin.click(world.channel.history()[0], custom_id=custom_ids.VOTE(FIRST))
    await world.pass_time(minutes=1)
    await refresh(world)
    assert "2 votes here" in world.posts()[0]


async def test_the_sources_votes_are_followed_for_a_while(world: DailyWorld) -> None:
    """Compared once an hour; after some days the message no longer changes."""
    await world.library.add(list_of(TODAY, 5, 90, 1))
    await refresh(world)
    assert edits(world) == 0
    await world.pass_time(minutes=61)
    await refresh(world)
    assert "90 votes" in world.posts()[0]
    await world.pass_time(minutes=61)
    await refresh(world)
    assert edits(world) == 1, "nothing changed"
    await world.pass_time(days=world.bot.settings.daily.refresh_days)
    await world.library.add(list_of(TODAY, 5, 900, 1))
    await refresh(world)
    assert edits(world) == 1
    assert "90 votes" in world.posts()[0]


async def test_a_deleted_post_is_no_longer_edited(world: DailyWorld) -> None:
    """Discord is asked once."""
    [post] = world.channel.history()
    await world.member.click(post, custom_id=custom_ids.VOTE(FIRST))
    [request] = await world.store.daily_posts.outdated(world.clock(), 9)
    world.env.backend.delete_message(world.channel.id, post.id)
    await refresh(world)
    assert await world.store.daily_posts.get(request.id) is None


async def test_a_long_post_has_a_menu_to_vote(tmp_path: Path) -> None:
    """Twenty papers have no room for a button each."""
    async with daily_world(tmp_path, list_of(TODAY, *range(20))) as world:
        await world.set_up(papers=20)
        await world.tick()
        [post] = world.channel.history()
        chosen = await world.member.select(post, [FIRST], custom_id=custom_ids.VOTE_MENU())
        assert "1 vote in this server" in whispered(chosen)
        await refresh(world)
        assert "1 vote · 1 vote here" in world.posts()[0]
