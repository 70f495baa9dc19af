"""Choices while somebody types: within Discord's limits, recently used ones first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.interactions.autocomplete
from bot.interactions.autocomplete import Typing, paper_autocomplete
from bot.interactions.options import zones_like
from bot.interactions.recently_used import recent_papers, recent_searches
from bot.privacy.retention import delete_expired
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.saved_papers import SavedPaper
from bot.ui import custom_ids
from bot.ui.discord_limits import CHOICE_NAME, CHOICES
from retrieval.errors import Busy
from retrieval.papers import Paper
from retrieval.search.autocomplete import Completer
from tests.bot.conftest import World, said
from tests.bot.daily_post.daily_world import FEED

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
LONG = "Quaternions in the long run: " + "a very long title that goes on and on " * 5
PAPERS = [
    *(
        Paper(
            id=f"2611.{number:05d}",
            title=f"Quaternion networks, part {number}",
            abstract="We study quaternions.",
            authors=("Kurt Gödel",) if number % 2 else ("Grace Hopper", "Kurt Weill"),
            categories=("cs.LG", "math.QA") if number % 2 else ("cs.LG",),
        )
        for number in range(30)
    ),
    Paper(id="2611.90000", title=LONG, abstract="It is long.", authors=("X" * 150,)),
    Paper(id="2611.90001", title="\u200b\u200b", abstract="Its title takes no room.", categories=("x" * 32,)),
]

ANSWER = AnswerRecord(
    guild_id=1,
    channel_id=2,
    user_id=3,
    question="What?",
    outcome="answered",
    kind="fact",
    confidence=0.9,
    quotes=(),
    also=(),
    papers=(),
    history=(),
    asked_at=NOW,
)


async def choices(world: World, command: str, option: str, typed: str) -> list[tuple[str, str]]:
    """Names and values that a member is offered."""
    offered = await world.member.autocomplete(world.channel, command, option, typed)
    return [(choice["name"], choice["value"]) for choice in offered]


async def asked_about(world: World, paper_id: str, at: datetime) -> None:
    """The member asked something, and this paper was quoted."""
    quote = StoredQuote(paper_id, 0, 1, (), 1.0)
    await world.bot.store.answers.record(replace(ANSWER, user_id=world.member.id, quotes=(quote,), asked_at=at))


async def saved(world: World, paper_id: str, at: datetime) -> None:
    """The member saved this paper."""
    await world.bot.store.saved_papers.keep(SavedPaper(world.member.id, paper_id, "To read", "", (), at))


# --- papers ------------------------------------------------------------------------------------


async def test_a_title_is_shown_in_full_if_it_fits(world: World) -> None:
    """The value is the id; a longer title ends between words with an ellipsis."""
    await world.bot.library.add(PAPERS)
    assert await choices(world, "paper", "paper", "networks part 12") == [
        ("Quaternion networks, part 12", "2611.00012")
    ]
    ((name, id),) = await choices(world, "paper", "paper", "quaternions long")
    assert name.endswith("…")
    assert LONG.startswith(name[:-1])
    assert (id, len(name) <= CHOICE_NAME) == ("2611.90000", True)
    assert "Quaternions in the long run" in said(await world.member.slash(world.channel, "paper", paper=id))


async def test_typing_an_id_shows_ids(world: World) -> None:
    """Followed by the titles. A title without visible characters is replaced by the id."""
    await world.bot.library.add(PAPERS)
    offered = await choices(world, "paper", "paper", "2611.0001")
    assert offered[0] == ("2611.00010 · Quaternion networks, part 10", "2611.00010")
    assert len(offered) == 10
    assert await choices(world, "paper", "paper", "2611.90001") == [("2611.90001 · 2611.90001", "2611.90001")]


async def test_a_misspelt_title_is_found(world: World) -> None:
    """By the choices, and by the command if it is sent as typed."""
    assert (await choices(world, "paper", "paper", "fast contxet loa"))[0][0].startswith("CacheGen")
    assert "CacheGen" in said(await world.member.slash(world.channel, "paper", paper="fast contxet loading"))


async def test_recently_used_papers_come_first(world: World) -> None:
    """If they match what is typed; the most recent one first."""
    await world.bot.library.add(PAPERS)
    await asked_about(world, "2611.00027", NOW - timedelta(days=1))
    await saved(world, "2611.00022", NOW)
    await saved(world, "gone", NOW)
    offered = await choices(world, "paper", "paper", "quaternion net")
    assert [id for _, id in offered[:3]] == ["2611.00022", "2611.00027", "2611.00000"]
    assert len({id for _, id in offered}) == CHOICES
    assert [id for _, id in await choices(world, "paper", "paper", "part 27")][:1] == ["2611.00027"]
    assert "2611.00022" not in [id for _, id in await choices(world, "paper", "paper", "cachegen")]


async def test_without_text_recent_papers_come_before_the_newest_list(world: World) -> None:
    """The person's own, not those of others."""
    await world.bot.library.add(PAPERS)
    newest = [id for _, id in await choices(world, "paper", "paper", "")]
    assert newest == [each.paper.id for each in (await world.bot.library.lists.trending()).ranked]
    await asked_about(world, "2611.00027", NOW)
    assert [id for _, id in await choices(world, "paper", "paper", "")] == ["2611.00027", *newest]
    offered = await world.admin.autocomplete(world.channel, "paper", "paper", "")
    assert [choice["value"] for choice in offered] == newest


async def test_the_first_paper_of_an_answer_counts_as_recent(world: World) -> None:
    """The one that it quoted first."""
    await world.member.slash(world.channel, "ask", question="How much does CacheGen reduce bandwidth usage?")
    assert (await choices(world, "paper", "paper", ""))[0][0].startswith("CacheGen")


async def test_an_opened_paper_comes_first(world: World) -> None:
    """By command or by button. The last time counts, and it is forgotten in time."""
    await world.bot.library.add(PAPERS)
    await world.member.slash(world.channel, "paper", paper="2611.00011")
    world.clock.move(minutes=1)
    await world.member.slash(world.channel, "search", words="quaternion")
    hit = (await world.bot.library.search("quaternion", limit=1)).hits[0].paper.id
    await world.member.click(world.last, custom_id=custom_ids.PAPER(hit))
    assert await recent_papers(world.bot.store, world.member.id) == [hit, "2611.00011"]
    world.clock.move(minutes=1)
    await world.member.slash(world.channel, "paper", paper="2611.00011")
    assert [id for _, id in await choices(world, "paper", "paper", "")][:2] == ["2611.00011", hit]
    assert await recent_papers(world.bot.store, world.admin.id) == []
    world.clock.move(days=400)
    await delete_expired(world.bot.store, world.bot.settings, world.clock())
    assert await recent_papers(world.bot.store, world.member.id) == []


async def test_recent_papers_are_unique_and_limited(world: World) -> None:
    """A removed paper is no longer offered."""
    for number in range(40):
        await asked_about(world, f"p{number % 30}", NOW + timedelta(minutes=number))
    await saved(world, "p29", NOW + timedelta(hours=2))
    found = await recent_papers(world.bot.store, world.member.id)
    assert found[:3] == ["p29", "p9", "p8"]
    assert len(found) == len(set(found)) <= CHOICES
    assert await recent_papers(world.bot.store, 1) == []


# --- searches, authors, categories -------------------------------------------------------------


async def test_recent_searches_follow_what_is_typed(world: World) -> None:
    """The typed text can be sent unchanged. Without text, the last searches are shown."""
    await world.bot.library.add(PAPERS)
    for words in ("quaternion networks", "votes:>3", "quaternion networks", "owls"):
        await world.member.slash(world.channel, "search", words=words)
    assert [name for name, _ in await choices(world, "search", "words", "")] == [
        "owls",
        "quaternion networks",
        "votes:>3",
    ]
    offered = [value for _, value in await choices(world, "search", "words", "quat")]
    assert offered == ["quat", "quaternion networks", "quaternion", "quaternions"]
    assert await recent_searches(world.bot.store, 1) == []


async def test_an_author_is_completed_within_a_search(world: World) -> None:
    """The choice's value is the whole search."""
    await world.bot.library.add(PAPERS)
    offered = [value for _, value in await choices(world, "search", "words", "networks author:gö")]
    assert offered == ["networks author:gö", 'networks author:"Kurt Gödel"']
    found = said(await world.member.slash(world.channel, "search", words=offered[1]))
    assert "15 papers" in found


@pytest.mark.parametrize(
    ("command", "option", "typed", "value"),
    [
        ("follow", "words", "networks author:gö", 'networks author:"Kurt Gödel"'),
        ("follow", "author", "gödle", "Kurt Gödel"),
        ("follow", "category", "math", "math.QA"),
        ("saved", "words", "networks author:gö", 'networks author:"Kurt Gödel"'),
        ("save", "paper", "networks part 12", "2611.00012"),
        ("inbox", "rules", "networks category:math", "networks category:math.QA"),
    ],
)
async def test_other_commands_complete_as_search_does(
    world: World, command: str, option: str, typed: str, value: str
) -> None:
    """Wherever a paper, a search, an author or a category is typed."""
    await world.bot.library.add(PAPERS)
    assert value in [chosen for _, chosen in await choices(world, command, option, typed)]


async def test_a_search_that_would_be_cut_is_not_offered(world: World) -> None:
    """Half of a search is another search."""
    await world.bot.library.add(PAPERS)
    long = "quaternion " * 9
    await world.member.slash(world.channel, "search", words=f"{long} networks")
    assert await choices(world, "search", "words", f"{long}netw") == []


async def test_authors_and_categories_show_their_number_of_papers(world: World) -> None:
    """The value is only the name. A name that is too long to send is left out."""
    await world.bot.library.add(PAPERS)
    assert await choices(world, "search", "author", "godle") == [("Kurt Gödel · 15 papers", "Kurt Gödel")]
    assert (await choices(world, "search", "author", "kurt"))[0] == ("Kurt Gödel · 15 papers", "Kurt Gödel")
    assert await choices(world, "search", "author", "xxx") == []
    assert (await choices(world, "search", "category", ""))[0] == ("cs.LG · 38 papers", "cs.LG")
    assert await choices(world, "search", "category", "math.q") == [("math.QA · 15 papers", "math.QA")]


# --- zones -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berln", "Europe/Berlin"),
        ("new yrok", "America/New_York"),
        ("Europ/Paris", "Europe/Paris"),
        ("tokio", "Asia/Tokyo"),
    ],
)
def test_a_misspelt_zone_is_found(typed: str, zone: str) -> None:
    """By its place or by its full name."""
    assert zones_like(typed)[0] == zone


async def test_zones_of_the_person_and_the_server_come_first(world: World) -> None:
    """Zones of the person's messages before those of the server's posts, if they match what is typed."""
    await world.member.slash(world.channel, "follow", words="owls", zone="Asia/Tokyo")
    await world.bot.store.daily_feeds.save(replace(FEED, guild_id=world.guild.id, channel_id=5, zone="Europe/Berlin"))
    offered = [zone for _, zone in await choices(world, "follow", "zone", "")]
    assert offered[:2] == ["Asia/Tokyo", "Europe/Berlin"]
    assert len(set(offered)) == CHOICES
    offered = [zone for _, zone in await choices(world, "follow", "zone", "ber")]
    assert offered[0] == "Europe/Berlin"
    assert "Asia/Tokyo" not in offered


async def test_rules_of_a_channel_complete_as_a_search_does(world: World) -> None:
    """Examples follow what is typed."""
    await world.bot.library.add(PAPERS)
    offered = await world.admin.autocomplete(world.channel, "daily set", "rules", "#math", channel=world.channel)
    values = [choice["value"] for choice in offered]
    assert values[:2] == ["#math", "#math.QA"]
    assert "votes:>=10" in values


# --- limits ------------------------------------------------------------------------------------

_COMMANDS = st.sampled_from([("paper", "paper"), ("search", "words"), ("search", "author"), ("search", "category")])
_TYPED = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from([*' .:@#"(-/0123', "author:", "quaternion", "kurt", "cs", "26", "x" * 30])).map("".join),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked=_COMMANDS, typed=_TYPED)
async def test_whatever_is_typed_the_choices_are_within_the_limits(
    world: World, asked: tuple[str, str], typed: str
) -> None:
    """At most 25, with names and values of 1 to 100 characters, each value once; never an error."""
    if not await world.bot.library.papers(["2611.90001"]):
        await world.bot.library.add(PAPERS)
    offered = await choices(world, *asked, typed)
    assert len(offered) <= CHOICES
    assert all(0 < len(text.strip()) <= CHOICE_NAME for choice in offered for text in choice)
    assert len({value for _, value in offered}) == len(offered)


async def test_a_busy_bot_offers_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors can't be shown while people type."""

    async def busy(self: Completer, typed: str, *, limit: int) -> dict[str, str]:
        raise Busy("Later.")

    monkeypatch.setattr(Completer, "papers", busy)
    assert await choices(world, "paper", "paper", "cache") == []


async def test_choices_have_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord doesn't wait any longer."""

    async def never(user_id: int, limit: int) -> None:
        await asyncio.Event().wait()

    recent = SimpleNamespace(lately=never)
    client = SimpleNamespace(store=SimpleNamespace(recent_papers=recent), library=None)
    monkeypatch.setattr(bot.interactions.autocomplete, "_SECONDS", 0.01)
    assert (
        await paper_autocomplete(cast("Typing", SimpleNamespace(client=client, user=SimpleNamespace(id=1))), "") == []
    )
