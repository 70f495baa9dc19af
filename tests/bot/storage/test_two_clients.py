"""Two processes at once: what each of them may do alone, both together may do once, in every database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.storage import Store, saved_papers
from bot.storage.alerts import FollowMatch, alert_claim
from bot.storage.daily_posts import ShownPost, post_claim
from bot.storage.deliveries import DeliveryKind, PostContents, Status
from bot.storage.follows import Follow, Follower
from bot.storage.inbox_codes import BY_PERSON, TO_MAILBOX, TRIES
from bot.storage.paper_changes import ChangeKind, PaperChange, PaperState
from bot.storage.reports import Fault, Report
from bot.storage.saved_papers import SavedPaper
from bot.storage.schedule import Frequency
from retrieval.database import Location
from retrieval.english import Text
from retrieval.errors import InvalidInput
from tests.bot.storage.test_store import ANSWER, FEED

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
ADA, GUILD, CHANNEL = 3, 1, 2
T = TypeVar("T")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers wait for each other as long as it takes on a busy machine: in what order isn't what is tested."""
    monkeypatch.setattr("bot.storage.PATIENCE", 60.0)


@pytest.fixture
async def stores(store: Store, database: Location) -> AsyncIterator[tuple[Store, Store]]:
    """The stores of two processes over one database."""
    async with Store.open(database) as other:
        yield store, other


async def together(
    stores: tuple[Store, Store], call: Callable[[Store, int], Awaitable[T]], times: int = 10
) -> list[T | None]:
    """The results of calls at the same time from both processes; ``None`` where one was refused."""

    async def one(number: int) -> T | None:
        try:
            return await call(stores[number % 2], number)
        except InvalidInput:
            return None

    return list(await asyncio.gather(*(one(number) for number in range(times))))


def done(results: Sequence[Any]) -> int:
    """How many calls weren't refused and didn't return something false."""
    return sum(bool(each) for each in results)


async def test_follows_up_to_the_limit(stores: tuple[Store, Store]) -> None:
    """Adding and restoring: a limit of one holds even where there is no row to lock yet."""
    store = stores[0]
    assert done(await together(stores, lambda each, n: each.follows.add(Follow(ADA, f"owls {n}", 0, NOW), 1))) == 1
    [first] = await store.follows.of(ADA)
    assert first.id is not None
    removed = [first.id]
    for text in ("mice", "cats"):
        await store.follows.remove(ADA, removed[-1], NOW)
        added = await store.follows.add(Follow(ADA, text, 0, NOW), 1)
        assert added.id is not None
        removed.append(added.id)
    await store.follows.remove(ADA, removed[-1], NOW)
    assert done(await together(stores, lambda each, n: each.follows.restore(ADA, removed[n % 3], 1))) == 1
    assert len(await store.follows.of(ADA)) == 1


async def test_saves_up_to_the_limit_and_each_paper_once(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same paper at once is saved once; different ones up to the limit."""
    monkeypatch.setattr(saved_papers, "MOST_SAVES", 2)
    same = await together(stores, lambda each, _: each.saved_papers.keep(SavedPaper(ADA, "a", "L", "", (), NOW)))
    assert sum(new for _, new in filter(None, same)) == 1
    await together(stores, lambda each, n: each.saved_papers.keep(SavedPaper(ADA, f"b{n}", "L", "", (), NOW)))
    assert len(await stores[0].saved_papers.of_list(ADA)) == 2


async def test_codes_up_to_the_limits_and_each_used_once(stores: tuple[Store, Store]) -> None:
    """To a mailbox, by a person; attempts at one code; and its use."""

    def to_one(store: Store, number: int) -> Awaitable[int]:
        return store.inbox_codes.keep(number, "a@example.org", "0" * 16, b"salt", b"digest", NOW)

    def by_one(store: Store, number: int) -> Awaitable[int]:
        return store.inbox_codes.keep(ADA, "a@example.org", f"{number:016}", b"salt", b"digest", NOW)

    assert done(await together(stores, to_one)) == TO_MAILBOX
    codes = [code for code in await together(stores, by_one) if code is not None]
    assert len(codes) <= BY_PERSON
    assert done(await together(stores, lambda each, _: each.inbox_codes.attempt(ADA, NOW))) == TRIES
    assert done(await together(stores, lambda each, _: each.inbox_codes.use_up(max(codes)))) == 1


async def test_an_even_number_of_presses_leaves_nothing(stores: tuple[Store, Store]) -> None:
    """A verdict and a vote are taken back by the same press again, and none is refused."""
    answer_id = await stores[0].answers.record(ANSWER)
    verdicts = await together(stores, lambda each, _: each.feedback.set(answer_id, ADA, True, NOW))
    votes = await together(stores, lambda each, _: each.votes.toggle(GUILD, "a", ADA, NOW))
    assert (verdicts.count(True), votes.count(True)) == (5, 5)
    assert await stores[0].feedback.counts(answer_id) == (0, 0)
    assert await stores[0].votes.totals(GUILD) == {}


async def test_settings_saved_at_once_replace_each_other(stores: tuple[Store, Store]) -> None:
    """None fails; one of them stays."""
    answer_id = await stores[0].answers.record(ANSWER)
    await together(stores, lambda each, n: each.daily_feeds.save(replace(FEED, papers=n + 1)))
    await together(stores, lambda each, _: each.reports.keep(Report(answer_id, ADA, Fault.OTHER, "", NOW)))
    await together(stores, lambda each, n: each.link_cards.choose(GUILD, n % 2, wanted=True))
    await together(stores, lambda each, _: each.departures.note(GUILD, NOW))
    assert (len(await stores[0].daily_feeds.active()), len(await stores[0].reports.all())) == (1, 1)


async def test_a_card_is_claimed_once(stores: tuple[Store, Store]) -> None:
    """One of those who claim a paper's card at the same time shows it; those who fail leave nothing that waits."""
    claims = await together(stores, lambda each, _: each.link_cards.claim(GUILD, 2, "a", NOW, NOW - timedelta(hours=1)))
    assert done(claims) == 1


async def test_posts_with_the_same_papers_in_another_order(stores: tuple[Store, Store]) -> None:
    """One of them is claimed; none waits for another that waits for it."""
    papers = [f"p{n}" for n in range(20)]

    def claim(store: Store, number: int) -> Awaitable[object]:
        ordered = tuple(papers if number % 2 else reversed(papers))
        day = DAY + timedelta(days=number)
        return store.deliveries.claim(post_claim(CHANNEL, GUILD, f"list {number}", day, PostContents(ordered)), NOW)

    assert done(await together(stores, claim)) == 1
    assert await stores[0].daily_posts.papers_posted(CHANNEL) == set(papers)


async def test_votes_for_papers_of_the_same_posts(stores: tuple[Store, Store]) -> None:
    """Each vote makes all posts with its paper outdated; none is lost, and no two wait for each other."""
    for channel in range(6):
        claim = post_claim(channel, GUILD, "list", DAY, PostContents(("a", "b")))
        post = await stores[0].deliveries.claim(claim, NOW)
        assert post is not None
        shown = ShownPost(post.id, GUILD, channel, DAY, 2, ("a", "b"), (None, None), NOW)
        await stores[0].daily_posts.record(shown)
        await stores[0].deliveries.confirm(post, channel + 100, NOW)
    await together(stores, lambda each, n: each.votes.toggle(GUILD, "ab"[n % 2], n, NOW))
    assert {post.wanted for post in await stores[0].daily_posts.outdated(NOW, 99)} == {10}


async def found(store: Store, *papers: str) -> None:
    """Papers that wait for Ada, and what she follows."""
    follow = await store.follows.add(Follow(ADA, f"owls {papers}", 0, NOW), 99)
    assert follow.id is not None
    await store.follows.set_follower(Follower(ADA, Frequency.AT_ONCE, 0, 9, "UTC", NOW))
    await store.alerts.record([FollowMatch(ADA, paper, follow.id, "owls", NOW) for paper in papers], 1)


async def test_a_paper_is_in_one_alert_and_no_alert_is_empty(stores: tuple[Store, Store]) -> None:
    """Even where both claim messages of different periods at the same moment."""
    await found(stores[0], "a", "b", "c")
    alerts = await together(stores, lambda each, n: each.deliveries.claim(alert_claim(ADA, f"period {n}"), NOW))
    claimed = [alert for alert in alerts if alert is not None]
    contents = [await stores[0].alerts.papers_of(alert.id) for alert in claimed]
    assert all(contents)
    assert sorted(match.paper_id for papers in contents for match in papers) == ["a", "b", "c"]


async def test_what_both_found_is_stored_once(stores: tuple[Store, Store]) -> None:
    """Two processes compared the same papers with the same follows."""
    follow = await stores[0].follows.add(Follow(ADA, "owls", 0, NOW), 9)
    assert follow.id is not None
    matches = [FollowMatch(ADA, paper, follow.id, "owls", NOW) for paper in "abc"]
    assert sum(new or 0 for new in await together(stores, lambda each, _: each.alerts.record(matches, 7))) == 3
    assert await stores[0].alerts.seen() == 7


async def test_a_change_is_recorded_once_and_everybody_is_notified_once(stores: tuple[Store, Store]) -> None:
    """Claims that overlap: one gets all of its changes, the other none, and none is lost."""
    states = [PaperState(paper, 1, False, False) for paper in "ab"]
    await together(stores, lambda each, n: each.paper_changes.track(states[:: 1 if n % 2 else -1], NOW))
    for paper in "ab":
        await stores[0].saved_papers.keep(SavedPaper(ADA, paper, "L", "", (), NOW))

    def change(store: Store, number: int) -> Awaitable[int]:
        state = PaperState("ab"[number % 2], 2, False, False)
        return store.paper_changes.record(state, [PaperChange(state.paper_id, ChangeKind.VERSION, 2, NOW)], NOW)

    assert sum(new or 0 for new in await together(stores, change)) == 2
    [(_, changes)] = (await stores[0].paper_changes.pending_notices(9)).items()
    ids = [each.id for each in changes if each.id is not None]
    claims = await together(stores, lambda each, n: each.paper_changes.claim_notices(ADA, ids[: n % 2 + 1], NOW))
    notified = [n % 2 + 1 for n, won in enumerate(claims) if won]
    pending = sum(map(len, (await stores[0].paper_changes.pending_notices(9)).values()))
    assert sum(notified) + pending == 2
    assert len(notified) == 1


async def test_a_delivery_is_taken_over_and_settled_by_one(stores: tuple[Store, Store]) -> None:
    """Only the sender of the latest attempt can settle it."""
    first = await stores[0].deliveries.claim(post_claim(CHANNEL, GUILD, "list", DAY, PostContents()), NOW)
    assert first is not None
    later = NOW + timedelta(hours=1)
    taken = [each for each in await together(stores, lambda s, _: s.deliveries.take_over(first, later)) if each]
    assert len(taken) == 1
    await together(stores, lambda each, _: each.deliveries.settle(first, Status.RELEASED, Text("no"), later))
    [now] = await stores[1].deliveries.recent(DeliveryKind.POST, CHANNEL, 9)
    assert now == taken[0]
