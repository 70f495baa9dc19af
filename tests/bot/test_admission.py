"""Who is let in: bounds hold, servers and people take turns, and everybody who is let in gets a turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot.admission import Admission, Place, turn
from bot.storage.answers import Answers
from retrieval.errors import Busy
from tests.bot.conftest import World, said, seen, whispered

_QUESTION = "How many coding problems does COFFE have?"


async def order_of_turns(admission: Admission, places: list[Place]) -> list[Place]:
    """The places in the order in which their turns come, while each lasts for one step of the event loop."""
    order = list[Place]()

    async def take(place: Place) -> None:
        async with admission.turn(place):
            order.append(place)
            await asyncio.sleep(0)

    await asyncio.gather(*map(take, places))
    return order


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from([None, 10, 20, 30])), max_size=40),
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_the_bounds_hold_and_everybody_inside_gets_one_turn(
    arrivals: list[tuple[int, int | None]], places: int, per_server: int, per_person: int, at_once: int
) -> None:
    """Whoever comes in whatever order: too many are refused, nobody who was let in is forgotten, all places return."""
    admission = Admission(places=places, per_server=per_server, per_person=per_person, at_once=at_once)

    async def come() -> None:
        inside = list[Place]()
        for person, server in arrivals:
            with suppress(Busy):
                inside.append(admission.enter(person, server))
        assert len(inside) <= places
        assert max(Counter(each.person for each in inside).values(), default=0) <= per_person
        assert max(Counter(each.server for each in inside if each.server > 0).values(), default=0) <= per_server
        if inside:
            assert Counter(await order_of_turns(admission, inside)) == Counter(inside)
        for place in inside:
            place.leave()
            place.leave()
        assert admission.inside == 0

    asyncio.run(come())


async def test_a_crowd_in_one_server_delays_itself() -> None:
    """A question from a quiet server is the next but one, however many wait in another; so is a quiet person's."""
    admission = Admission(places=50, per_server=50, per_person=50, at_once=1)
    crowd = [admission.enter(person=1, guild_id=10) for _ in range(20)]
    neighbour, elsewhere = admission.enter(person=2, guild_id=10), admission.enter(person=3, guild_id=20)
    order = await order_of_turns(admission, [*crowd, neighbour, elsewhere])
    assert order.index(elsewhere) <= 2
    assert order.index(neighbour) <= 4


async def test_who_gives_up_costs_nobody_their_turn() -> None:
    """A cancelled wait is skipped, also at the moment in which the turn comes."""
    admission = Admission(places=9, per_server=9, per_person=9, at_once=1)
    first, second, third = (admission.enter(person, 10) for person in (1, 2, 3))
    async with admission.turn(first):
        waiting = [asyncio.create_task(order_of_turns(admission, [place])) for place in (second, third)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    waiting[0].cancel()
    assert await asyncio.wait_for(waiting[1], 60) == [third]
    assert await asyncio.wait_for(order_of_turns(admission, [first]), 60) == [first]


async def test_a_turn_that_comes_to_somebody_who_leaves_is_passed_on() -> None:
    """The turn was given to them, and they gave up before they noticed."""
    admission = Admission(places=9, per_server=9, per_person=9, at_once=1)
    first, second, third = (admission.enter(person, 10) for person in (1, 2, 3))
    async with admission.turn(first):
        waiting = [asyncio.create_task(order_of_turns(admission, [place])) for place in (second, third)]
        for _ in range(5):
            await asyncio.sleep(0)
        assert admission.waiting == 2
    waiting[0].cancel()
    assert await asyncio.wait_for(waiting[1], 60) == [third]


async def test_after_the_answer_nobody_waits_for_a_turn() -> None:
    """What a task does besides, for a person who has their answer, isn't queued."""
    admission = Admission(places=9, per_server=9, per_person=9, at_once=1)
    first, second = admission.enter(1, 10), admission.enter(2, 10)
    async with admission.turn(first):
        second.leave()
        async with asyncio.timeout(60), turn():
            assert admission.waiting == 0


async def test_a_refused_person_is_told_before_anything_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands and mentions alike; and when a place is free, the same question is answered."""

    async def read(*_: object) -> None:
        raise AssertionError("the database was read")

    taken = [world.bot.admission.enter(person, None) for person in range(1, world.bot.settings.limits.waiting + 1)]
    with monkeypatch.context() as patch:
        patch.setattr(Answers, "latest", read)
        patch.setattr(Answers, "by_message", read)
        assert "busy with other questions" in whispered(
            await world.member.slash(world.channel, "ask", question=_QUESTION)
        )
        assert "busy" in whispered(await world.member.slash(world.channel, "search", words="attention"))
        assert world.bot.user is not None
        await world.member.send(world.channel, f"<@{world.bot.user.id}> {_QUESTION}")
        assert "busy with other questions" in seen(world.last)
    for place in taken:
        place.leave()
    assert "COFFE" in said(await world.member.slash(world.channel, "ask", question=_QUESTION))
    assert world.bot.admission.inside == 0


async def test_an_answer_that_cannot_be_stored_is_still_given(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk is the operator's trouble: the asker reads the answer, and the log has the reason."""

    async def full(*_: object) -> int:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(Answers, "record", full)
    assert "398" in said(await world.member.slash(world.channel, "ask", question=_QUESTION)).replace("**", "")
    assert world.bot.user is not None
    await world.member.send(world.channel, f"<@{world.bot.user.id}> {_QUESTION}")
    assert "398" in seen(world.last).replace("**", "")
    assert "disk is full" in caplog.text


async def test_the_others_are_those_who_are_answered_and_who_wait() -> None:
    """Without the one who is being answered; nobody who has an answer already is one of them."""
    admission, seen = Admission(places=9, per_server=9, per_person=1, at_once=2), list[int]()

    async def ask(person: int) -> None:
        place = admission.enter(person, None)
        async with admission.turn(place):
            await asyncio.sleep(0)
            seen.append(admission.others)
        place.leave()

    await asyncio.gather(*map(ask, range(1, 5)))
    assert seen == [3, 2, 1, 0]
    assert admission.others == 0
