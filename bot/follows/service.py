"""Follow searches, preview and change them, and choose when to be notified. No Discord objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.client import PaperBot
from bot.follows.matching import MatchedPaper, current_matches, follow_query, unique_matches
from bot.jobs.local_time import next_time
from bot.settings import Settings
from bot.storage import Store
from bot.storage.alerts import FollowMatch
from bot.storage.deliveries import DeliveryKind
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency, Schedule
from bot.texts import language_in_use, mark, tr
from retrieval.errors import InvalidInput, QueryError
from retrieval.library import Library
from retrieval.papers import Paper, normalise
from retrieval.query.conditions import EVERY_PAPER, After, All, Written

FREQUENCIES: Final = (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY)
"""How often people can be notified."""
MAX_TEXT_LENGTH: Final = 500
"""Characters of a followed search."""
PREVIEW_DAYS: Final = 7
_PREVIEW_PAPERS: Final = 5
_DISTINCTIVE: Final = 3
"""Common words that distinguish papers: "to be or not" does, "of the" doesn't."""


@dataclass(frozen=True, slots=True)
class FollowStatus:
    """Everything a person follows, when the next message is due, and how many papers are pending for it."""

    follows: Sequence[Follow]
    follower: Follower | None
    next_at: datetime | None
    pending: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search that was probably meant, stored under ``search_id`` for a button."""

    text: str
    search_id: int


@dataclass(frozen=True, slots=True)
class FollowPreview:
    """What a follow matches: some of the papers of the last ``days`` days, how many there are, and how many ever.

    ``exact`` and ``exact_ever``: the numbers are counts, not lower bounds.
    """

    days: int
    papers: Sequence[Paper]
    total: int
    total_ever: int
    exact: bool = True
    exact_ever: bool = True
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class FollowService:
    """What ``/follow``, ``/following`` and their buttons do."""

    library: Library
    store: Store
    settings: Settings
    clock: Callable[[], datetime]

    async def follow(self, user_id: int, text: str) -> Follow:
        """Follow a search from now on. Raises as ``check_text`` and ``Follows.add`` do."""
        follow = Follow(user_id, check_text(text), await self.library.new_papers.latest(), self.clock())
        added = await self.store.follows.add(follow, self.settings.follows.most)
        await self.store.languages.save(user_id, language_in_use())
        if await self.store.follows.follower(user_id) is None:
            await self.store.follows.set_follower(await self.follower(user_id))
        return added

    async def get(self, user_id: int, follow_id: int) -> Follow:
        """A person's follow. This and the methods below raise ``InvalidInput`` if it was removed."""
        return _existing(await self.store.follows.get(user_id, follow_id))

    async def change_text(self, user_id: int, follow_id: int, text: str) -> Follow:
        """Follow another search instead. Raises as ``check_text`` and ``Follows.change`` do."""
        return _existing(await self.store.follows.change(user_id, follow_id, check_text(text)))

    async def set_paused(self, user_id: int, follow_id: int, *, paused: bool) -> Follow:
        """Pause or resume a follow."""
        return _existing(await self.store.follows.pause(user_id, follow_id, paused=paused))

    async def remove(self, user_id: int, follow_id: int) -> Follow:
        """Remove a follow. It can be restored for a while."""
        return _existing(await self.store.follows.remove(user_id, follow_id, self.clock()))

    async def restore(self, user_id: int, follow_id: int) -> Follow:
        """Undo a removal."""
        return _existing(await self.store.follows.restore(user_id, follow_id, self.settings.follows.most))

    async def follower(self, user_id: int) -> Follower:
        """When a person is notified: as they chose, or daily at the time in the settings."""
        daily = self.settings.daily
        default = Follower(user_id, Frequency.DAILY, 0, daily.time.hour, daily.zone, self.clock())
        return await self.store.follows.follower(user_id) or default

    async def set_schedule(self, user_id: int, schedule: Schedule) -> None:
        """Change when a person is notified about everything they follow."""
        follower = replace(await self.follower(user_id), **schedule.columns, changed_at=self.clock())
        await self.store.follows.set_follower(follower)
        await self.store.languages.save(user_id, language_in_use())

    async def status(self, user_id: int) -> FollowStatus:
        """Everything a person follows, and what is pending for them."""
        follower = await self.store.follows.follower(user_id)
        pending = unique_matches(await self.store.alerts.waiting(user_id))
        next_at = next_time(follower, self.clock()) if follower else None
        return FollowStatus(await self.store.follows.of(user_id), follower, next_at, len(pending))

    async def preview(self, follow: Follow, papers: int = _PREVIEW_PAPERS) -> FollowPreview:
        """What a follow matched lately, with up to so many papers. Raises ``Busy``."""
        query = follow_query(follow.text)
        since = (self.clock() - timedelta(days=PREVIEW_DAYS)).date()
        lately = replace(query, condition=All((*query.parts, After(since))))
        recent = await self.library.search(lately, limit=papers, every_word=True)
        ever = await self.library.search(query, limit=1, every_word=True)
        return FollowPreview(
            days=PREVIEW_DAYS,
            papers=[hit.paper for hit in recent.hits],
            total=recent.total,
            total_ever=ever.total,
            exact=recent.counted,
            exact_ever=ever.counted,
            suggestion=await self._store_suggestion(follow.user_id, ever.suggestion),
        )

    async def suggest(self, user_id: int, error: QueryError) -> Suggestion | None:
        """What was probably meant by a search with a mistake."""
        return await self._store_suggestion(user_id, error.suggestion)

    async def suggested_text(self, user_id: int, search_id: int) -> str:
        """The text of a suggestion to a person. Raises ``InvalidInput`` once it has expired."""
        text = await self.store.searches.get(search_id, user_id)
        if text is None:
            raise InvalidInput("This button has expired. Please use `/follow` again.")
        return text

    async def pending(self, user_id: int) -> list[MatchedPaper]:
        """The papers of the next message."""
        return await self._with_papers(await self.store.alerts.waiting(user_id))

    async def alert_papers(self, user_id: int, alert_id: int) -> list[MatchedPaper]:
        """All papers of a message. Raises ``InvalidInput`` if it was sent to somebody else or has expired."""
        alert = await self.store.deliveries.get(DeliveryKind.ALERT, alert_id)
        if alert is None or alert.target_id != user_id:
            raise InvalidInput("This list has expired. `/following` shows what you follow.")
        return await self._with_papers(await self.store.alerts.papers_of(alert.id))

    async def _with_papers(self, matches: Sequence[FollowMatch]) -> list[MatchedPaper]:
        papers = await self.library.papers([match.paper_id for match in matches])
        return [(match.text, papers[match.paper_id]) for match in current_matches(matches, papers)]

    async def _store_suggestion(self, user_id: int, text: str | None) -> Suggestion | None:
        return Suggestion(text, await self.store.searches.record(text, user_id, self.clock())) if text else None


def follow_service(bot: PaperBot) -> FollowService:
    """The service with everything that the bot works with."""
    return FollowService(bot.library, bot.store, bot.settings, bot.clock)


def check_text(text: str) -> str:
    """A search as it is stored. Raises ``QueryError`` for a mistake, ``InvalidInput`` if it says nothing."""
    text = normalise(text)
    condition = follow_query(text).condition
    common = isinstance(condition, Written) and condition.text.islower() and len(condition.text.split()) < _DISTINCTIVE
    if condition == EVERY_PAPER or common:
        raise InvalidInput("Give me something to follow: words, an author, a category, or a search.")
    if len(text) > MAX_TEXT_LENGTH:
        long = mark("That's too long to follow: {number} characters, and {most} is the maximum.")
        raise InvalidInput(tr(long, number=len(text), most=MAX_TEXT_LENGTH))
    return text


def _existing(follow: Follow | None) -> Follow:
    if follow is None:
        raise InvalidInput("You no longer follow this. `/following` shows what you follow.")
    return follow
