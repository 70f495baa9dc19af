"""``/setup`` as an administrator uses it, in a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.daily_post.post_card import post_card
from bot.server_setup.setup_card import ServerOptions, SetupScreen, add_test_note, setup_card
from bot.storage.daily_feeds import WhenEmpty
from bot.storage.deliveries import DeliveryKind
from bot.storage.test_posts import TestPost
from bot.ui.discord_limits import check
from retrieval.trending.score import rank
from tests.bot.conftest import seen
from tests.bot.daily_post.daily_world import FEED, START, TODAY, DailyWorld, daily_world, list_of, saved_feed
from tests.bot.jobs.makers import sweeper_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A server without a daily post, and a list of three papers for today. The time is 08:00 UTC."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        yield made


async def open_screen(world: DailyWorld, who: simcord.MemberActor | None = None, **options: object) -> Any:
    """Use /setup and return the screen, which only this person sees."""
    result = await (who or world.admin).slash(world.channel, "setup", **options)
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


def menu_id(screen: Any, what: str) -> str:
    """The custom id of one of the screen's menus."""
    found = [
        child.custom_id
        for item in screen.message.components
        for child in descendants(item)
        if f":{what}:" in str(getattr(child, "custom_id", ""))
    ]
    assert len(found) == 1
    return found[0]


def descendants(component: Any) -> list[Any]:
    """A component and those inside it."""
    return [component, *(each for child in getattr(component, "children", ()) for each in descendants(child))]


async def choose(world: DailyWorld, screen: Any, what: str, value: Any) -> simcord.InteractionResult:
    """Choose a value in a menu of the screen."""
    return await world.admin.select(screen, [value], custom_id=menu_id(screen, what))


async def submit_time(world: DailyWorld, screen: Any, **values: str) -> simcord.InteractionResult:
    """Submit the form for time, zone and days."""
    shown = await world.admin.click(screen, label="Time, zone and days")
    return await world.admin.submit_modal(shown, {"time": "09:00", "zone": "UTC", "days": "Every day"} | values)


async def submit_rules(world: DailyWorld, screen: Any, **values: str) -> simcord.InteractionResult:
    """Submit the form for rules."""
    shown = await world.admin.click(screen, label="Rules")
    return await world.admin.submit_modal(shown, {"rules": "", "votes": "0"} | values)


async def test_both_forms_work_over_a_restart(world: DailyWorld) -> None:
    """They change the draft whose screen opened them."""
    screen = await open_screen(world)
    for label, values in (
        ("Time, zone and days", {"time": "21:30", "zone": "UTC", "days": "mon"}),
        ("Rules", {"rules": "question", "votes": "3"}),
    ):
        form = await world.admin.click(screen, label=label)
        await world.restart()
        await world.admin.submit_modal(form, values)
    assert "Monday at 21:30" in seen(screen)
    assert "`question`" in seen(screen)


# --- the screen --------------------------------------------------------------------------------


async def test_every_setting_is_on_the_screen_and_saved_by_save(world: DailyWorld) -> None:
    """Each choice is shown immediately, and none applies before Save."""
    screen = await open_screen(world)
    assert f"Set up a daily post in <#{world.channel.id}>" in seen(screen)
    await choose(world, screen, "papers", "2")
    assert "up to 2 papers" in seen(screen)
    await choose(world, screen, "empty", "say")
    await submit_time(world, screen, time="21:30", zone="europe/berlin", days="mon, wed")
    assert "Monday and Wednesday at 21:30** (Europe/Berlin), up to 2 papers" in seen(screen)
    await submit_rules(world, screen, rules="question -survey", votes="3")
    assert "`question -survey`" in seen(screen)
    assert "at least 3 votes" in seen(screen)
    await choose(world, screen, "order", "own")
    assert "This server's votes count in the ranking." in seen(screen)
    assert await world.store.daily_feeds.get(world.channel.id) is None
    await world.admin.click(screen, label="Save")
    assert "**Saved:**" in seen(screen)
    feed = await saved_feed(world)
    assert (feed.rules, feed.minimum_votes, feed.server_votes) == ("question -survey", 3, True)
    assert (feed.time, feed.zone, feed.weekdays) == (time(21, 30), "Europe/Berlin", frozenset({0, 2}))
    assert (feed.papers, feed.when_empty, feed.changed_by) == (2, WhenEmpty.SAY, world.admin.id)


async def test_waiting_has_a_default_and_can_be_set(world: DailyWorld) -> None:
    """It must end after the post; a time that's too early is refused."""
    screen = await open_screen(world)
    await choose(world, screen, "empty", "wait")
    assert "wait until 12:00" in seen(screen)
    await submit_time(world, screen, until="15:30")
    assert "wait until 15:30" in seen(screen)
    refused = await submit_time(world, screen, until="08:00")
    assert refused.response is not None
    assert "must be later than the time of the post" in seen(refused.response)
    await choose(world, screen, "empty", "silent")
    await submit_time(world, screen, time="23:00")
    await choose(world, screen, "empty", "wait")
    assert "wait until 23:59" in seen(screen)


async def test_the_draft_can_be_previewed_on_recent_lists(world: DailyWorld) -> None:
    """As with /daily preview, before anything is saved."""
    screen = await open_screen(world)
    await choose(world, screen, "papers", "1")
    tried = await world.admin.click(screen, label="Preview on recent lists")
    [shown] = tried.followups or [tried.response]
    assert shown is not None
    assert shown.ephemeral
    assert "Paper 1 of 24 November" in seen(shown)


async def test_the_place_of_discussions_applies_immediately(world: DailyWorld) -> None:
    """A forum, a channel, or the channel where Discuss is pressed."""
    forum = world.guild.create_forum_channel("papers-forum")
    await world.env.settle()
    screen = await open_screen(world)
    assert "Discussions open in the channel where someone presses Discuss." in seen(screen)
    await choose(world, screen, "discussions", forum)
    assert f"Discussions open in <#{forum.id}>." in seen(screen)
    assert await world.store.discussions.place(world.guild.id) == forum.id
    await world.admin.select(screen, [], custom_id=menu_id(screen, "discussions"))
    assert await world.store.discussions.place(world.guild.id) is None


async def test_permissions_missing_for_discussions_are_named(world: DailyWorld) -> None:
    """As soon as the channel is chosen."""
    mute = discord.PermissionOverwrite(create_public_threads=False)
    closed = world.guild.create_text_channel("mute", overwrites={world.guild.default_role: mute})
    await world.env.settle()
    screen = await open_screen(world)
    await choose(world, screen, "discussions", closed)
    assert f"in <#{closed.id}>. I'm missing **Create Public Threads** there" in seen(screen)


async def test_link_cards_are_turned_on_and_off_immediately(world: DailyWorld) -> None:
    """The screen shows the state, and that whoever runs the bot has to allow it too."""
    screen = await open_screen(world)
    assert "Links to papers stay as they are." in seen(screen)
    await world.admin.click(screen, label="Turn link cards on")
    assert "Links to papers become cards in this server." in seen(screen)
    assert "I can't read messages yet" in seen(screen)
    assert await world.store.link_cards.wanted(world.guild.id, world.channel.id)
    await world.restart()
    await world.admin.click(screen, label="Turn link cards off")
    assert not await world.store.link_cards.wanted(world.guild.id, world.channel.id)


async def test_cancel_changes_nothing(world: DailyWorld) -> None:
    """And removes the buttons."""
    screen = await open_screen(world)
    await world.admin.click(screen, label="Cancel")
    assert seen(screen) == "The daily post wasn't changed."
    assert await world.store.daily_feeds.get(world.channel.id) is None


async def test_the_screen_works_after_a_restart(world: DailyWorld) -> None:
    """The draft is in the database; the controls carry its id."""
    screen = await open_screen(world)
    await world.restart()
    await choose(world, screen, "papers", "7")
    await submit_time(world, screen, time="10:15")
    await world.admin.click(screen, label="Save")
    assert ((await saved_feed(world)).papers, (await saved_feed(world)).time) == (7, time(10, 15))


async def test_switching_the_channel(world: DailyWorld) -> None:
    """A channel without a daily post takes the draft. One that has a daily post shows its own settings."""
    fresh, settled = world.guild.create_text_channel("fresh"), world.guild.create_text_channel("settled")
    await world.env.settle()
    await world.store.daily_feeds.save(replace(world.feed, channel_id=settled.id, papers=3, time=time(6, 0)))
    screen = await open_screen(world, channel=world.channel)
    await choose(world, screen, "papers", "4")
    await choose(world, screen, "channel", fresh)
    assert f"Set up a daily post in <#{fresh.id}>" in seen(screen)
    assert "up to 4 papers" in seen(screen)
    await choose(world, screen, "channel", settled)
    assert f"Change the daily post in <#{settled.id}>" in seen(screen)
    assert "at 06:00** (UTC), up to 3 papers" in seen(screen)
    await world.admin.click(screen, label="Save")
    assert [feed.channel_id for feed in await world.store.daily_feeds.of_guild(world.guild.id)] == [settled.id]


async def test_the_screen_opens_with_the_servers_only_daily_post(world: DailyWorld) -> None:
    """In any channel. A paused one is resumed by Save."""
    other = world.guild.create_text_channel("other")
    await world.env.settle()
    await world.set_up(channel_id=other.id, paused=True, papers=9)
    screen = await open_screen(world)
    assert f"Change the daily post in <#{other.id}>" in seen(screen)
    await world.admin.click(screen, label="Save")
    assert not (await saved_feed(world, other.id)).paused


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("time", "25:00", "like 09:00 or 21:30"),
        ("zone", "Berlin", "Europe/Berlin"),
        ("days", "someday", "names like mon,wed,fri"),
    ],
)
async def test_invalid_values_in_a_form_are_explained(world: DailyWorld, field: str, typed: str, says: str) -> None:
    """Only to this person, and the screen doesn't change."""
    screen = await open_screen(world)
    before = seen(screen)
    result = await submit_time(world, screen, **{field: typed})
    assert result.response is not None
    assert result.response.ephemeral
    assert says in seen(result.response)
    assert seen(screen) == before


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("rules", "votes:>many", "votes:>many"),
        ("votes", "ten", "Enter a number from 0"),
        ("votes", "²", "Enter a number"),
    ],
)
async def test_invalid_rules_are_explained(world: DailyWorld, field: str, typed: str, says: str) -> None:
    """The mistake is pointed at, and the screen doesn't change."""
    screen = await open_screen(world)
    before = seen(screen)
    result = await submit_rules(world, screen, **{field: typed})
    assert result.response is not None
    assert result.response.ephemeral
    assert says in seen(result.response)
    assert seen(screen) == before


async def test_missing_permissions_are_shown_and_refused_by_save(world: DailyWorld) -> None:
    """The screen and the error name the permission."""
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: silent})
    await world.env.settle()
    screen = await open_screen(world)
    await choose(world, screen, "channel", closed)
    assert "I'm missing **Send Messages** in that channel." in seen(screen)
    for button in ("Save", "Test post"):
        refused = await world.admin.click(screen, label=button)
        assert refused.response is not None
        assert "missing permissions in #closed: **Send Messages**" in seen(refused.response)
    assert await world.store.daily_feeds.get(closed.id) is None


async def test_command_permissions_of_the_server_decide_who_can_use_setup(world: DailyWorld) -> None:
    """A role that the server allows can set up and save."""
    assert "setup" not in world.member.available_commands(world.channel)
    command = await setup_command(world)
    world.guild.set_command_permissions(command, {world.guild.default_role: True})
    screen = await open_screen(world, world.member)
    await world.member.click(screen, label="Save")
    assert (await saved_feed(world)).changed_by == world.member.id


async def test_an_open_screen_checks_the_permission_at_each_press(world: DailyWorld) -> None:
    """Someone who lost access can't save; people who manage the server can."""
    command = await setup_command(world)
    world.guild.set_command_permissions(command, {world.guild.default_role: True})
    theirs, managers = await open_screen(world, world.member), await open_screen(world)
    world.guild.set_command_permissions(command, {world.guild.default_role: False})
    refused = await world.member.click(theirs, label="Save")
    assert refused.response is not None
    assert "Manage Server" in seen(refused.response)
    assert await world.store.daily_feeds.get(world.channel.id) is None
    await world.admin.click(managers, label="Save")
    await saved_feed(world)


async def setup_command(world: DailyWorld) -> discord.app_commands.AppCommand:
    """/setup, as Discord knows it."""
    [command] = [each for each in await world.bot.tree.fetch_commands() if each.name == "setup"]
    return command


async def test_a_save_over_somebody_elses_later_change_is_refused(world: DailyWorld) -> None:
    """Two screens: the second one to be saved would wipe what the first one changed."""
    first, second = await open_screen(world), await open_screen(world)
    await choose(world, first, "papers", "2")
    await world.pass_time(minutes=1)
    await world.admin.click(first, label="Save")
    refused = await world.admin.click(second, label="Save")
    assert refused.response is not None
    assert f"<@{world.admin.id}> changed this daily post meanwhile" in seen(refused.response)
    feed = await world.store.daily_feeds.get(world.channel.id)
    assert feed is not None
    assert feed.papers == 2


async def test_a_save_after_a_removal_is_refused(world: DailyWorld) -> None:
    """An old screen doesn't bring back what was removed."""
    await world.set_up()
    screen = await open_screen(world)
    await world.admin.slash(world.channel, "daily remove")
    refused = await world.admin.click(screen, label="Save")
    assert refused.response is not None
    assert "have expired" in seen(refused.response)
    assert await world.store.daily_feeds.get(world.channel.id) is None


async def test_a_screen_expires_with_its_draft(world: DailyWorld) -> None:
    """After a week."""
    screen = await open_screen(world)
    await world.store.daily_feeds.forget_guild(world.guild.id)
    pressed = await world.admin.click(screen, label="Save")
    assert pressed.response is not None
    assert "have expired. Use `/daily set` or `/setup` again." in seen(pressed.response)


# --- the test post -----------------------------------------------------------------------------


async def test_a_test_post_is_deleted_after_a_minute(world: DailyWorld) -> None:
    """It looks like the post, is marked as a test, and isn't recorded as a post."""
    screen = await open_screen(world)
    await choose(world, screen, "papers", "1")
    await world.admin.click(screen, label="Test post")
    [text] = world.posts()
    assert "Paper 1 of 24 November" in text
    assert "Test post by" in text
    assert "Sent a test post to" in seen(screen)
    sweeper = sweeper_of(world.bot)
    await world.pass_time(seconds=59)
    await sweeper.tick(world.clock())
    assert len(world.posts()) == 1
    await world.pass_time(seconds=1)
    await sweeper.tick(world.clock())
    assert world.posts() == []
    assert await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 9) == []


async def test_a_test_post_is_deleted_after_a_restart(world: DailyWorld) -> None:
    """Its message id is in the database."""
    await world.admin.click(await open_screen(world), label="Test post")
    await world.restart()
    await world.pass_time(hours=3)
    await sweeper_of(world.bot).tick(world.clock())
    assert world.posts() == []


async def test_a_test_post_deleted_by_someone_else_is_forgotten(world: DailyWorld) -> None:
    """There is nothing left to do."""
    await world.store.test_posts.keep(TestPost(4242, world.channel.id, world.guild.id, world.clock()))
    await sweeper_of(world.bot).tick(world.clock())
    assert await world.store.test_posts.due(world.clock()) == []


async def test_deleting_a_test_post_is_retried_for_a_day(world: DailyWorld) -> None:
    """While Discord is down."""
    await world.admin.click(await open_screen(world), label="Test post")
    sweeper = sweeper_of(world.bot)
    for _ in range(2):
        await world.pass_time(minutes=2)
        world.env.inject_error("DELETE", "/channels/*/messages/*", status=400, code=0, message="Down")
        await sweeper.tick(world.clock())
        assert len(await world.store.test_posts.due(world.clock())) == 1
    await world.pass_time(days=2)
    world.env.inject_error("DELETE", "/channels/*/messages/*", status=400, code=0, message="Down")
    await sweeper.tick(world.clock())
    assert await world.store.test_posts.due(world.clock()) == []


async def test_without_papers_there_is_no_test_post(tmp_path: Path) -> None:
    """The error says why."""
    async with daily_world(tmp_path, list_of(TODAY - timedelta(days=30), 1)) as world:
        result = await world.admin.click(await open_screen(world), label="Test post")
        assert world.posts() == []
        assert any("nothing to preview right now" in seen(message) for message in result.followups)


# --- limits ------------------------------------------------------------------------------------


def test_the_screen_fits_discords_limits() -> None:
    """With every setting at its longest."""
    feed = replace(
        FEED,
        channel_id=10**18,
        zone="America/Argentina/ComodRivadavia",
        minimum_votes=50,
        weekdays=frozenset({0, 2, 3, 5}),
        rules="x" * 500,
        when_empty=WhenEmpty.WAIT,
        wait_until=time(23, 59),
        server_votes=True,
    )
    missing = ", ".join(["**Read Message History**"] * 3)
    server = ServerOptions(links=True, links_state="x" * 900, discussions=10**18, missing=missing)
    check(setup_card(SetupScreen(10**9, feed, START, saved=True, server=server, missing=missing, news="x" * 500)))


@pytest.mark.parametrize("papers", range(1, 26))
def test_a_test_post_with_its_note_fits_discords_limits(papers: int) -> None:
    """If there's no room, the note is left out, not a paper."""
    ranked = rank(list_of(date(2026, 11, 24), *range(papers)), START)
    card = post_card(TODAY, ranked, 0, papers)
    add_test_note(card, "-# " + "A test. " * 12)
    check(card)


async def test_a_setup_in_a_hurry_is_never_told_to_slow_down(tmp_path: Path) -> None:
    """Only questions cool down: the command, its forms, both previews and Save don't count, nor does what they show."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1), chat={"questions": 1, "per_seconds": 600}) as world:
        screen = await open_screen(world)
        await submit_rules(world, screen)
        await submit_time(world, screen)
        tested = await world.admin.click(screen, label="Test post")
        previewed = await world.admin.click(screen, label="Preview on recent lists")
        saved = await world.admin.click(screen, label="Save")
        status = await world.admin.slash(world.channel, "status")
        for result in (tested, previewed, saved, status):
            assert all("Slow down" not in seen(each) for each in (result.response, *result.followups) if each)
        assert await world.store.daily_feeds.get(world.channel.id) is not None
        await world.admin.slash(world.channel, "ask", question="What is studied?")
        refused = await world.admin.slash(world.channel, "search", words="question")
        assert "Slow down" in seen(refused.response)
