"""What stands on the cards about a person's follows, as it is now: for the commands, the buttons and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import discord
from discord import ui

from bot.client import PaperBot
from bot.follows.alert_card import MatchedPaper
from bot.follows.follow_cards import (
    FollowPreview,
    FollowStatus,
    follow_card,
    follow_list_card,
    new_follow_card,
    preview_card,
    suggestion_row,
)
from bot.follows.matching import current_matches, follow_query, unique_matches
from bot.jobs.local_time import next_time
from bot.storage.alerts import FollowMatch
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from bot.ui import custom_ids
from bot.ui.components import Row
from retrieval.errors import Busy, InvalidInput, QueryError
from retrieval.papers import normalise
from retrieval.query.conditions import EVERY_PAPER, After, All

DAYS: Final = 7
"""Days that a test looks back."""

_SHOWN: Final = 5  # papers of a test
_TERSE: Final = 3  # and of one below the news that something is followed
_LONGEST: Final = 500  # characters of what is followed


def checked(text: str) -> str:
    """A text as it can be followed. Raises ``QueryError`` at a mistake, ``InvalidInput`` where it asks for nothing."""
    text = normalise(text)
    if follow_query(text).condition == EVERY_PAPER:
        raise InvalidInput("Give me something to follow: words, an author, a category, or a search.")
    if len(text) > _LONGEST:
        raise InvalidInput(f"That is too long to follow: {len(text)} characters, and I take {_LONGEST}.")
    return text


async def follower_of(bot: PaperBot, user_id: int) -> Follower:
    """How a person hears of what they follow: as they chose, else every day as the settings propose."""
    there = await bot.store.follows.follower(user_id)
    daily = bot.settings.daily
    return there or Follower(user_id, Frequency.DAILY, 0, daily.time.hour, daily.zone, bot.clock())


async def follow_text(bot: PaperBot, user_id: int, text: str) -> Follow:
    """Follow a text from now on. Raises as ``checked`` and ``Follows.add`` do."""
    text, now = checked(text), bot.clock()
    made = Follow(user_id, text, await bot.library.news.latest(), now)
    kept = await bot.store.follows.add(made, bot.settings.follows.most)
    if await bot.store.follows.follower(user_id) is None:
        await bot.store.follows.set_follower(await follower_of(bot, user_id))
    return kept


async def state_of(bot: PaperBot, user_id: int) -> FollowStatus:
    """How things stand with all that a person follows."""
    follower = await bot.store.follows.follower(user_id)
    waiting = unique_matches(await bot.store.alerts.waiting(user_id))
    when = next_time(follower, bot.clock()) if follower is not None else None
    return FollowStatus(await bot.store.follows.of(user_id), follower, when, len(waiting))


async def try_out(bot: PaperBot, follow: Follow, shown: int = _SHOWN) -> tuple[FollowPreview, Row]:
    """What a follow would have brought in the last days, and a button for what its slips probably mean."""
    query = follow_query(follow.text)
    first = (bot.clock() - timedelta(days=DAYS)).date()
    lately = await bot.library.search(replace(query, condition=All((*query.parts, After(first)))), limit=shown)
    ever = await bot.library.search(query, limit=1)
    papers = [hit.paper for hit in lately.hits]
    trial = FollowPreview(DAYS, papers, lately.total, ever.total, lately.counted, ever.counted)
    return trial, await _mend(bot, follow, ever.meant)


async def _mend(bot: PaperBot, follow: Follow, text: str | None) -> Row:
    if text is None or follow.id is None:
        return ()
    search_id = await bot.store.searches.record(text, follow.user_id, bot.clock())
    return suggestion_row("Did you mean", text, custom_ids.follow_instead(follow.id, search_id))


async def new_page(bot: PaperBot, follow: Follow) -> ui.LayoutView:
    """Something is followed from now on; whether or not there is time to try it out."""
    try:
        trial, mend = await try_out(bot, follow, _TERSE)
    except Busy:
        trial, mend = None, ()
    return new_follow_card(follow, await state_of(bot, follow.user_id), trial, mend)


async def list_page(bot: PaperBot, user_id: int, page: int = 0, done: str = "") -> ui.LayoutView:
    """A page (0-based) of all that a person follows."""
    return follow_list_card(await state_of(bot, user_id), page=page, done=done)


async def one_page(bot: PaperBot, follow: Follow, done: str = "") -> ui.LayoutView:
    """One thing that a person follows."""
    return follow_card(follow, await state_of(bot, follow.user_id), done=done)


async def trial_page(bot: PaperBot, follow: Follow) -> ui.LayoutView:
    """What one thing would have brought lately."""
    return preview_card(follow, *await try_out(bot, follow))


async def told_papers(bot: PaperBot, found: Sequence[FollowMatch]) -> list[MatchedPaper]:
    """The papers of a message, each once, with what they fit; those that were withdrawn since are left out."""
    papers = await bot.library.papers([each.paper_id for each in found])
    return [(each.text, papers[each.paper_id]) for each in current_matches(found, papers)]


async def mend_of(bot: PaperBot, user_id: int, error: QueryError, follow: Follow | None = None) -> Row:
    """A button that follows what was probably meant by a mistaken text, in the place of ``follow`` where given."""
    if error.mend is None:
        return ()
    search_id = await bot.store.searches.record(error.mend, user_id, bot.clock())
    there = (
        custom_ids.follow_text(search_id)
        if follow is None or follow.id is None
        else custom_ids.follow_instead(follow.id, search_id)
    )
    return suggestion_row("Follow", error.mend, there)


async def own_follow(interaction: discord.Interaction[PaperBot], follow_id: int) -> Follow:
    """The person's follow with this id. Raises ``InvalidInput`` where it is gone."""
    return there_or_gone(await interaction.client.store.follows.get(interaction.user.id, follow_id))


def there_or_gone(follow: Follow | None) -> Follow:
    """The follow. Raises ``InvalidInput`` where it is gone."""
    if follow is None:
        raise InvalidInput("You do not follow this any more. `/following` shows what you follow.")
    return follow
