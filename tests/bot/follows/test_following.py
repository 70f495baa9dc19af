"""``/follow`` and ``/following`` in a simulated Discord, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.follows.alert_card import alert_card, all_matches_card, pending_card
from bot.follows.follow_cards import (
    dms_closed_card,
    follow_card,
    follow_list_card,
    new_follow_card,
    preview_card,
    removed_card,
)
from bot.follows.service import FollowPreview, FollowStatus
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from bot.ui import discord_limits
from retrieval.errors import Busy
from retrieval.library import Library
from retrieval.papers import Paper
from tests.bot.conftest import START, seen
from tests.bot.daily_post.daily_world import DailyWorld, daily_world
from tests.bot.ui.card_samples import BIG, nasty_papers


def paper(id: str, title: str, **fields: Any) -> Paper:
    """A paper that appeared yesterday."""
    day = START - timedelta(days=1)
    return Paper.model_validate({"id": id, "title": title, "abstract": "We study it.", "published": day} | fields)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A library with papers of this week and old ones."""
    papers = [
        *(paper(f"o{number}", f"Silent owls, part {number}", authors=("Kurt Gödel",)) for number in range(7)),
        paper("old", "Crows of old", published=START - timedelta(days=400)),
    ]
    async with daily_world(tmp_path, papers) as made:
        yield made


async def follow(world: DailyWorld, **options: Any) -> simcord.ResponseMessage:
    """What Ada reads after ``/follow``, alone."""
    result = await world.member.slash(world.channel, "follow", **options)
    message = result.followups[0] if result.followups else result.response
    assert message is not None
    assert result.ephemeral or message.ephemeral
    return message


async def following(world: DailyWorld) -> simcord.ResponseMessage:
    """What Ada reads after ``/following``, alone."""
    result = await world.member.slash(world.channel, "following")
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


async def texts(world: DailyWorld) -> list[str]:
    """What Ada follows."""
    return [each.text for each in await world.store.follows.of(world.member.id)]


async def test_following_words_previews_their_matches(world: DailyWorld) -> None:
    """The card has the text, the schedule, and the last week's papers."""
    said = seen(await follow(world, words="silent owls"))
    assert "You now follow** **silent owls" in said
    assert "every day at 09:00 (UTC)" in said
    assert "It matches **7 papers** in the last 7 days" in said
    assert "Silent owls, part" in said
    assert await texts(world) == ["silent owls"]


async def test_a_busy_bot_still_follows(world: DailyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the preview is missing."""

    async def busy(*_: object, **__: object) -> None:
        raise Busy("Later.")

    monkeypatch.setattr(Library, "search", busy)
    said = seen(await follow(world, words="owls"))
    assert "You now follow" in said
    assert "in the last 7 days" not in said
    assert await texts(world) == ["owls"]


async def test_an_author_a_category_and_a_search_can_be_followed(world: DailyWorld) -> None:
    """Options are combined into one search, and the words can use the search language."""
    await follow(world, author="Kurt Gödel")
    await follow(world, category="cs.CL")
    await follow(world, words='"silent owls" OR mice -crows', author="godel", category="cs.LG")
    assert await texts(world) == [
        'author:"Kurt Gödel"',
        "category:cs.CL",
        '("silent owls" OR mice -crows) author:godel category:cs.LG',
    ]


async def test_a_mistake_is_pointed_at_and_fixed_by_a_press(world: DailyWorld) -> None:
    """The card has the query, a caret, and a button that follows what was meant, even after a restart."""
    message = await follow(world, words="autor:godel")
    said = seen(message)
    assert "Did you mean author:?" in said
    assert "autor:godel\n^" in said
    assert await texts(world) == []
    await world.restart()
    await world.member.click(message, label="Follow: author:godel")
    assert await texts(world) == ["author:godel"]


async def test_a_typo_is_followed_and_a_correction_offered(world: DailyWorld) -> None:
    """The name may be right and just have any papers yet. One press follows the suggestion instead."""
    message = await follow(world, author="godl")
    assert "None of the papers I know matches it" in seen(message)
    await world.member.click(message, label="Did you mean: author:godel")
    assert await texts(world) == ["author:godel"]


@pytest.mark.parametrize(("words", "sentence"), [("", "Give me something to follow"), ("of the", "Give me something")])
async def test_following_nothing_is_refused(world: DailyWorld, words: str, sentence: str) -> None:
    """No words at all, or words that appear everywhere."""
    assert sentence in seen(await follow(world, **({"words": words} if words else {})))
    assert await texts(world) == []


async def test_duplicates_and_too_many_follows_are_refused(world: DailyWorld) -> None:
    """Each with its own sentence."""
    await follow(world, words="owls")
    assert "You already follow this" in seen(await follow(world, words="  owls "))
    for number in range(24):
        await world.store.follows.add(Follow(world.member.id, f"word{number}", 0, START), 25)
    assert "the maximum" in seen(await follow(world, words="mice"))
    assert len(await texts(world)) == 25


async def test_frequency_hour_and_zone_are_options_of_the_command(world: DailyWorld) -> None:
    """They apply to everything that is followed."""
    said = seen(await follow(world, words="owls", often="0", hour=18, zone="europe/berlin"))
    assert "every Monday at 18:00 (Europe/Berlin)" in said
    assert "as soon as papers come in" in seen(await follow(world, words="mice", often="at once"))
    assert "I don't recognise the time zone" in seen(await follow(world, words="crows", zone="Atlantis"))


async def test_an_empty_list_says_what_to_do(world: DailyWorld) -> None:
    """With an example."""
    assert "`/follow words:diffusion policy`" in seen(await following(world))


async def test_the_list_has_pages(world: DailyWorld) -> None:
    """Five on a page, turned in place, even after a restart. A page that became empty shows the last one."""
    kept = [await world.store.follows.add(Follow(world.member.id, f"word{n}", 0, START), 25) for n in range(11)]
    message = await following(world)
    assert "page 1 of 3" in seen(message)
    await world.restart()
    await world.member.click(message, label="Next")
    await world.member.click(message, label="Next")
    assert "word10" in seen(message)
    await world.store.follows.remove(world.member.id, kept[-1].id or 0, START)
    await world.member.click(message, label="Previous")
    assert "page 2 of 2" in seen(message)


async def opened(world: DailyWorld, words: str = "owls") -> simcord.ResponseMessage:
    """The card of one of Ada's follows, opened from the list."""
    await follow(world, words=words)
    message = await following(world)
    await world.member.click(message, label="Open")
    return message


async def test_a_follow_is_previewed(world: DailyWorld) -> None:
    """With its matches in the last week, and a way back."""
    message = await opened(world)
    await world.member.click(message, label="Preview")
    said = seen(message)
    assert "It matches **7 papers** in the last 7 days, such as:" in said
    assert "Crows" not in said
    await world.member.click(message, label="Back")
    assert "Followed since" in seen(message)


async def test_a_preview_without_matches_counts_older_ones(world: DailyWorld) -> None:
    """A quiet topic differs from one that nobody writes about."""
    message = await opened(world, "crows")
    await world.member.click(message, label="Preview")
    assert "No matches in the last 7 days. I know 1 paper that it matches." in seen(message)


async def test_a_follow_is_paused_and_resumed(world: DailyWorld) -> None:
    """Its card and the list say so."""
    message = await opened(world)
    await world.member.click(message, label="Pause")
    assert "**Paused**: you aren't notified until you resume it." in seen(message)
    await world.member.click(message, label="Back to what you follow")
    assert "paused" in seen(message)
    await world.member.click(message, label="Open")
    await world.member.click(message, label="Resume")
    assert "**Resumed.**" in seen(message)
    assert [each.paused for each in await world.store.follows.of(world.member.id)] == [False]


async def test_a_follow_is_removed_and_restored(world: DailyWorld) -> None:
    """Undo works after a restart, until the follow is deleted for good."""
    message = await opened(world)
    await world.member.click(message, label="Remove")
    assert "You no longer follow **owls**" in seen(message)
    assert await texts(world) == []
    await world.restart()
    await world.member.click(message, label="Undo")
    assert await texts(world) == ["owls"]
    await world.store.follows.remove(world.member.id, 1, START)
    await world.store.follows.purge(START + timedelta(days=1))
    result = await world.member.click(message, label="Preview")
    assert "You no longer follow this" in seen(result.response)


async def test_a_follow_is_edited(world: DailyWorld) -> None:
    """The form has the present text. A mistake is pointed at, and the suggestion is a press away."""
    message = await opened(world)
    form = await world.member.click(message, label="Edit")
    await world.member.submit_modal(form, {"text": "crows"})
    assert await texts(world) == ["crows"]
    assert "I know 1 paper" in seen(message)
    form = await world.member.click(message, label="Edit")
    wrong = await world.member.submit_modal(form, {"text": '"silent owls'})
    [told] = wrong.followups
    assert "^" in seen(told)
    assert await texts(world) == ["crows"]
    await world.member.click(told, label='Follow: "silent owls"')
    assert await texts(world) == ['"silent owls"']


async def test_a_follow_cannot_become_a_duplicate(world: DailyWorld) -> None:
    """Nor can it become empty."""
    await follow(world, words="crows")
    await follow(world, words="owls")
    message = await following(world)
    await world.member.click(message, custom_id="follow:open:2")
    for text, sentence in (("crows", "You already follow this"), ("the", "Give me something to follow")):
        form = await world.member.click(message, label="Edit")
        refused = await world.member.submit_modal(form, {"text": text})
        assert sentence in seen(refused.followups[0])
    assert await texts(world) == ["crows", "owls"]


async def test_the_schedule_is_changed_in_a_form(world: DailyWorld) -> None:
    """Weekly on a weekday, at an hour, in a zone. An unknown zone is refused and changes nothing."""
    await follow(world, words="owls")
    message = await following(world)
    form = await world.member.click(message, label="Change schedule")
    await world.member.submit_modal(form, {"often": ["4"], "hour": ["18"], "zone": "asia/tokyo"})
    assert "every Friday at 18:00 (Asia/Tokyo)" in seen(message)
    form = await world.member.click(message, label="Change schedule")
    refused = await world.member.submit_modal(form, {"often": ["daily"], "hour": ["7"], "zone": "Atlantis"})
    assert "I don't recognise the time zone" in seen(refused.response)
    kept = await world.store.follows.follower(world.member.id)
    assert kept is not None
    assert (kept.frequency, kept.weekday, kept.hour, kept.zone) == (Frequency.WEEKLY, 4, 18, "Asia/Tokyo")


async def test_nobody_changes_somebody_elses_follows(world: DailyWorld) -> None:
    """Buttons check the owner of a follow."""
    await follow(world, words="owls")
    channel: Any = world.bot.get_channel(world.channel.id)
    [kept] = await world.store.follows.of(world.member.id)
    copied = await channel.send(view=follow_card(kept, FollowStatus([kept], None, None, 0)))
    for label in ("Preview", "Edit", "Pause", "Remove"):
        result = await world.admin.click(copied, label=label)
        assert "You no longer follow this" in seen(result.response)
    assert await texts(world) == ["owls"]


async def test_help_names_the_commands(world: DailyWorld) -> None:
    """``/help`` mentions both."""
    result = await world.member.slash(world.channel, "help")
    assert "</follow:" in seen(result.response)
    assert "</following:" in seen(result.response)


def test_no_card_breaks_a_limit() -> None:
    """For the nastiest texts and papers, and as many as there can be."""
    papers = nasty_papers()
    texts = ["@everyone **" + "x" * 486, "[a](https://evil.example) " * 19, "owls", "`" * 500, "\u202e" * 500 + "a"]
    follower = Follower(BIG, Frequency.WEEKLY, 2, 9, "America/Argentina/ComodRivadavia", START)
    for text in texts:
        kept = Follow(BIG, text, 0, START, id=BIG)
        for closed in (None, START):
            there = replace(follower, closed_at=closed)
            state = FollowStatus([kept] * 500, there, START, 10**6)
            for card in (follow_card(kept, state, done="**Done.**"), dms_closed_card(state), removed_card(kept)):
                discord_limits.check(card)
        for start in range(0, len(papers), 5):
            trial = FollowPreview(7, papers[start : start + 5], 10**7, 10**7, exact=False)
            state = FollowStatus([kept], follower, START, 3)
            discord_limits.check(new_follow_card(kept, state, trial))
            discord_limits.check(preview_card(kept, trial))
    for start in range(0, len(papers), 25):
        told = [(texts[place % 5], each) for place, each in enumerate(papers[start : start + 25])]
        discord_limits.check(alert_card(BIG, told, 10**6))
        discord_limits.check(all_matches_card(BIG, told, page=1))
        discord_limits.check(pending_card(told, page=10**6))
    discord_limits.check(pending_card([], page=0))
    many = [Follow(BIG, texts[n % 5], 0, START, paused=True, id=n) for n in range(13)]
    for page in range(4):
        discord_limits.check(follow_list_card(FollowStatus(many, follower, START, 3), page=page, done="**Done.**"))
    discord_limits.check(follow_list_card(FollowStatus([], None, None, 3), page=0))
