"""Votes for papers and what posts show: one vote a person, and no change is lost between two edits."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage import Store
from bot.storage.daily_posts import ShownPost, post_claim
from bot.storage.deliveries import PostContents, Status
from retrieval.english import Text

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
LATER = NOW + timedelta(minutes=1)


async def posted(store: Store, channel: int = 2, guild: int = 1, papers: tuple[str, ...] = ("a", "b")) -> ShownPost:
    """A post that was sent."""
    claim = await store.deliveries.claim(post_claim(channel, guild, DAY.isoformat(), DAY, PostContents(papers)), NOW)
    assert claim is not None
    post = ShownPost(claim.id, guild, channel, DAY, 9, papers, tuple(range(len(papers))), NOW)
    await store.daily_posts.record(post)
    await store.deliveries.confirm(claim, 77, NOW)
    found = await store.daily_posts.get(claim.id)
    assert found is not None
    return found


async def test_a_second_press_removes_the_vote(store: Store) -> None:
    """One vote for each person, counted in its own server only."""
    assert await store.votes.toggle(1, "a", 10, NOW)
    assert await store.votes.toggle(1, "a", 11, NOW)
    assert await store.votes.toggle(2, "a", 10, NOW)
    assert await store.votes.counts(1, ["a", "b"]) == {"a": 2}
    assert not await store.votes.toggle(1, "a", 10, NOW)
    assert await store.votes.counts(1, ["a", "b"]) == {"a": 1}
    assert await store.votes.totals(2) == {"a": 1}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(presses=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3)), max_size=12), guild=st.integers(1, 2**60))
async def test_counts_are_the_people_who_pressed_an_odd_number_of_times(
    store: Store, presses: list[tuple[str, int]], guild: int
) -> None:
    """Whatever the order of presses."""
    await store.votes.forget_guild(guild)
    for paper, person in presses:
        await store.votes.toggle(guild, paper, person, NOW)
    odd = {pair for pair in presses if presses.count(pair) % 2}
    wanted = {paper: sum(each == paper for each, _ in odd) for paper in "ab"}
    assert await store.votes.counts(guild, ["a", "b"]) == {paper: votes for paper, votes in wanted.items() if votes}


async def test_simultaneous_presses_leave_one_vote_or_none(store: Store) -> None:
    """Six presses of one person are three votes and three removals."""
    await asyncio.gather(*(store.votes.toggle(1, "a", 10, NOW) for _ in range(6)))
    assert await store.votes.counts(1, ["a"]) == {}


async def test_votes_of_a_long_list_are_counted(store: Store) -> None:
    """In several statements."""
    await store.votes.toggle(1, "p-1", 10, NOW)
    await store.votes.toggle(1, "p-1900", 10, NOW)
    assert await store.votes.counts(1, [f"p-{n}" for n in range(2_000)]) == {"p-1": 1, "p-1900": 1}


async def test_votes_of_a_week_are_those_given_in_it(store: Store) -> None:
    """Its end is exclusive."""
    for person, at in enumerate((NOW, NOW + timedelta(days=6), NOW + timedelta(days=7))):
        await store.votes.toggle(1, "a", person, at)
    assert await store.votes.given_between(1, NOW, NOW + timedelta(days=7)) == {"a": 2}


async def test_a_persons_votes_are_shown_and_forgotten(store: Store) -> None:
    """Only theirs, and the posts that showed them follow."""
    post = await posted(store)
    await store.votes.toggle(1, "a", 10, NOW)
    await store.votes.toggle(2, "b", 10, LATER)
    await store.votes.toggle(1, "a", 11, NOW)
    assert [(vote.guild_id, vote.paper_id) for vote in await store.votes.of_person(10)] == [(1, "a"), (2, "b")]
    before = await store.daily_posts.get(post.id)
    assert await store.votes.forget_person(10) == 2
    assert await store.votes.of_person(10) == []
    assert await store.votes.counts(1, ["a"]) == {"a": 1}
    after = await store.daily_posts.get(post.id)
    assert before is not None
    assert after is not None
    assert after.wanted > before.wanted


async def test_a_vote_outdates_the_posts_of_its_server_that_show_the_paper(store: Store) -> None:
    """Not those of another server, nor those of other papers."""
    post = await posted(store)
    await posted(store, channel=3, guild=9)
    await posted(store, channel=4, papers=("c",))
    assert await store.daily_posts.outdated(LATER, 9) == []
    await store.votes.toggle(1, "a", 10, NOW)
    assert [each.id for each in await store.daily_posts.outdated(LATER, 9)] == [post.id]


async def test_a_change_while_a_message_is_edited_is_not_lost(store: Store) -> None:
    """Only what was wanted when the post was read counts as shown."""
    post = await posted(store)
    await store.votes.toggle(1, "a", 10, NOW)
    [read] = await store.daily_posts.outdated(LATER, 9)
    await store.votes.toggle(1, "b", 10, NOW)
    await store.daily_posts.edited(read, (5, 6), LATER)
    [again] = await store.daily_posts.outdated(LATER, 9)
    assert (again.id, again.numbers) == (post.id, (5, 6))
    await store.daily_posts.edited(again, (5, 6), LATER)
    assert await store.daily_posts.outdated(LATER, 9) == []


async def test_a_post_that_was_not_sent_is_not_edited(store: Store) -> None:
    """An open or released claim has no message."""
    unsent = post_claim(2, 1, "x", DAY, PostContents())
    claim = await store.deliveries.claim(unsent, NOW)
    assert claim is not None
    await store.daily_posts.record(ShownPost(claim.id, 1, 2, None, 1, ("a",), (None,), NOW))
    await store.votes.toggle(1, "a", 10, NOW)
    assert await store.daily_posts.outdated(LATER, 9) == []
    await store.deliveries.settle(claim, Status.RELEASED, Text("no"), NOW)
    assert await store.daily_posts.outdated(LATER, 9) == []
    assert await store.deliveries.claim(unsent, NOW) is not None  # the released one gives way, and its post with it
    assert await store.daily_posts.get(claim.id) is None


async def test_posts_are_compared_for_a_while_and_not_too_often(store: Store) -> None:
    """Recent ones that weren't compared recently."""
    post = await posted(store)
    hour, week = timedelta(hours=1), timedelta(days=7)
    at = NOW + hour
    assert await store.daily_posts.to_compare(at - week, NOW, 9) == []
    assert [each.id for each in await store.daily_posts.to_compare(at - week, at, 9)] == [post.id]
    await store.daily_posts.compared(post.id, at, changed=False)
    assert await store.daily_posts.to_compare(at - week, at, 9) == []
    assert await store.daily_posts.outdated(at, 9) == []
    await store.daily_posts.compared(post.id, at, changed=True)
    assert [each.id for each in await store.daily_posts.outdated(at, 9)] == [post.id]
    assert await store.daily_posts.to_compare(NOW + hour, at + hour, 9) == []


async def test_a_message_that_cannot_be_edited_waits_or_is_dropped(store: Store) -> None:
    """Until later, or permanently."""
    post = await posted(store)
    await store.votes.toggle(1, "a", 10, NOW)
    await store.daily_posts.delay(post.id, LATER)
    assert await store.daily_posts.outdated(NOW, 9) == []
    assert len(await store.daily_posts.outdated(LATER, 9)) == 1
    await store.daily_posts.drop(post.id)
    assert await store.daily_posts.outdated(LATER, 9) == []
    assert await store.daily_posts.forget_guild(1) == 0


async def test_a_server_is_forgotten(store: Store) -> None:
    """Its votes and its posts, not those of another server."""
    await posted(store)
    await store.votes.toggle(1, "a", 10, NOW)
    await store.votes.toggle(2, "a", 10, NOW)
    assert await store.votes.forget_guild(1) == 1
    assert await store.daily_posts.forget_guild(1) == 1
    assert await store.votes.totals(2) == {"a": 1}
