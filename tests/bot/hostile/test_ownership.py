"""Ids in buttons, menus and forms can be forged; what they name is shown only to those who could see it anyway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from bot.storage.answers import AnswerRecord
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.link_cards import WHOLE_SERVER
from bot.ui import custom_ids
from tests.bot.conftest import World
from tests.bot.hostile.forger import MENU, Forger, answer_to, fields

SECRET = "How large is the bandwidth of quaternions?"


async def asked(world: World, **options: bool) -> AnswerRecord:
    """The stored answer to the secret question of the administrator."""
    await world.admin.slash(world.channel, "ask", question=SECRET, **options)
    [record] = await world.bot.store.answers.of_person(world.admin.id)
    return record


BUTTONS: list[Callable[[int], str]] = [
    custom_ids.OTHER_QUOTES,
    custom_ids.ANSWER_PAPER,
    custom_ids.ANSWER_SIMILAR,
    custom_ids.ANSWER_WHY,
    custom_ids.ANSWER_CONTEXT,
    custom_ids.ANSWER_SHARE,
    custom_ids.ANSWER_REPORT,
    lambda answer: custom_ids.FEEDBACK("useful", answer),
]


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_private_answer_is_nobody_elses(world: World, button: Callable[[int], str]) -> None:
    """As if it didn't exist."""
    record = await asked(world, private=True)
    assert record.id is not None
    stranger = await Forger.of(world)
    said = answer_to(await stranger.press(button(record.id)))
    assert "I no longer have it" in said
    assert "bandwidth" not in said


async def test_nor_can_others_report_it_or_continue_it(world: World) -> None:
    """Forms carry ids too."""
    record = await asked(world, private=True)
    assert record.id is not None
    assert record.message_id is not None
    stranger = await Forger.of(world)
    form = fields({"fault": ["other"], "comment": "mine"})
    assert "I no longer have it" in answer_to(await stranger.submit(custom_ids.REPORT_FORM(record.id), form))
    assert not await world.bot.store.reports.all()
    form = fields({"question": "And what else do they say?"})
    await stranger.submit(custom_ids.QUESTION_FORM(record.message_id, ""), form)
    [follow_up] = await world.bot.store.answers.of_person(stranger.actor.id)
    assert SECRET not in [turn.question for turn in follow_up.history]


async def test_a_public_answer_belongs_to_its_channel(world: World) -> None:
    """There everybody can press; from another channel nobody can, because it may be closed to them."""
    record = await asked(world)
    assert record.id is not None
    here, elsewhere = await Forger.of(world), await Forger.of(world, channel=world.guild.create_text_channel("other"))
    assert "I no longer have it" not in answer_to(await here.press(custom_ids.ANSWER_WHY(record.id)))
    assert "I no longer have it" in answer_to(await elsewhere.press(custom_ids.ANSWER_WHY(record.id)))


async def test_a_strangers_private_search_is_not_shown(world: World) -> None:
    """What somebody looks for among their saved papers, or would follow, is theirs."""
    await world.admin.slash(world.channel, "saved", words="bandwidth")
    stranger = await Forger.of(world)
    for forged in (custom_ids.SEARCH_PAGE(1, 0), custom_ids.SAVED_PAGE(1, "", 0), custom_ids.FOLLOW_TEXT(1)):
        assert "bandwidth" not in answer_to(await stranger.press(forged))
    owner = await Forger.of(world, world.admin)
    assert "bandwidth" in answer_to(await owner.press(custom_ids.SEARCH_PAGE(1, 0)))


async def test_a_search_in_a_channel_is_turned_only_there(world: World) -> None:
    """Everybody there saw it."""
    await world.admin.slash(world.channel, "search", words="quaternion")
    here, elsewhere = await Forger.of(world), await Forger.of(world, channel=world.guild.create_text_channel("other"))
    assert "too old" not in answer_to(await here.press(custom_ids.SEARCH_PAGE(1, 0)))
    assert "too old" in answer_to(await elsewhere.press(custom_ids.SEARCH_PAGE(1, 0)))


def a_feed(world: World, guild_id: int, channel_id: int) -> DailyFeed:
    """Another server's daily post, with rules of its own."""
    day = frozenset(range(7))
    return DailyFeed(
        guild_id, channel_id, time(6), "UTC", 3, 0, day, WhenEmpty.SILENT, False, 1, world.clock(), rules="bandwidth"
    )


async def test_another_servers_set_up_is_neither_shown_nor_changed(world: World) -> None:
    """A menu's choice names a channel; Discord offers those of the server, a forger any."""
    other = world.env.create_guild("Elsewhere")
    theirs = a_feed(world, other.id, other.create_text_channel("theirs").id)
    feeds = world.bot.store.daily_feeds
    await feeds.save(theirs)
    await world.admin.slash(world.channel, "setup")
    forger = await Forger.of(world, world.admin)
    for menu in ("channel", "discussions"):
        result = await forger.press(custom_ids.SETUP_MENU(menu, 1), [str(theirs.channel_id)], kind=MENU)
        assert "I don't find that channel in this server" in answer_to(result)
        assert "bandwidth" not in answer_to(result)
    draft = await feeds.draft(1)
    assert draft is not None
    assert draft.channel_id == world.channel.id
    assert await world.bot.store.discussions.place(world.guild.id) is None
    assert await feeds.get(theirs.channel_id) == theirs


async def test_another_servers_unsaved_settings_are_as_good_as_expired(world: World) -> None:
    """The buttons of both screens name a draft by a number that a forger can count up to."""
    other = world.env.create_guild("Elsewhere")
    theirs = a_feed(world, other.id, other.create_text_channel("theirs").id)
    feeds = world.bot.store.daily_feeds
    number = await feeds.save_draft(theirs)
    forger = await Forger.of(world, world.admin)
    for forged in (custom_ids.DAILY_DRAFT("save", number), custom_ids.SETUP("save", number)):
        assert "These settings have expired" in answer_to(await forger.press(forged))
    assert await feeds.get(theirs.channel_id) is None


COMMANDS = (
    *("setup", "status", "discussions", "links on", "links off"),
    *("daily status", "daily preview", "daily pause", "daily resume", "daily remove"),
)


@pytest.mark.parametrize("command", COMMANDS)
async def test_administrative_commands_check_the_right_themselves(world: World, command: str) -> None:
    """A forged command doesn't come through Discord's own check."""
    await world.bot.store.daily_feeds.save(a_feed(world, world.guild.id, world.channel.id))
    before = await world.bot.store.daily_feeds.get(world.channel.id)
    member = await Forger.of(world)
    assert "You need the permission **Manage Server**" in answer_to(await member.command(command, {}))
    assert await world.bot.store.daily_feeds.get(world.channel.id) == before
    assert not await world.bot.store.link_cards.wanted(world.guild.id, WHOLE_SERVER)
