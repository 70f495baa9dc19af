"""A channel's rules: entering them, mistakes in them, and previews on recent lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import discord
import pytest

from bot.daily_post.feed_cards import proposal_card
from bot.daily_post.notice_cards import stopped_card
from bot.daily_post.post_card import post_card
from bot.daily_post.preview_card import preview_card
from bot.daily_post.selection import Edition, LeftOut
from bot.daily_post.service import MAX_RULES_LENGTH, parse_rules
from bot.storage.daily_feeds import WhenEmpty
from bot.storage.deliveries import DeliveryKind
from bot.ui.discord_limits import check
from retrieval.english import Text
from retrieval.errors import InvalidInput
from retrieval.papers import Listing, Paper
from retrieval.trending.score import Trend
from tests.bot.conftest import seen
from tests.bot.daily_post.daily_world import (
    FEED,
    TODAY,
    DailyWorld,
    answer,
    daily_world,
    list_of,
    saved_feed,
    use_daily,
)
from tests.bot.ui.card_samples import nasty_papers


def lists() -> list[Paper]:
    """Nine daily lists of three papers. The second paper of each is in cs.CL."""
    days = [TODAY - timedelta(days=age) for age in range(9)]
    papers = [paper for day in days for paper in list_of(day, 5, 9, 1)]
    return [
        paper.model_copy(update={"categories": ("cs.CL",)}) if paper.id.endswith("-1") else paper for paper in papers
    ]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A server without a daily post. The time is 08:00 UTC."""
    async with daily_world(tmp_path, lists()) as made:
        yield made


# --- entering rules ------------------------------------------------------------------------------


async def test_rules_are_saved_and_kept_when_other_options_change(world: DailyWorld) -> None:
    """The preview applies them; "all" removes them."""
    post, proposal = await use_daily(world, "set", channel=world.channel, rules="#cs.CL  votes:>5", server_votes=True)
    assert "Paper 1 of 24 November" in seen(post)
    assert "Paper 0" not in seen(post)
    assert "Rules: `#cs.CL votes:>5`." in seen(proposal)
    assert "This server's votes count in the ranking." in seen(proposal)
    await world.admin.click(proposal, label="Save")
    assert ((await saved_feed(world)).rules, (await saved_feed(world)).server_votes) == ("#cs.CL votes:>5", True)
    _, proposal = await use_daily(world, "set", channel=world.channel, papers=3)
    await world.admin.click(proposal, label="Save")
    assert ((await saved_feed(world)).rules, (await saved_feed(world)).papers) == ("#cs.CL votes:>5", 3)
    assert "Rules: `#cs.CL votes:>5`." in await answer(world, "status")
    _, proposal = await use_daily(world, "set", channel=world.channel, rules="ALL", server_votes=False)
    assert "No rules: every paper on the list." in seen(proposal)
    await world.admin.click(proposal, label="Save")
    assert ((await saved_feed(world)).rules, (await saved_feed(world)).server_votes) == ("", False)


@pytest.mark.parametrize("command", ["set", "preview"])
async def test_a_mistake_in_rules_is_pointed_at(world: DailyWorld, command: str) -> None:
    """With a caret and a suggestion, as in a search."""
    text = await answer(world, command, channel=world.channel, rules='votes:5 autor:godel "x"')
    assert "autor: doesn't exist." in text
    assert 'Did you mean “votes:5 author:godel "x"”?' in text
    assert '```\nvotes:5 autor:godel "x"\n        ^\n```' in text


async def test_a_likely_typo_is_pointed_out_before_saving(world: DailyWorld) -> None:
    """A word that no paper has isn't an error, but a similar word is suggested."""
    proposal = await answer(world, "set", channel=world.channel, rules="questoin #cs.CL")
    assert "Did you mean `question #cs.CL`?" in proposal
    assert "nothing to preview right now" not in await last_answer(world, "question")


async def last_answer(world: DailyWorld, rules: str) -> str:
    """The text of the last of several messages."""
    return seen((await use_daily(world, "set", channel=world.channel, rules=rules))[-1])


def test_rules_have_a_maximum_length() -> None:
    """A pasted page is refused."""
    with pytest.raises(InvalidInput, match="at most 500 characters"):
        parse_rules("word " * MAX_RULES_LENGTH)
    assert parse_rules(" * ") == parse_rules("everything") == ""


async def test_rules_are_autocompleted(world: DailyWorld) -> None:
    """What was typed comes first, unless it's too long for a choice; then examples."""
    offered = await world.admin.autocomplete(world.channel, "daily set", "rules", "", channel=world.channel)
    assert [choice["value"] for choice in offered][:2] == ["all", "#cs.CL"]
    offered = await world.admin.autocomplete(world.channel, "daily set", "rules", "#cs.LG", channel=world.channel)
    assert offered[0]["value"] == "#cs.LG"
    offered = await world.admin.autocomplete(world.channel, "daily set", "rules", "x" * 101, channel=world.channel)
    assert offered[0]["value"] == "all"


async def test_wait_until_must_be_later_than_the_post(world: DailyWorld) -> None:
    """And setting it chooses to wait."""
    assert "“Wait until” needs a time" in await answer(world, "set", channel=world.channel, when_empty=WhenEmpty.WAIT)
    early = await answer(world, "set", channel=world.channel, time="09:00", wait_until="08:00")
    assert "later than the time of the post, 09:00" in early
    _, proposal = await use_daily(world, "set", channel=world.channel, time="09:00", wait_until="14:30")
    assert "wait until 14:30, then post a notice." in seen(proposal)
    await world.admin.click(proposal, label="Save")
    assert ((await saved_feed(world)).when_empty, (await saved_feed(world)).wait_until) == (
        WhenEmpty.WAIT,
        time(14, 30),
    )
    late = await answer(world, "set", channel=world.channel, time="15:00")
    assert "later than the time of the post, 15:00" in late


# --- previews -------------------------------------------------------------------------------


async def test_rules_are_previewed_on_seven_recent_lists_and_saved(world: DailyWorld) -> None:
    """One list per page: what would be posted, what not, and why. Save takes the settings previewed."""
    [page] = await use_daily(world, "preview", channel=world.channel, rules="votes:>1", papers=1)
    text = seen(page)
    assert "Tuesday, 24 November 2026 · list 1 of 7 · 1 of 3 papers" in text
    assert "Rules: `votes:>1`." in text
    assert "Paper 1 of 24 November" in text
    assert "9 votes in 6 hours" in text
    assert "**Does not have more than 1 vote** (1): Paper 2 of 24 November" in text
    assert "**Ranks below the top 1** (1): Paper 0 of 24 November" in text
    for number in range(2, 8):
        pressed = await world.admin.click(page, label="Next")
        assert pressed.acknowledged
        page = pressed.response or page
        assert f"list {number} of 7" in seen(page)
    assert "Wednesday, 18 November 2026" in seen(page)
    assert await world.store.daily_feeds.get(world.channel.id) is None
    assert await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 1) == []
    await world.admin.click(page, label="Save")
    assert ((await saved_feed(world)).rules, (await saved_feed(world)).papers) == ("votes:>1", 1)


async def test_settings_can_be_previewed_after_a_restart(world: DailyWorld) -> None:
    """Cancel on the preview saves nothing."""
    _, proposal = await use_daily(world, "set", channel=world.channel, rules="#cs.CL")
    await world.restart()
    pressed = await world.admin.click(proposal, label="Preview on recent lists")
    text = seen(pressed.response)
    assert "list 1 of 7 · 1 of 3 papers" in text
    assert "**Is not in cs.CL** (2): Paper 0 of 24 November; Paper 2 of 24 November" in text
    assert pressed.response is not None
    await world.admin.click(pressed.response, label="Cancel")
    assert await world.store.daily_feeds.get(world.channel.id) is None


async def test_a_paper_on_two_lists_is_previewed_once(world: DailyWorld) -> None:
    """On the older list, where it would have been posted first."""
    yesterday = TODAY - timedelta(days=1)
    again = list_of(yesterday, 5, 9, 1)[1]
    listing = Listing(name=TODAY.isoformat(), day=TODAY, position=9)
    await world.library.add([again.model_copy(update={"listing": listing})])
    text = await answer(world, "preview", channel=world.channel)
    assert "3 of 4 papers" in text
    assert "**Was posted here before** (1): Paper 1 of 23 November" in text


async def test_server_votes_count_in_the_ranking_of_a_preview(world: DailyWorld) -> None:
    """And the reason mentions them."""
    for user in range(10):
        await world.store.votes.toggle(world.guild.id, "t-1124-2", user, world.clock())
    text = await answer(world, "preview", server_votes=True)
    assert "1 vote and 10 votes in this server in 6 hours" in text
    assert text.index("Paper 2 of") < text.index("Paper 1 of")
    assert "Posted, ranked by votes (including this server's) and age" in text


async def test_a_preview_of_rules_without_matches(world: DailyWorld) -> None:
    """It says that nothing would be posted, and why each paper was left out."""
    text = await answer(world, "preview", rules="has:code")
    assert "**Nothing would be posted.**" in text
    assert "**Comes without code** (3)" in text


async def test_without_lists_there_is_no_preview(tmp_path: Path) -> None:
    """The card says how to import papers."""
    async with daily_world(tmp_path, []) as empty:
        text = await answer(empty, "preview", rules="has:code")
        assert "no lists to preview these settings on yet" in text
        assert "retrieval import" in text


async def test_the_pages_check_the_permission_and_the_age_of_the_draft(world: DailyWorld) -> None:
    """The permission is checked at each press, and drafts expire after a week."""
    [page] = await use_daily(world, "preview")
    role_ids = world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids
    kept = list(role_ids)
    role_ids.clear()
    assert "Manage Server" in seen((await world.admin.click(page, label="Next")).response)
    role_ids += kept
    await world.pass_time(days=9)
    await use_daily(world, "preview")
    assert "have expired" in seen((await world.admin.click(page, label="Next")).response)


async def test_the_whole_list_includes_missed_lists(world: DailyWorld) -> None:
    """A week of missed lists, eight with today's, has 24 papers on three pages."""
    await world.set_up()
    await world.tick()
    assert "17 November 2026 to 24 November 2026 · 24 papers" in world.posts()[0]
    assert world.channel.last_message is not None
    pressed = await world.member.click(world.channel.last_message, label="Whole list")
    assert "17 November 2026 to 24 November 2026 · 24 papers · page 1 of 3" in seen(pressed.response)
    assert pressed.response is not None
    assert "page 2 of 3" in seen((await world.member.click(pressed.response, label="Next")).response)


# --- cards -------------------------------------------------------------------------------------


def words_of(view: discord.ui.LayoutView) -> str:
    """All text of a card."""
    return "\n".join(each.content for each in view.walk_children() if isinstance(each, discord.ui.TextDisplay))


@pytest.mark.parametrize("shown", [0, 1, 25])
@pytest.mark.parametrize("reasons", [0, 1, 40])
def test_every_preview_fits_in_a_card(shown: int, reasons: int) -> None:
    """Long titles, long rules, many reasons: within Discord's limits, with every paper counted."""
    papers = [Trend(paper, 1.0, Text("9 votes and 8 votes in this server in 7 days")) for paper in nasty_papers()]
    left = [
        LeftOut(each, Text(f"does not say “{'reason ' * 20}{n % max(reasons, 1)}”"))
        for n, each in enumerate(papers[25:125])
    ]
    left_out = tuple(left) if reasons else ()
    edition = Edition("2026-11-24", TODAY, TODAY, tuple(papers[:shown]), shown + len(left_out), left_out)
    feed = replace(FEED, channel_id=10**18, rules="`word` " * 70, server_votes=True)
    view = preview_card(feed, [edition] * 7, 10**9, page=3)
    check(view)
    text = words_of(view)
    assert f"Left out: {len(left_out)}" in text or not left_out
    check(preview_card(feed, [edition], 10**9, page=9))


def test_cards_with_long_rules_fit() -> None:
    """Rules are shortened, and backticks in them don't end the code."""
    rules = "`@everyone` " * 40
    feed = replace(FEED, rules=rules, when_empty=WhenEmpty.WAIT, wait_until=time(14), trouble="x")
    check(proposal_card(feed, FEED.changed_at, 10**9, previewed=True, suggestion=rules))
    check(stopped_card("`" * 100, None, Text("Gone.")))
    papers = [Trend(paper, 1.0, Text("")) for paper in nasty_papers()[:25]]
    post = post_card(TODAY, papers, 10**9, 99, first=date(2026, 11, 20), rules=rules)
    check(post)
    assert words_of(post).rpartition("rules: ")[2].count("`") == 2
