"""Follows and alerts in the database: each person's own, a paper sent once, and claims that only one process gets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import Store
from bot.storage.alerts import FollowMatch, alert_claim
from bot.storage.deliveries import Delivery, DeliveryKind, Status
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from retrieval.english import Text
from retrieval.errors import InvalidInput
from tests.databases import Databases

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ADA, BOB = 3, 4
OWLS = Follow(ADA, "owls", 5, NOW)
DAILY = Follower(ADA, Frequency.DAILY, 0, 9, "UTC", NOW)


async def followed(store: Store, follow: Follow = OWLS) -> int:
    """Follow something; the id."""
    kept = await store.follows.add(follow, 25)
    await store.follows.set_follower(replace(DAILY, user_id=follow.user_id))
    assert kept.id is not None
    return kept.id


async def find(store: Store, follow_id: int, *papers: str, user_id: int = ADA) -> int:
    """Record papers found for a follow; how many are new."""
    found = [FollowMatch(user_id, paper, follow_id, "owls", NOW) for paper in papers]
    return await store.alerts.record(found, await store.alerts.seen() + 1)


async def claimed(store: Store, period: str = "2026-11-24", user_id: int = ADA) -> tuple[Delivery, list[str]]:
    """A claim that must succeed, and its papers."""
    alert = await store.deliveries.claim(alert_claim(user_id, period), NOW)
    assert alert is not None
    return alert, [each.paper_id for each in await store.alerts.papers_of(alert.id)]


async def test_a_follow_is_stored(store: Store) -> None:
    """All fields survive."""
    made = await store.follows.add(OWLS, 25)
    assert replace(made, id=None) == OWLS
    assert await store.follows.of(ADA) == [made]
    assert await store.follows.of(BOB) == []


async def test_a_removed_follow_can_be_added_again_or_restored(store: Store) -> None:
    """Not both: the same search is followed once."""
    old = await followed(store)
    await store.follows.remove(ADA, old, NOW)
    await followed(store)
    with pytest.raises(InvalidInput, match="already follow this again"):
        await store.follows.restore(ADA, old, 25)
    with pytest.raises(InvalidInput, match="already"):
        await store.follows.add(OWLS, 25)


async def test_simultaneous_presses_follow_once(store: Store) -> None:
    """One of them adds it."""
    made = await asyncio.gather(*(store.follows.add(OWLS, 25) for _ in range(8)), return_exceptions=True)
    assert [type(each) for each in made].count(Follow) == 1
    assert len(await store.follows.of(ADA)) == 1


async def test_nobody_changes_what_others_follow(store: Store) -> None:
    """Every statement checks the owner."""
    mine = await followed(store)
    assert await store.follows.get(BOB, mine) is None
    assert await store.follows.change(BOB, mine, "mice") is None
    assert await store.follows.pause(BOB, mine, paused=True) is None
    assert await store.follows.remove(BOB, mine, NOW) is None
    assert await store.follows.restore(BOB, mine, 25) is None
    assert [each.text for each in await store.follows.of(ADA)] == ["owls"]


async def test_a_claim_takes_all_waiting_papers_once(store: Store) -> None:
    """One for each person and period. The next period has what came since."""
    mine = await followed(store)
    assert await find(store, mine, "a", "b") == 2
    assert await find(store, mine, "a", "b") == 0
    assert (await claimed(store))[1] == ["a", "b"]
    assert await find(store, mine, "b", "c") == 1
    assert await store.deliveries.claim(alert_claim(ADA, "2026-11-24"), NOW) is None
    assert [each.paper_id for each in await store.alerts.waiting(ADA)] == ["c"]
    assert (await claimed(store, "2026-11-25"))[1] == ["c"]
    assert await store.deliveries.claim(alert_claim(ADA, "2026-11-26"), NOW) is None


async def test_one_of_simultaneous_claims_succeeds(store: Store) -> None:
    """The first one to get the write lock, whatever the period's name."""
    mine = await followed(store)
    await find(store, mine, "a")
    periods = ["2026-11-24", "2026-11-24", "2026-11-25", "2026-11-26"]
    claims = await asyncio.gather(*(store.deliveries.claim(alert_claim(ADA, period), NOW) for period in periods))
    assert sum(claim is not None for claim in claims) == 1


async def test_papers_of_a_refused_message_wait_again(store: Store) -> None:
    """A released claim no longer counts. A confirmed one is never released."""
    mine = await followed(store)
    await find(store, mine, "a")
    alert, _ = await claimed(store)
    await store.deliveries.settle(alert, Status.RELEASED, Text("closed"), NOW)
    again, papers = await claimed(store)
    assert papers == ["a"]
    await store.deliveries.confirm(again, 99, NOW)
    await store.deliveries.settle(again, Status.RELEASED, Text("late"), NOW)
    assert await store.alerts.waiting(ADA) == []
    last = await store.deliveries.named(DeliveryKind.ALERT, ADA, "2026-11-24")
    assert last is not None
    assert (last.status, last.message_id) == (Status.SENT, 99)


async def test_a_paper_of_two_follows_is_sent_once(store: Store) -> None:
    """Even if one of them is paused: the paper isn't sent again when it is resumed."""
    owls, night = await followed(store), await followed(store, replace(OWLS, text="night"))
    await find(store, owls, "a")
    await find(store, night, "a")
    await store.follows.pause(ADA, night, paused=True)
    assert len((await claimed(store))[1]) == 2
    await store.follows.pause(ADA, night, paused=False)
    assert await store.alerts.waiting(ADA) == []
    assert await store.deliveries.claim(alert_claim(ADA, "2026-11-25"), NOW) is None


async def test_recipients_are_people_who_accept_messages(store: Store) -> None:
    """With their schedule, and since when a paper waits."""
    mine = await followed(store)
    bobs = await followed(store, replace(OWLS, user_id=BOB))
    await find(store, mine, "a")
    await find(store, bobs, "a", user_id=BOB)
    await store.follows.close(BOB, NOW)
    assert await store.alerts.recipients() == [(DAILY, NOW)]
    await store.follows.pause(ADA, mine, paused=True)
    assert await store.alerts.recipients() == []
    await store.follows.reopen(BOB)
    assert [each.user_id for each, _ in await store.alerts.recipients()] == [BOB]


async def test_closed_messages_are_reported_once(store: Store) -> None:
    """Simultaneous commands report it once. A second refusal before that changes nothing."""
    await followed(store)
    assert not await store.follows.claim_notice(ADA)
    await store.follows.close(ADA, NOW)
    assert sum(await asyncio.gather(*(store.follows.claim_notice(ADA) for _ in range(5)))) == 1
    await store.follows.close(ADA, NOW + timedelta(days=1))
    assert not await store.follows.claim_notice(ADA)
    await store.follows.release_notice(ADA)
    assert await store.follows.claim_notice(ADA)
    assert await store.follows.reopen(ADA)
    assert not await store.follows.reopen(ADA)


async def test_old_messages_are_deleted_with_their_papers(store: Store) -> None:
    """Open ones aren't: their outcome is still unknown."""
    mine = await followed(store)
    await find(store, mine, "a")
    alert, _ = await claimed(store)
    tomorrow = NOW + timedelta(days=1)
    assert await store.alerts.forget(tomorrow) == 0
    await store.deliveries.confirm(alert, 9, NOW)
    assert await store.alerts.forget(NOW) == 0
    assert await store.alerts.forget(tomorrow) == 1
    assert await store.deliveries.forget_kind(DeliveryKind.ALERT, tomorrow) == 1
    assert await store.alerts.waiting(ADA) == []


_STEPS = st.lists(st.sampled_from(["find a", "find b", "claim", "release", "confirm", "give up"]), max_size=14)


@settings(max_examples=25, deadline=None)  # each with a database of its own
@given(_STEPS)
async def test_whatever_happens_a_paper_is_in_one_message(databases: Databases, steps: list[str]) -> None:
    """A paper waits, is in one message that may be there, or both were refused; never in two."""
    with databases.fresh() as database:
        async with Store.open(database) as store:
            mine, day, last = await followed(store), 0, None
            for step in steps:
                match step.split():
                    case ["find", paper]:
                        await find(store, mine, paper)
                    case ["claim"]:
                        day += 1
                        last = await store.deliveries.claim(alert_claim(ADA, f"day {day}"), NOW) or last
                    case ["release"] if last:
                        await store.deliveries.settle(last, Status.RELEASED, Text("no"), NOW)
                    case ["confirm"] if last:
                        await store.deliveries.confirm(last, 9, NOW)
                    case ["give", _] if last:
                        await store.deliveries.settle(last, Status.UNKNOWN, Text("unknown"), NOW)
                    case _:
                        pass
            everything = await store.alerts.of_person(ADA)
            papers = [each.paper_id for each in everything]
            assert len(papers) == len(set(papers))
            assert set(papers) == {step[5:] for step in steps if step.startswith("find")}
