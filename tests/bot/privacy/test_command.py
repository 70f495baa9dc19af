"""What people see, download and delete of their own data; servers that remove the bot."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.client import PaperBot
from bot.privacy.cards import confirm_card, deleted_card, privacy_card
from bot.privacy.guild_events import Servers
from bot.privacy.retention import forget_departed_servers
from bot.ui import discord_limits
from tests.bot.ask.test_commands import numbered
from tests.bot.conftest import World, seen, whispered
from tests.bot.daily_post.daily_world import FEED
from tests.bot.ui.card_samples import BIG

WORDS = "What is hardware-aware NAS?"


async def lived(world: World) -> None:
    """The member asks, votes, searches and saves, and so does somebody else."""
    await world.bot.library.add(numbered(12))
    for person in (world.member, world.admin):
        await person.slash(world.channel, "ask", question=WORDS)
        await person.click(world.last, label="Useful")
        await person.slash(world.channel, "search", words="quaternion")
        await person.slash(world.channel, "save", paper="2611.00001", note="my secret note")


async def test_without_records_the_card_says_so(world: World) -> None:
    """And has no buttons."""
    text = whispered(await world.member.slash(world.channel, "privacy"))
    assert "I don't store anything about you" in text
    assert "Delete" not in text


async def test_all_records_are_sent_as_a_file(world: World) -> None:
    """Counted by kind. The file has every record of the person and nobody else's."""
    await lived(world)
    result = await world.member.slash(world.channel, "privacy")
    text = whispered(result)
    for heading in ("questions and answers", "verdicts on answers", "searches", "saved papers"):
        assert f"{heading}: **1**" in text
    assert result.response is not None
    sent = await world.member.click(result.response, label="Get it as a file")
    whispered(sent)
    assert sent.response is not None
    [file] = sent.response.attachments
    told = json.loads(await file.read())
    assert told["user_id"] == str(world.member.id)
    assert told["questions and answers"][0]["question"] == WORDS
    assert told["saved papers"][0]["note"] == "my secret note"
    assert told["searches"][0]["text"] == "quaternion"
    assert str(world.admin.id) not in json.dumps(told)


async def test_deletion_is_confirmed_and_complete(world: World) -> None:
    """Nothing about the person is left, even after a restart. Others keep their records."""
    await lived(world)
    others = [list(await group.of_person(world.admin.id)) for _, group in world.bot.store.personal]
    result = await world.member.slash(world.channel, "privacy")
    shown = result.response
    assert shown is not None
    await world.restart()
    await world.member.click(shown, label="Delete everything")
    assert "Permanently delete 4 records about you?" in seen(shown)
    assert await world.bot.store.saved_papers.of_person(world.member.id)
    await world.member.click(shown, label="Delete permanently")
    assert "Deleted:** 4 records" in seen(shown)
    for heading, group in world.bot.store.personal:
        assert not await group.of_person(world.member.id), heading
    assert [list(await group.of_person(world.admin.id)) for _, group in world.bot.store.personal] == others
    assert "I don't store anything" in whispered(await world.member.slash(world.channel, "privacy"))


async def test_cancelling_deletes_nothing(world: World) -> None:
    """One press goes back."""
    await lived(world)
    result = await world.member.slash(world.channel, "privacy")
    shown = result.response
    assert shown is not None
    await world.member.click(shown, label="Delete everything")
    await world.member.click(shown, label="Cancel")
    assert "Nothing was deleted" in seen(shown)
    assert await world.bot.store.answers.of_person(world.member.id)


async def test_buttons_of_deleted_records_say_so(world: World) -> None:
    """Cards in the channel stay when their records are deleted."""
    await world.member.slash(world.channel, "ask", question=WORDS)
    await world.bot.store.forget_person(world.member.id)
    assert "I no longer have it" in whispered(await world.member.click(world.last, label="Paper"))


def test_the_cards_keep_discords_limits() -> None:
    """Whatever the numbers."""
    counts = {f"records of kind {number}": BIG for number in range(20)}
    for view in (privacy_card(counts, BIG), privacy_card({}, 365), confirm_card(counts), deleted_card(BIG)):
        discord_limits.check(view)


# --- servers -----------------------------------------------------------------------------------


async def furnished(world: World) -> None:
    """The server has a daily post and an answer."""
    await world.bot.store.daily_feeds.save(replace(FEED, guild_id=world.guild.id, channel_id=world.channel.id))
    await world.member.slash(world.channel, "ask", question=WORDS)


async def kept(world: World) -> bool:
    """Whether anything about the server is stored."""
    return world.guild.id in await world.bot.store.guilds()


async def leave(world: World) -> None:
    """The bot is removed from the server."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    await guild.leave()
    await world.env.settle()


async def test_a_server_that_removes_the_bot_is_forgotten_after_a_while(world: World) -> None:
    """Not before. The removal survives a restart, and its own record is deleted too."""
    await furnished(world)
    await leave(world)
    world.clock.move(days=world.bot.settings.privacy.left_server_days)
    await world.restart()
    await forget_departed_servers(world.bot, world.clock())
    assert await kept(world)
    world.clock.move(seconds=1)
    await forget_departed_servers(world.bot, world.clock())
    assert not await kept(world)
    assert await world.bot.store.departures.noted() == []


async def test_a_server_that_adds_the_bot_again_keeps_its_records(world: World) -> None:
    """The deletion is cancelled, and scheduled again by the next removal."""
    store, feed = world.bot.store, replace(FEED, guild_id=world.guild.id + (1 << 30), channel_id=77)
    await store.daily_feeds.save(feed)
    await store.departures.note(feed.guild_id, world.clock())  # in SimCord no server comes back under its number
    world.clock.move(days=world.bot.settings.privacy.left_server_days - 1)
    world.env.create_guild("Reading room", id=feed.guild_id)
    await world.env.settle()
    guild, servers = world.bot.get_guild(feed.guild_id), world.bot.get_cog("Servers")
    assert guild is not None
    assert isinstance(servers, Servers)
    await servers.on_guild_join(guild)  # SimCord says "available" instead
    assert await store.departures.noted() == []
    world.clock.move(days=2)
    assert await forget_departed_servers(world.bot, world.clock()) == []
    assert await store.daily_feeds.of_guild(feed.guild_id) == [feed]


async def test_a_removal_while_the_bot_was_offline_is_noticed(world: World) -> None:
    """There is no event, the server is just missing. Other servers aren't affected."""
    await furnished(world)
    gone = replace(FEED, guild_id=world.guild.id + 1, channel_id=77)
    await world.bot.store.daily_feeds.save(gone)
    await forget_departed_servers(world.bot, world.clock())
    assert await world.bot.store.departures.noted() == [gone.guild_id]
    world.clock.move(days=world.bot.settings.privacy.left_server_days, seconds=1)
    assert await forget_departed_servers(world.bot, world.clock()) == [gone.guild_id]
    assert await world.bot.store.guilds() == {world.guild.id}


async def test_a_return_while_the_bot_was_offline_is_noticed(world: World) -> None:
    """A server that the bot is in isn't forgotten."""
    await furnished(world)
    await world.bot.store.departures.note(world.guild.id, world.clock())
    world.clock.move(days=world.bot.settings.privacy.left_server_days + 1)
    assert await forget_departed_servers(world.bot, world.clock()) == []
    assert await kept(world)


async def test_servers_of_other_shards_are_not_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with one of two shards doesn't see the other half."""
    monkeypatch.setattr(world.bot, "shard_count", 2)
    monkeypatch.setattr(world.bot, "shard_ids", [0])
    for shard in (0, 1):
        await world.bot.store.daily_feeds.save(replace(FEED, guild_id=(1_000 + shard) << 22, channel_id=shard + 1))
    await forget_departed_servers(world.bot, world.clock())
    assert await world.bot.store.departures.noted() == [1_000 << 22]


async def test_nothing_is_forgotten_before_the_list_of_servers_is_known(world: World) -> None:
    """A bot that is still connecting doesn't know its servers."""
    await furnished(world)
    away = PaperBot(world.bot.settings, world.bot.library, world.bot.store, world.clock)
    assert await forget_departed_servers(away, world.clock()) == []
    assert await world.bot.store.departures.noted() == []
