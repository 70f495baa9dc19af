"""``/daily`` as an administrator uses it, in a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import discord
import pytest

from bot.daily_post.feed_cards import feeds_card
from bot.daily_post.notice_cards import empty_day_line
from bot.daily_post.service import FeedHistory
from bot.interactions.options import parse_weekdays, parse_zone, zone_label, zones_like
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.deliveries import Status
from bot.storage.schedule import EVERY_DAY
from bot.ui.discord_limits import check
from retrieval.errors import InvalidInput
from tests.bot.conftest import seen, whispered
from tests.bot.daily_post.daily_world import (
    FEED,
    TODAY,
    DailyWorld,
    answer,
    daily_world,
    delivery,
    list_of,
    saved_feed,
    use_daily,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A server without a daily post, and a list of three papers for today. The time is 08:00 UTC."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        yield made


# --- setting up --------------------------------------------------------------------------------


async def test_the_preview_is_posted_after_save(world: DailyWorld) -> None:
    """The post goes out at the time shown and looks like the preview."""
    preview, proposal = await use_daily(world, "set", channel=world.channel, time="08:30")
    assert "Every day at 08:30" in seen(proposal)
    moment = world.clock() + timedelta(minutes=30)
    assert f"<t:{int(moment.timestamp())}:F>" in seen(proposal)
    assert f"<t:{int(moment.timestamp())}:R>" in seen(proposal)
    assert "In UTC, that's Tuesday, 24 November, 08:30." in seen(proposal)
    assert "Nothing changes until you press Save" in seen(proposal)
    pressed = await world.admin.click(proposal, label="Save")
    assert pressed.acknowledged
    assert (await saved_feed(world)).time == time(8, 30)
    await world.tick()
    assert world.posts() == []
    await world.pass_time(minutes=30)
    await world.tick()
    assert world.posts() == [seen(preview)]


async def test_nothing_is_saved_until_save_is_pressed(world: DailyWorld) -> None:
    """Neither the preview nor Cancel saves anything. Cancel removes the buttons."""
    _, proposal = await use_daily(world, "set", channel=world.channel)
    await world.admin.click(proposal, label="Cancel")
    assert await world.store.daily_feeds.get(world.channel.id) is None
    assert "Nothing was changed" in seen(proposal)


async def test_every_option_is_saved(world: DailyWorld) -> None:
    """The saved settings are the options, with who saved them and when."""
    _, proposal = await use_daily(
        world,
        "set",
        channel=world.channel,
        time="21:05",
        zone="europe/berlin",
        papers=2,
        minimum_votes=5,
        weekdays="mon,wed",
        when_empty="say",
    )
    assert "Monday and Wednesday at 21:05** (Europe/Berlin), up to 2 papers with at least 5 votes" in seen(proposal)
    await world.admin.click(proposal, label="Save")
    assert await saved_feed(world) == DailyFeed(
        guild_id=world.guild.id,
        channel_id=world.channel.id,
        time=time(21, 5),
        zone="Europe/Berlin",
        papers=2,
        minimum_votes=5,
        weekdays=frozenset({0, 2}),
        when_empty=WhenEmpty.SAY,
        paused=False,
        changed_by=world.admin.id,
        changed_at=world.clock(),
    )


async def test_options_left_out_keep_their_value(world: DailyWorld) -> None:
    """The first time they take the operator's defaults; later they don't change."""
    _, proposal = await use_daily(world, "set", channel=world.channel, papers=3)
    await world.admin.click(proposal, label="Save")
    first = await saved_feed(world)
    assert (first.time, first.zone, first.papers, first.weekdays) == (time(9, 0), "UTC", 3, EVERY_DAY)
    _, proposal = await use_daily(world, "set", channel=world.channel, time="10:00")
    await world.admin.click(proposal, label="Save")
    assert ((await saved_feed(world)).time, (await saved_feed(world)).papers) == (time(10, 0), 3)


async def test_save_works_after_a_restart(world: DailyWorld) -> None:
    """The draft is in the database; the button carries its id."""
    _, proposal = await use_daily(world, "set", channel=world.channel)
    await world.restart()
    await world.admin.click(proposal, label="Save")
    assert (await saved_feed(world)).time == time(9, 0)


async def test_a_time_that_has_passed_today_means_tomorrow(world: DailyWorld) -> None:
    """Nothing is posted right after saving."""
    _, proposal = await use_daily(world, "set", channel=world.channel, time="07:00")
    assert "Wednesday, 25 November, 07:00" in seen(proposal)
    await world.admin.click(proposal, label="Save")
    await world.tick()
    assert world.posts() == []


async def test_announcement_channels_are_supported(world: DailyWorld) -> None:
    """The option accepts text and announcement channels."""
    news = world.guild.create_news_channel("news")
    await world.env.settle()
    _, proposal = await use_daily(world, "set", channel=news, time="08:00")
    await world.admin.click(proposal, label="Save")
    await world.tick()
    assert len(news.history()) == 1


async def test_without_a_matching_paper_there_is_no_preview(world: DailyWorld) -> None:
    """No paper has a thousand votes, but the settings can be saved."""
    proposal = await answer(world, "set", channel=world.channel, minimum_votes=1000)
    assert "nothing to preview right now" in proposal


async def test_when_empty_offers_labels(world: DailyWorld) -> None:
    """People choose a sentence; the setting's value is what Discord sends."""
    [command] = [each for each in await world.bot.tree.fetch_commands() if each.name == "daily"]
    [group] = [each for each in command.options if each.name == "set"]
    assert isinstance(group, discord.app_commands.AppCommandGroup)
    [option] = [each for each in group.options if each.name == "when_empty"]
    assert isinstance(option, discord.app_commands.Argument)
    assert [(each.name, each.value) for each in option.choices] == [
        ("Skip the day", "silent"),
        ("Post a notice", "say"),
        ("Wait, then post a notice", "wait"),
    ]


async def test_a_preview_without_a_channel_uses_the_servers_only_daily_post(world: DailyWorld) -> None:
    """If the current channel has none, the preview starts from the settings of the channel that has one."""
    other = world.guild.create_text_channel("other")
    await world.env.settle()
    await world.set_up(channel_id=other.id, minimum_votes=6)
    text = await answer(world, "preview")
    assert f"Preview for <#{other.id}>" in text
    assert "1 of 3 papers" in text


# --- refusals ----------------------------------------------------------------------------------


async def test_the_command_is_hidden_from_members(world: DailyWorld) -> None:
    """Discord shows /daily only to people who manage the server."""
    assert not [name for name in world.member.available_commands(world.channel) if name.startswith("daily")]
    with pytest.raises(Exception, match="daily"):
        await world.member.slash(world.channel, "daily status")


async def test_command_permissions_of_the_server_decide_who_can_save(world: DailyWorld) -> None:
    """They are checked when the command is used and again when a button is pressed."""
    [command] = [each for each in await world.bot.tree.fetch_commands() if each.name == "daily"]
    everyone = world.guild.default_role
    world.guild.set_command_permissions(command, {everyone: True})
    _, proposal = await use_daily(world, "set", world.member, channel=world.channel)
    world.guild.set_command_permissions(command, {everyone: True, world.member: False})
    refused = await world.member.click(proposal, label="Save")
    assert refused.response is not None
    assert "Manage Server" in seen(refused.response)
    assert await world.store.daily_feeds.get(world.channel.id) is None
    world.guild.set_command_permissions(command, {everyone: False, world.member: True})
    await world.member.click(proposal, label="Save")
    assert (await saved_feed(world)).changed_by == world.member.id


async def test_save_checks_the_permission_when_it_is_pressed(world: DailyWorld) -> None:
    """Someone who has lost Manage Server can't save."""
    _, proposal = await use_daily(world, "set", channel=world.channel)
    world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.clear()
    pressed = await world.admin.click(proposal, label="Save")
    assert pressed.response is not None
    assert "Manage Server" in seen(pressed.response)
    assert await world.store.daily_feeds.get(world.channel.id) is None


async def test_missing_permissions_are_named(world: DailyWorld) -> None:
    """The error names the permissions and the channel."""
    everyone = world.guild.default_role
    closed = world.guild.create_text_channel(
        "closed",
        overwrites={everyone: discord.PermissionOverwrite(send_messages=False, read_message_history=False)},
    )
    await world.env.settle()
    text = await answer(world, "set", channel=closed)
    assert "#closed" in text
    assert "**Send Messages**, **Read Message History**" in text


@pytest.mark.parametrize(
    ("option", "typed", "says"),
    [
        ("time", "25:00", "like 09:00 or 21:30"),
        ("time", "half past nine", "“half past nine” isn't a time"),
        ("zone", "Berlin", "Europe/Berlin"),
        ("zone", "Gondor", "I don't recognise the time zone “Gondor”"),
        ("weekdays", "mon,someday", "names like mon,wed,fri"),
    ],
)
async def test_invalid_values_are_explained(world: DailyWorld, option: str, typed: str, says: str) -> None:
    """The error says what was typed and what works."""
    assert says in await answer(world, "set", None, channel=world.channel, **{option: typed})
    assert await world.store.daily_feeds.get(world.channel.id) is None


# --- autocomplete ------------------------------------------------------------------------------------


async def test_zones_and_weekdays_are_autocompleted(world: DailyWorld) -> None:
    """Any part of a zone's name finds it."""
    offered = await world.admin.autocomplete(world.channel, "daily set", "zone", "new yor", channel=world.channel)
    assert [choice["value"] for choice in offered] == ["America/New_York"]
    offered = await world.admin.autocomplete(world.channel, "daily set", "weekdays", "", channel=world.channel)
    assert [choice["value"] for choice in offered] == ["Every day", "Monday to Friday", "mon,wed,fri"]


def test_at_most_25_zones_are_offered() -> None:
    """That's Discord's limit. Places that start with the text come first."""
    assert len(zones_like("")) == 25
    assert zones_like("berl")[0] == "Europe/Berlin"
    assert zones_like("localtime") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Every day", {0, 1, 2, 3, 4, 5, 6}),
        ("  monday TO friday ", {0, 1, 2, 3, 4}),
        ("mon,wed,fri", {0, 2, 4}),
        ("Tuesday and Thursday", {1, 3}),
        ("sa su", {5, 6}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("Weekend", {5, 6}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon – Wed, Sat", {0, 1, 2, 5}),
        ("fri to mon", {0, 4, 5, 6}),
        ("montag", {0}),
        ("dienstag und donnerstag", {1, 3}),
        ("lundi et jeudi", {0, 3}),
        ("miércoles", {2}),
    ],
)
def test_weekdays_can_be_written_in_several_ways(text: str, days: set[int]) -> None:
    """Full names, short names, ranges, commas, spaces, "and"; other languages' names too."""
    assert parse_weekdays(text) == days


@pytest.mark.parametrize("text", ["", " , ", "t", "s,m", "funday"])
def test_ambiguous_weekdays_are_refused(text: str) -> None:
    """A letter that could be two days isn't guessed."""
    with pytest.raises(InvalidInput, match="Every day"):
        parse_weekdays(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("GMT+2", "Etc/GMT-2"),
        ("utc +2", "Etc/GMT-2"),
        ("UTC+02:00", "Etc/GMT-2"),
        ("UTC-5", "Etc/GMT+5"),
        ("+0", "UTC"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("Etc/GMT+2", "Etc/GMT+2"),
    ],
)
def test_an_offset_is_the_one_that_is_meant(text: str, zone: str) -> None:
    """IANA's names for offsets have the opposite sign; only somebody who types such a name means it."""
    assert parse_zone(text) == zone
    assert zones_like(text)[0] == zone
    assert zone_label("Etc/GMT-2") == "UTC+2"


# --- pause, resume, remove, status -------------------------------------------------------------


async def test_pause_and_resume(world: DailyWorld) -> None:
    """Nothing is posted while paused. Resuming waits for the next time."""
    await world.set_up()
    assert "Paused" in await answer(world, "pause")
    await world.tick()
    assert world.posts() == []
    await world.pass_time(hours=1)
    assert (resumed := await answer(world, "resume")).startswith("**Resumed:** ")
    assert "Wednesday, 25 November, 08:00" in resumed
    await world.tick()
    assert world.posts() == []
    await world.library.add(list_of(TODAY + timedelta(days=1), 7))
    await world.pass_time(hours=23)
    await world.tick()
    assert len(world.posts()) == 1


async def test_remove(world: DailyWorld) -> None:
    """Nothing is posted afterwards, and there is nothing left to remove."""
    await world.set_up()
    assert "Removed the daily post from" in await answer(world, "remove", channel=world.channel)
    await world.tick()
    assert world.posts() == []
    assert "has no daily post" in await answer(world, "remove", channel=world.channel)


async def test_status_shows_the_latest_posts_and_errors(world: DailyWorld) -> None:
    """With links to posts, reasons of errors, and the next time."""
    await world.set_up()
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035, message="Invalid Form Body")
    await world.tick()
    assert "not posted: Discord refused it: Invalid Form Body" in await answer(world, "status")
    await world.pass_time(hours=1)
    await world.tick()
    text = await answer(world, "status", channel=world.channel)
    message = world.channel.last_message
    assert message is not None
    assert f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id}" in text
    assert "In UTC, that's Wednesday, 25 November, 08:00." in text


@pytest.mark.parametrize("channels", [1, 6, 7, 50])
def test_the_status_of_many_channels_fits_in_a_message(channels: int) -> None:
    """Channels that don't fit are counted."""
    feed = replace(FEED, zone="America/Argentina/ComodRivadavia", minimum_votes=50, weekdays=frozenset({0, 2, 3, 5}))
    moment = feed.changed_at
    refused = delivery(Status.RELEASED, reason="No. " * 100)
    card = feeds_card(
        [FeedHistory(replace(feed, channel_id=10**18 + n), moment, [refused] * 3) for n in range(channels)]
    )
    check(card)
    text = "\n".join(item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay))
    left = channels - text.count("### ")
    assert left < channels
    assert ("more channel" in text) == (left > 0)
    assert left == 0 or str(left) in text


def test_many_short_statuses_fit_in_a_message() -> None:
    """Here the limit is the number of components, not the text."""
    feed = replace(FEED, paused=True, papers=1, when_empty=WhenEmpty.SAY)
    card = feeds_card([FeedHistory(replace(feed, channel_id=n), None, []) for n in range(40)])
    check(card)
    text = "\n".join(item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay))
    assert f"{40 - text.count('### ')} more channels" in text


def test_dates_have_no_leading_zero() -> None:
    """In the notice, the status and the next post."""
    day, moment = date(2026, 3, 3), datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert empty_day_line(day) == "No new papers for Tuesday, 3 March 2026"
    posted = delivery(Status.SENT, day, message_id=3)
    card = feeds_card([FeedHistory(FEED, moment, [posted])])
    text = "\n".join(item.content for item in card.walk_children() if isinstance(item, discord.ui.TextDisplay))
    assert "In UTC, that's Tuesday, 3 March, 09:00." in text
    assert "-# 3 March 2026" in text


async def test_with_several_channels_one_must_be_chosen(world: DailyWorld) -> None:
    """Unless the command is used in one of them, or there is only one."""
    others = [world.guild.create_text_channel(name) for name in ("one", "two")]
    await world.env.settle()
    for other in others:
        await world.set_up(channel_id=other.id)
    assert "Several channels have a daily post" in await answer(world, "pause")
    assert "Paused" in await answer(world, "pause", channel=others[0])
    assert "Daily posts" in await answer(world, "status")


async def test_without_a_daily_post_commands_lead_to_setup(world: DailyWorld) -> None:
    """Status with a button, pause, resume and remove in words."""
    for command in ("status", "pause", "resume", "remove"):
        assert "/setup" in await answer(world, command)
    status = await world.admin.slash(world.channel, "daily status")
    assert status.response is not None
    opened = await world.admin.click(status.response, label="Set up the daily post")
    assert f"Set up a daily post in <#{world.channel.id}>" in whispered(opened)
