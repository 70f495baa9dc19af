"""Private answers, ended conversations, reports and shown links, as the store keeps them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.storage import Store
from bot.storage.conversations import FreshStart
from bot.storage.link_cards import WHOLE_SERVER
from bot.storage.reports import Fault, Report
from retrieval.errors import InvalidInput
from tests.bot.storage.test_store import ANSWER, NOW

DAY = timedelta(days=1)


async def test_a_private_answer_is_shared_once(store: Store) -> None:
    """Two presses at once: one of them shares it. What could not be shown is private again."""
    answer_id = await store.answers.record(replace(ANSWER, private=True))
    shared = await asyncio.gather(*(store.answers.share(answer_id) for _ in range(4)))
    assert sorted(shared) == [False, False, False, True]
    await store.answers.unshare(answer_id)
    assert await store.answers.share(answer_id)
    assert not await store.answers.share(answer_id + 1)


async def test_the_newest_answer_in_a_channel_is_one_that_the_person_can_see(store: Store) -> None:
    """Other people's private answers aren't context, and don't make a thread the bot's."""
    await store.answers.record(replace(ANSWER, user_id=4, private=True))
    assert not await store.answers.any_in(2)
    assert await store.answers.latest_in(2, 3, NOW) is None
    assert await store.answers.latest_in(2, 4, NOW) is not None
    public = await store.answers.record(replace(ANSWER, user_id=5))
    await store.answers.record(replace(ANSWER, user_id=4, private=True, asked_at=NOW + timedelta(minutes=1)))
    found = await store.answers.latest_in(2, 3, NOW)
    assert found is not None
    assert found.id == public
    assert await store.answers.latest_in(2, 3, NOW + timedelta(seconds=1)) is None
    assert await store.answers.any_in(2)


async def test_a_conversation_ends_for_one_person_in_one_channel(store: Store) -> None:
    """The last end counts, and old ones are dropped."""
    await store.conversations.begin_afresh(FreshStart(3, 2, 1, NOW))
    await store.conversations.begin_afresh(FreshStart(3, 2, 1, NOW + DAY))
    assert await store.conversations.begun(3, 2) == NOW + DAY
    assert await store.conversations.begun(4, 2) is None
    assert await store.conversations.begun(3, 9) is None
    assert await store.conversations.forget(NOW + DAY) == 0
    assert await store.conversations.forget(NOW + 2 * DAY) == 1


async def test_a_person_has_one_report_of_an_answer(store: Store) -> None:
    """A second one replaces the first. It can be deleted, and is deleted with the answer."""
    answer_id = await store.answers.record(ANSWER)
    await store.reports.keep(Report(answer_id, 3, Fault.OTHER, "", NOW))
    better = Report(answer_id, 3, Fault.WRONG_PAPER, "the other one", NOW + DAY)
    await store.reports.keep(better)
    other = Report(answer_id, 4, Fault.SHOULD_REFUSE, "", NOW)
    await store.reports.keep(other)
    assert await store.reports.all() == [other, better]
    assert await store.reports.take_back(answer_id, 4)
    assert not await store.reports.take_back(answer_id, 4)
    assert await store.reports.all() == [better]
    await store.answers.forget(NOW + DAY)
    assert await store.reports.all() == []
    with pytest.raises(InvalidInput, match="no longer"):
        await store.reports.keep(better)


async def test_the_nearest_choice_decides_whether_links_get_cards(store: Store) -> None:
    """A thread's own, else its channel's, else the server's, else none."""
    server, channel, thread = 1, 20, 30
    assert not await store.link_cards.wanted(server, thread, channel)
    await store.link_cards.choose(server, WHOLE_SERVER, wanted=True)
    assert await store.link_cards.wanted(server, thread, channel)
    assert not await store.link_cards.wanted(server + 1, thread, channel)
    await store.link_cards.choose(server, channel, wanted=False)
    assert not await store.link_cards.wanted(server, thread, channel)
    assert await store.link_cards.wanted(server, 21)
    await store.link_cards.choose(server, thread, wanted=True)
    assert await store.link_cards.wanted(server, thread, channel)
    assert await store.link_cards.choices(server) == {WHOLE_SERVER: True, channel: False, thread: True}


async def test_a_paper_is_shown_once_in_a_channel_for_a_while(store: Store) -> None:
    """One of many simultaneous messages shows it. Other channels and papers are independent."""
    claims = await asyncio.gather(*(store.link_cards.claim(1, 2, "2407.06723", NOW, NOW - DAY) for _ in range(4)))
    assert sorted(claims) == [False, False, False, True]
    assert await store.link_cards.claim(1, 3, "2407.06723", NOW, NOW - DAY)
    assert await store.link_cards.claim(1, 2, "2310.07240", NOW, NOW - DAY)
    late = NOW + DAY
    assert not await store.link_cards.claim(1, 2, "2407.06723", late, late - DAY - timedelta(seconds=1))
    assert await store.link_cards.claim(1, 2, "2407.06723", late, late - DAY)
    await store.link_cards.release(2, "2407.06723")
    assert await store.link_cards.claim(1, 2, "2407.06723", late, late - DAY)
    assert await store.link_cards.forget(late) == 2
