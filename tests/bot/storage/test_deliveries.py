"""Deliveries: what is claimed is claimed once, and what is settled stays settled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.storage import Store
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, PostContents, Status
from retrieval.database import Location
from retrieval.english import Text

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
LATER = NOW + timedelta(hours=1)
CHANNEL = 2


def post(name: str = "2026-11-24", *papers: str, day: date = DAY, channel: int = CHANNEL, rules: str = "") -> Claim:
    """The claim of a list for a channel."""
    return post_claim(channel, 1, name, day, PostContents(papers, rules=rules))


async def claimed(store: Store, claim: Claim | None = None, at: datetime = NOW) -> Delivery:
    """A claim that must succeed."""
    delivery = await store.deliveries.claim(claim or post(), at)
    assert delivery is not None
    return delivery


async def names(store: Store) -> set[str]:
    """The lists that the channel has had."""
    return await store.deliveries.names(DeliveryKind.POST, CHANNEL)


async def test_a_list_is_claimed_once_for_a_channel(store: Store) -> None:
    """On another day too; another channel gets it."""
    await claimed(store)
    assert await store.deliveries.claim(post(day=DAY + timedelta(days=1)), NOW) is None
    await claimed(store, post(channel=5))


async def test_a_day_is_claimed_once_for_a_channel(store: Store) -> None:
    """Two processes that see different lists still make one post for the day."""
    await claimed(store, post("2026-11-23"))
    assert await store.deliveries.claim(post(), NOW) is None


async def test_kinds_and_targets_are_independent(store: Store) -> None:
    """The same name and day for a channel's post, its recap, and a person's mail with the same id."""
    await claimed(store)
    for kind in (DeliveryKind.MAIL, DeliveryKind.RECAP):
        await claimed(store, Claim(kind, CHANNEL, "2026-11-24", for_day=DAY))


@pytest.mark.parametrize("same", ["name", "day", "paper"])
async def test_one_of_many_claims_at_once_succeeds(store: Store, database: Location, same: str) -> None:
    """However many processes claim together."""
    days = [DAY if same == "day" else DAY + timedelta(days=n) for n in range(10)]
    claims = [
        post("same" if same == "name" else f"list-{n}", "a" if same == "paper" else f"own-{n}", day=day)
        for n, day in enumerate(days)
    ]
    async with Store.open(database) as other:
        tries = [each.deliveries.claim(claim, NOW) for claim, each in zip(claims, (store, other) * 5, strict=True)]
        won = [delivery for delivery in await asyncio.gather(*tries) if delivery is not None]
    assert len(won) == 1
    assert len(await store.daily_posts.papers_posted(CHANNEL)) == 1


async def test_a_confirmed_delivery_is_settled(store: Store) -> None:
    """Its message is known, its name and day stay taken."""
    delivery = await claimed(store)
    assert await store.deliveries.days(DeliveryKind.POST, CHANNEL, DAY) == {DAY}
    sent = await store.deliveries.confirm(delivery, 99, NOW)
    assert sent == replace(delivery, status=Status.SENT, message_id=99, settled_at=NOW)
    assert await store.deliveries.get(DeliveryKind.POST, delivery.number) == sent
    assert await store.deliveries.named(DeliveryKind.POST, CHANNEL, "2026-11-24") == sent
    assert await store.deliveries.unfinished(DeliveryKind.POST, LATER, timedelta()) == []
    assert await names(store) == {"2026-11-24"}


async def test_a_released_delivery_frees_its_name_and_day_after_a_while(store: Store) -> None:
    """Not before ``retry_at``; its number isn't used again."""
    delivery = await claimed(store)
    await store.deliveries.settle(delivery, Status.RELEASED, Text("I lack a permission."), NOW, LATER)
    assert await store.deliveries.days(DeliveryKind.POST, CHANNEL, DAY) == set()
    assert await names(store) == set()
    assert await store.deliveries.claim(post(), LATER - timedelta(seconds=1)) is None
    assert await store.deliveries.claim(post("another list"), LATER - timedelta(seconds=1)) is None
    [row] = await store.deliveries.recent(DeliveryKind.POST, CHANNEL, 5)
    assert (row.status, row.reason) == (Status.RELEASED, "I lack a permission.")
    again = await claimed(store, at=LATER)
    assert again.number != delivery.number
    assert await store.deliveries.recent(DeliveryKind.POST, CHANNEL, 5) == [again]


@pytest.mark.parametrize("status", [Status.DROPPED, Status.UNKNOWN, Status.WAITING])
async def test_whatever_is_not_released_stays_taken(store: Store, status: Status) -> None:
    """A refused mail, a message that may be there, one that waits for a retry."""
    await store.deliveries.settle(await claimed(store), status, Text("no"), NOW, LATER)
    assert await store.deliveries.claim(post(), LATER + timedelta(days=9)) is None
    assert await names(store) == {"2026-11-24"}


async def test_a_paper_is_claimed_once_for_a_channel(store: Store) -> None:
    """On whatever list it comes back; a claim that fails takes nothing; another channel gets the paper."""
    first = await claimed(store, post("2026-11-23", "a", "b", rules="#cs.CL"))
    assert first.payload == PostContents(("a", "b"), rules="#cs.CL")
    tomorrow = DAY + timedelta(days=1)
    assert await store.deliveries.claim(post("2026-11-24", "c", "b", day=tomorrow), NOW) is None
    assert await names(store) == {"2026-11-23"}
    assert await store.daily_posts.papers_posted(CHANNEL) == {"a", "b"}
    await claimed(store, post("2026-11-24", "c", "b", day=tomorrow, channel=5))
    await claimed(store, post("2026-11-24", "c", day=tomorrow))


async def test_a_released_delivery_frees_its_papers_and_a_sent_one_never(store: Store) -> None:
    """A refusal that comes late frees nothing."""
    first = await claimed(store, post("2026-11-24", "a", "b"))
    await store.deliveries.settle(first, Status.RELEASED, Text("no"), NOW)
    assert await store.daily_posts.papers_posted(CHANNEL) == set()
    again = await claimed(store, post("another list", "b", "a"))
    await store.deliveries.confirm(again, 99, NOW)
    await store.deliveries.settle(again, Status.RELEASED, Text("no"), NOW)
    assert await store.daily_posts.papers_posted(CHANNEL) == {"a", "b"}
    assert await names(store) == {"another list"}


async def test_one_process_takes_over_an_open_delivery(store: Store, database: Location) -> None:
    """The previous sender can no longer settle it, except by confirming that it has arrived."""
    delivery = await claimed(store)
    async with Store.open(database) as other:
        tries = [each.deliveries.take_over(delivery, LATER) for each in (store, other) * 5]
        [taken] = [each for each in await asyncio.gather(*tries) if each is not None]
    assert taken == replace(delivery, tried_at=LATER, tries=2)
    assert await store.deliveries.settle(delivery, Status.RELEASED, Text("no"), LATER) == delivery
    assert not await store.deliveries.hand_over(delivery, LATER)
    assert await store.deliveries.get(DeliveryKind.POST, delivery.number) == taken
    assert (await store.deliveries.confirm(delivery, 99, LATER)).status is Status.SENT


async def test_unfinished_are_those_left_open_and_those_whose_retry_is_due(store: Store) -> None:
    """Only of the kind; nothing that somebody is sending at the moment."""
    lease = timedelta(minutes=2)
    left = await claimed(store)
    await claimed(store, Claim(DeliveryKind.RECAP, CHANNEL, "week"))
    waiting = await claimed(store, post(channel=5))
    waiting = await store.deliveries.settle(waiting, Status.WAITING, Text("later"), NOW, LATER)
    assert await store.deliveries.unfinished(DeliveryKind.POST, NOW + timedelta(minutes=1), lease) == []
    assert await store.deliveries.unfinished(DeliveryKind.POST, NOW + lease, lease) == [left]
    assert await store.deliveries.unfinished(DeliveryKind.POST, LATER, lease) == [left, waiting]


async def test_recent_deliveries_are_the_targets_own_newest_first(store: Store) -> None:
    """And no more than asked for."""
    for age in range(3):
        await claimed(store, post(f"list-{age}", day=DAY + timedelta(days=age)))
    await claimed(store, post(channel=5))
    assert [row.name for row in await store.deliveries.recent(DeliveryKind.POST, CHANNEL, 2)] == ["list-2", "list-1"]
    since = DAY + timedelta(days=1)
    assert await store.deliveries.days(DeliveryKind.POST, CHANNEL, since) == {since, DAY + timedelta(days=2)}


async def test_old_deliveries_are_forgotten_unless_they_are_unfinished(store: Store) -> None:
    """Only of the kind, and claimed before the given time."""
    mail = await claimed(store, Claim(DeliveryKind.MAIL, 9, "a", for_day=DAY))
    await claimed(store)
    assert await store.deliveries.forget_kind(DeliveryKind.MAIL, LATER) == 0
    await store.deliveries.settle(mail, Status.UNKNOWN, Text("lost"), NOW)
    assert await store.deliveries.forget_kind(DeliveryKind.MAIL, NOW) == 0
    assert await store.deliveries.forget_kind(DeliveryKind.MAIL, LATER) == 1
    assert await names(store) == {"2026-11-24"}


async def test_a_thread_is_found_by_its_paper_and_by_its_id(store: Store) -> None:
    """In its own server."""
    thread = await claimed(store, Claim(DeliveryKind.THREAD, 1, "2407.06723", 1))
    await store.deliveries.confirm(thread, 77, NOW)
    assert await store.deliveries.name_of(DeliveryKind.THREAD, 1, 77) == "2407.06723"
    assert await store.deliveries.name_of(DeliveryKind.THREAD, 2, 77) is None
    await store.deliveries.remove(thread)
    assert await store.deliveries.named(DeliveryKind.THREAD, 1, "2407.06723") is None
