"""The settings of daily posts: drafts, previews, saving, pausing. Errors are sentences for the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from typing import Final

import discord

from bot.client import PaperBot
from bot.daily_post.editions import Editions
from bot.daily_post.selection import Edition
from bot.jobs.local_time import local_day, next_time
from bot.settings import DailySettings, known_zones
from bot.storage import Store
from bot.storage.daily_feeds import NOBODY, DailyFeed, WhenEmpty
from bot.storage.deliveries import Delivery, DeliveryKind
from bot.storage.schedule import EVERY_DAY
from bot.texts import mark, tr, translated, written_number
from retrieval.errors import Busy, InvalidInput, QueryError
from retrieval.library import Library
from retrieval.query.query import parse

MAX_RULES_LENGTH: Final = 500
"""Characters of a channel's rules."""
NO_PREVIEW: Final = mark("There's nothing to preview right now: I have no current list with matching papers.")
NO_FEED: Final = mark("This server has no daily post. Use `/setup` to set one up.")

_TOO_LONG: Final = mark("Rules can have at most {most} characters. These have {length}.")

_EVERYTHING: Final = {"all", "everything", "every paper", "*"}
_RECENT_POSTS: Final = 3  # listed for each channel


@dataclass(frozen=True, slots=True)
class FeedHistory:
    """A channel's daily post, its next time (UTC; ``None`` while paused) and its latest posts, newest first."""

    feed: DailyFeed
    next_at: datetime | None
    claims: Sequence[Delivery]


class FeedService:
    """The daily posts of channels, as administrators set them up."""

    def __init__(self, library: Library, store: Store, defaults: DailySettings, clock: Callable[[], datetime]) -> None:
        self._library = library
        self._store = store
        self._defaults = defaults
        self._clock = clock

    async def next_post(self, feed: DailyFeed) -> datetime | None:
        """When the next post goes out (UTC); ``None`` while paused, and if its zone is unknown."""
        now = self._clock()
        if feed.paused or feed.zone not in known_zones():
            return None
        days = await self._store.deliveries.days(DeliveryKind.POST, feed.channel_id, local_day(feed, now))
        return next_time(feed, now, days)

    async def edit(self, guild_id: int, channel_id: int, user_id: int, **options: object) -> DailyFeed:
        """The channel's settings, or the defaults, with the options that aren't ``None``. Nothing is saved.

        Raises ``InvalidInput`` if the time to wait until is missing or too early.
        """
        changes = {name: value for name, value in options.items() if value is not None}
        if "wait_until" in changes:
            changes.setdefault("when_empty", WhenEmpty.WAIT)
        feed = await self._store.daily_feeds.get(channel_id)
        feed = feed if feed is not None and feed.guild_id == guild_id else self._default(guild_id, channel_id)
        feed = self._active(replace(feed, **changes), user_id)
        check_wait_until(feed.when_empty, feed.time, feed.wait_until)
        return feed

    async def find(self, guild_id: int, channel_id: int | None, current_id: int | None) -> DailyFeed:
        """The daily post of the channel, or else of the current channel, or else the server's only one.

        Raises ``InvalidInput``.
        """
        feeds = await self._store.daily_feeds.of_guild(guild_id)
        wanted = channel_id or current_id
        found = next((feed for feed in feeds if feed.channel_id == wanted), None)
        if found is None and channel_id is None and len(feeds) == 1:
            found = feeds[0]
        if found is not None:
            return found
        if channel_id is not None:
            raise InvalidInput("That channel has no daily post. Use `/setup` to set one up.")
        raise InvalidInput(
            "Several channels have a daily post. Use the option `channel` to choose one." if feeds else NO_FEED
        )

    async def histories(self, guild_id: int, channel_id: int | None) -> list[FeedHistory]:
        """One channel's daily post, or all of the server's, with the latest posts. Raises ``InvalidInput``."""
        feeds = await self._store.daily_feeds.of_guild(guild_id)
        if channel_id is not None:
            feeds = [await self.find(guild_id, channel_id, None)]
        recent = partial(self._store.deliveries.recent, DeliveryKind.POST)
        return [
            FeedHistory(each, await self.next_post(each), await recent(each.channel_id, _RECENT_POSTS))
            for each in feeds
        ]

    async def draft(self, draft_id: int, guild_id: int | None) -> DailyFeed:
        """Settings that aren't saved yet. Raises ``InvalidInput`` if they have expired."""
        draft = await self._store.daily_feeds.draft(draft_id)
        if draft is None or draft.guild_id != guild_id:
            raise InvalidInput("These settings have expired. Use `/daily set` or `/setup` again.")
        return draft

    async def suggested_rules(self, feed: DailyFeed) -> str | None:
        """The rules with likely typos fixed; ``None`` without typos, and while nothing can be searched."""
        try:
            return (await self._library.search(feed.rules, limit=1)).suggestion if feed.rules else None
        except Busy:
            return None

    async def recent_editions(self, feed: DailyFeed) -> list[Edition]:
        """What the settings would post from each of the most recent lists, newest first."""
        return await Editions(self._library, self._store).recent_editions(feed, self._clock())

    async def save(self, draft: DailyFeed, user_id: int) -> DailyFeed:
        """Apply a draft from now on. Raises ``InvalidInput`` if the settings were changed since the draft was begun."""
        current = await self._store.daily_feeds.get(draft.channel_id)
        if current is not None and current.changed_at > draft.changed_at:
            who = tr("Somebody") if current.changed_by == NOBODY else f"<@{current.changed_by}>"
            changed = mark(
                "{person} changed this daily post meanwhile, so nothing was saved. Use `/daily set` or `/setup` again "
                "to start from the present settings."
            )
            raise InvalidInput(tr(changed, person=who))
        feed = self._active(draft, user_id)
        await self._store.daily_feeds.save(feed)
        return feed

    async def pause(self, feed: DailyFeed, user_id: int) -> None:
        """Post nothing until resumed."""
        await self._store.daily_feeds.pause(feed.channel_id, user_id, self._clock())

    async def resume(self, feed: DailyFeed, user_id: int) -> DailyFeed:
        """Post again. If the bot itself stopped the daily post, today's papers are still posted."""
        since = feed.changed_at if feed.trouble else self._clock()
        await self._store.daily_feeds.resume(feed.channel_id, user_id, since)
        return replace(feed, paused=False, trouble=None, changed_at=since)

    async def remove(self, feed: DailyFeed) -> None:
        """Delete the settings; what was posted stays."""
        await self._store.daily_feeds.remove(feed.channel_id)

    def _active(self, feed: DailyFeed, user_id: int) -> DailyFeed:
        return replace(feed, paused=False, trouble=None, changed_by=user_id, changed_at=self._clock())

    def _default(self, guild_id: int, channel_id: int) -> DailyFeed:
        return DailyFeed(
            guild_id=guild_id,
            channel_id=channel_id,
            time=self._defaults.time,
            zone=self._defaults.zone,
            papers=self._defaults.papers,
            minimum_votes=self._defaults.minimum_votes,
            weekdays=EVERY_DAY,
            when_empty=WhenEmpty.SILENT,
            paused=False,
            changed_by=0,
            changed_at=self._clock(),
        )


def feed_service(bot: PaperBot) -> FeedService:
    """The service with what the bot has."""
    return FeedService(bot.library, bot.store, bot.settings.daily, bot.clock)


def default_channel(guild: discord.Guild, current_id: int | None, feeds: Sequence[DailyFeed]) -> discord.TextChannel:
    """The channel meant when none is named. Raises ``InvalidInput`` if the server has no text channel.

    The current channel if it has a daily post, the only channel that has one, the current channel, the first one.
    """
    with_feed = [feed.channel_id for feed in feeds]
    ids = [current_id if current_id in with_feed else None, *(with_feed if len(with_feed) == 1 else []), current_id]
    for channel in (*(guild.get_channel(each) for each in ids if each), *guild.text_channels):
        if isinstance(channel, discord.TextChannel):
            return channel
    raise InvalidInput("I can't see any text channel in this server. Create one, or give me **View Channel**.")


def parse_rules(text: str) -> str:
    """Rules as they are stored ("all" is empty). Raises ``InvalidInput`` that points at the mistake."""
    if text.strip().casefold() in _EVERYTHING:
        return ""
    if len(text) > MAX_RULES_LENGTH:
        raise InvalidInput(tr(_TOO_LONG, most=MAX_RULES_LENGTH, length=written_number(len(text))))
    try:
        return parse(text).text
    except QueryError as error:
        meant = f" {tr('Did you mean “{query}”?', query=error.suggestion)}" if error.suggestion else ""
        raise InvalidInput(f"{translated(error.reason)}{meant}\n{error.query}\n{' ' * error.column}^") from None


def check_wait_until(when_empty: WhenEmpty, post_at: time, until: time | None) -> None:
    """Raise ``InvalidInput`` if a channel waits for a late list without a time after ``post_at`` to stop waiting."""
    if when_empty is not WhenEmpty.WAIT:
        return
    if until is None:
        raise InvalidInput("“Wait until” needs a time, for example 14:00.")
    if until <= post_at:
        raise InvalidInput(tr("“Wait until” must be later than the time of the post, {time}.", time=f"{post_at:%H:%M}"))
