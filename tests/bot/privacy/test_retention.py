"""What is deleted, and when."""

from __future__ import annotations

from datetime import timedelta

from bot.privacy.retention import delete_expired
from bot.storage.conversations import FreshStart
from bot.storage.deliveries import Claim, DeliveryKind
from bot.storage.paper_changes import ChangeKind, PaperChange, PaperState
from tests.bot.conftest import World, whispered


async def test_old_answers_are_forgotten_and_their_buttons_say_so(world: World) -> None:
    """After the set time an answer is gone; newer ones stay."""
    await world.member.slash(world.channel, "ask", question="How much does CacheGen reduce bandwidth usage?")
    old = world.last
    world.clock.move(days=world.bot.settings.chat.keep_days - 1)
    await world.member.slash(world.channel, "ask", question="What is hardware-aware NAS?")
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 0
    world.clock.move(days=2)
    assert await delete_expired(world.bot.store, world.bot.settings, world.clock()) == 1
    assert "too old" in whispered(await world.member.click(old, label="Paper"))
    assert "Architecture Search" in whispered(await world.member.click(world.last, label="Paper"))


async def test_codes_are_deleted_after_a_day_and_mails_after_a_while(world: World) -> None:
    """An address that was never confirmed isn't kept."""
    store, now = world.bot.store, world.clock()
    await store.inbox_codes.keep(3, "ada@example.org", "0" * 16, b"salt", b"digest", now)
    mail = await store.deliveries.claim(Claim(DeliveryKind.MAIL, 3, "2026-11-24", for_day=now.date()), now)
    assert mail is not None
    await store.deliveries.confirm(mail, None, now)
    world.clock.move(hours=23)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert len(await store.inbox_codes.of_person(3)) == 1
    world.clock.move(hours=1)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert (await store.inbox_codes.of_person(3), len(await store.deliveries.of_person(3))) == ([], 1)
    world.clock.time += timedelta(days=world.bot.settings.chat.keep_days)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert await store.deliveries.of_person(3) == []


async def test_ended_conversations_and_shown_links_are_deleted(world: World) -> None:
    """When they no longer matter, and not before."""
    store = world.bot.store
    await store.conversations.begin_afresh(FreshStart(world.member.id, world.channel.id, None, world.clock()))
    await store.link_cards.claim(1, 2, "2407.06723", world.clock(), world.clock())
    world.clock.move(hours=world.bot.settings.chat.link_card_hours)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert not await store.link_cards.claim(1, 2, "2407.06723", world.clock(), world.clock() - timedelta(days=30))
    world.clock.move(seconds=1)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert await store.link_cards.claim(1, 2, "2407.06723", world.clock(), world.clock() - timedelta(days=30))
    assert await store.conversations.begun(world.member.id, world.channel.id) is not None
    world.clock.move(days=world.bot.settings.chat.keep_days)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert await store.conversations.begun(world.member.id, world.channel.id) is None


async def test_paper_changes_are_deleted_after_the_set_time(world: World) -> None:
    """And not before."""
    store, now = world.bot.store, world.clock()
    change = PaperChange("2407.06723", ChangeKind.VERSION, 2, now)
    await store.paper_changes.record(PaperState("2407.06723", 2, False, False), [change], now)
    for days, left in ((world.bot.settings.chat.keep_days, 1), (1, 0)):
        world.clock.move(days=days)
        await delete_expired(store, world.bot.settings, world.clock())
        assert len(await store.paper_changes.since(["2407.06723"], now - timedelta(days=1))) == left
