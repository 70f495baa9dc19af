"""Posts the day's list in channels, each list and day once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import discord

from bot.client import PaperBot
from bot.daily_post.due import DoNothing, PostEdition, PostEmptyNotice, decide, empty_day_name
from bot.daily_post.editions import Editions
from bot.daily_post.notice_cards import empty_day_card, empty_day_line
from bot.daily_post.pause_on_refusal import pause_feed
from bot.daily_post.post_card import post_card
from bot.daily_post.selection import Edition, EmptyReason, SelectionRules, select_papers
from bot.jobs.background import Clock
from bot.jobs.delivery import DeliveryJob, NotDelivered, find_message, has_button, readable_channel, send_message
from bot.jobs.leased_jobs import sees_server, shards_of
from bot.jobs.local_time import Past, due_day, local_day
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed
from bot.storage.daily_posts import ShownPost, post_claim
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, PostContents, Status
from bot.texts import in_every_language, use_locale
from bot.ui import custom_ids
from retrieval.catalogue import SourceState
from retrieval.english import Text
from retrieval.ingest.live import Source
from retrieval.library import Library
from retrieval.trending.results import DayList


class DailyPoster(DeliveryJob[DailyFeed]):
    """Posts what is due."""

    kind = DeliveryKind.POST

    def __init__(self, client: discord.Client, library: Library, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._client, self._library = client, library
        self._editions = Editions(library, store)

    def sees(self, delivery: Delivery) -> bool:
        """Only a process with the server's shard can look into its channels."""
        return sees_server(self._client, delivery.guild_id)

    async def targets(self, now: datetime) -> Mapping[int, DailyFeed]:
        """Every channel whose daily post isn't paused, in the servers that this process sees."""
        return {feed.channel_id: feed for feed in await self._store.daily_feeds.active(shards_of(self._client))}

    async def due(self, target: DailyFeed, now: datetime) -> Claim | None:
        """The edition, or the notice of an empty day, that is due in a channel at ``now``."""
        day, guild = due_day(target, now, Past()), self._client.get_guild(target.guild_id)
        if day is None or guild is None or guild.unavailable:  # it removed the bot, or is unavailable
            return None
        ran_on = await self._deliveries.days(self.kind, target.channel_id, day)
        if day in ran_on:
            return None
        past = Past(ran_on=ran_on, lists=await self._deliveries.names(self.kind, target.channel_id))
        edition = await self._editions.next_edition(target, day, self._clock(), past.lists)
        match decide(target, now, past, edition, await _lists_source(self._library)):
            case PostEdition(edition=posted):
                name, contents = posted.name, _contents(posted)
            case PostEmptyNotice(why=why) as notice:
                name, contents = notice.name, PostContents(empty=why.name)
            case DoNothing():
                return None
        return post_claim(target.channel_id, target.guild_id, name, day, contents)

    async def send(self, delivery: Delivery) -> int:
        """Send what was claimed: a setup that was changed since might pick papers that another post has."""
        guild = self._client.get_guild(delivery.guild_id or 0)
        use_locale(guild and guild.preferred_locale)
        if delivery.name == empty_day_name(delivery.day):
            why = delivery.payload.empty if delivery.payload else None
            card = empty_day_card(delivery.day, EmptyReason[why] if why else None)
        else:
            edition = await self._editions.claimed_edition(delivery, self._clock())
            if edition is None:
                raise NotDelivered(Status.RELEASED, Text("Its list has no papers to show any more."))
            await self._record(delivery, edition)
            card = await _draw(self._store, delivery.guild_id or 0, edition, delivery.number)
        return await send_message(_channel(self._client, delivery.target_id), delivery, card)

    async def find(self, delivery: Delivery) -> int | None:
        """Look in the channel for the button with the post's number, or for the notice of its day."""
        channel = await readable_channel(self._client, delivery.target_id)
        empty = delivery.name == empty_day_name(delivery.day)
        matches = _notice_of(delivery) if empty else has_button(custom_ids.POST(delivery.number))
        return await find_message(channel, delivery, channel.guild.me, matches)

    async def check_wanted(self, delivery: Delivery) -> None:
        """A daily post that was paused, or whose day is over, isn't sent any more."""
        feed = await self._store.daily_feeds.get(delivery.target_id)
        if feed is None or feed.paused:
            raise NotDelivered(Status.RELEASED, Text("The daily post was stopped before it was sent."))
        if local_day(feed, self._clock()) != delivery.day:
            raise NotDelivered(Status.RELEASED, Text("I was interrupted, and its day was over."))

    async def on_refusal(self, delivery: Delivery, error: discord.HTTPException) -> None:
        """Pause the daily post if its channel is gone or closed."""
        await pause_feed(self._client, self._store.daily_feeds, delivery.target_id, error)

    async def on_unknown_zone(self, target: DailyFeed, reason: Text) -> None:
        """Pause the daily post; ``/status`` and ``/daily status`` show why."""
        await self._store.daily_feeds.stop(target.channel_id, reason)

    async def _record(self, delivery: Delivery, edition: Edition) -> None:
        """Store what the post shows before it is sent, so that its message can follow the votes."""
        papers = tuple(trend.paper.id for trend in edition.shown)
        votes = tuple(trend.paper.votes for trend in edition.shown)
        where, at = (delivery.guild_id or 0, delivery.target_id), self._clock()
        await self._store.daily_posts.record(
            ShownPost(delivery.id, *where, edition.day, edition.total, papers, votes, at)
        )


async def post_now(
    bot: PaperBot, channel: discord.TextChannel, day_list: DayList, *, papers: int | None = None
) -> bool:
    """Post a list in a channel now, as the daily post would look by default; ``papers`` replaces the setting.

    ``False`` if the list, or every paper of it, was posted there before, and if Discord didn't accept it.
    """
    daily, now = bot.settings.daily, bot.clock()
    had = await bot.store.daily_posts.papers_posted(channel.id)
    rules = SelectionRules(papers or daily.papers, daily.minimum_votes, {}, had)
    shown, left_out = select_papers(day_list.ranked, rules)
    if not shown:
        return False
    edition = Edition(day_list.name, day_list.day, day_list.day, shown, len(day_list.ranked), left_out)
    day = now.astimezone(UTC).date()
    claim = post_claim(channel.id, channel.guild.id, edition.name, day, _contents(edition))
    posted = await daily_poster(bot).deliver(claim)
    return posted is not None and posted.status is Status.SENT


async def preview(library: Library, store: Store, feed: DailyFeed, now: datetime) -> discord.ui.LayoutView | None:
    """The feed's post as it would look now; ``None`` if there is nothing to post. Nothing is claimed."""
    edition = await Editions(library, store).sample_edition(feed, local_day(feed, now), now)
    if edition is None or not edition.shown:
        return None
    return await _draw(store, feed.guild_id, edition, custom_ids.NO_POST)


def daily_poster(bot: PaperBot) -> DailyPoster:
    """The poster with what the bot has."""
    return DailyPoster(bot, bot.library, bot.store, bot.clock)


async def _draw(store: Store, guild_id: int, edition: Edition, number: int) -> discord.ui.LayoutView:
    votes = await store.votes.counts(guild_id, [trend.paper.id for trend in edition.shown])
    trends = [replace(trend, server_votes=votes.get(trend.paper.id, 0)) for trend in edition.shown]
    return post_card(edition.day, trends, number, edition.total, first=edition.first, rules=edition.rules)


def _contents(edition: Edition) -> PostContents:
    several = edition.first if edition.first != edition.day else None
    return PostContents(tuple(trend.paper.id for trend in edition.shown), several, edition.rules)


async def _lists_source(library: Library) -> SourceState | None:
    """The state of the source of the daily lists; ``None`` if it was never asked."""
    states = await library.sources()
    return next((state for state in states if state.source == Source.HUGGING_FACE), None)


def _notice_of(delivery: Delivery) -> Callable[[discord.Message], bool]:
    """Whether a message is the notice of the delivery's day, which has no button to be found by."""
    lines = tuple(in_every_language(lambda: empty_day_line(delivery.day)))

    def matches(message: discord.Message) -> bool:
        items = discord.ui.LayoutView.from_message(message).walk_children()
        return any(isinstance(item, discord.ui.TextDisplay) and item.content.startswith(lines) for item in items)

    return matches


def _channel(client: discord.Client, channel_id: int) -> discord.TextChannel | discord.PartialMessageable:
    """The channel, whether or not the bot can see it now: if it can't, Discord will say so."""
    known = client.get_channel(channel_id)
    return known if isinstance(known, discord.TextChannel) else client.get_partial_messageable(channel_id)
