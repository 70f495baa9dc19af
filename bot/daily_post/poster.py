"""The daily post: claimed in the ledger, sent, confirmed; and, after an interruption, settled.

Recording first alone loses posts, sending first alone doubles them. So a claim is kept before the
message is sent. Where the outcome of sending is unknown (a crash, a lost answer, a 5xx), the claim
stays open, and the channel itself is asked: the message carries the claim's number.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import discord

from bot.client import PaperBot
from bot.daily_post.due import DoNothing, PostEdition, PostEmptyNotice, decide, empty_day_name
from bot.daily_post.editions import Editions
from bot.daily_post.notice_cards import empty_day_card, empty_day_line
from bot.daily_post.pause_on_refusal import stop_feed
from bot.daily_post.post_card import daily_post
from bot.daily_post.selection import Edition, EmptyReason, SelectionRules, select_papers
from bot.errors import REQUEST_FAILURES
from bot.jobs import delivery
from bot.jobs.background import ConcurrencyLimit
from bot.jobs.delivery import LEASE, SEND_SECONDS, find_sent, has_button, is_definite
from bot.jobs.local_time import Past, due_day, local_day
from bot.storage.daily_feeds import DailyFeed
from bot.storage.daily_posts import NOTHING, PostClaim, PostContents
from bot.storage.post_contents import ShownPost
from bot.ui import custom_ids
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source
from retrieval.trending.results import DayList

log = logging.getLogger(__name__)

_AT_ONCE = 5  # channels served at a time

Draw = Callable[[int], Awaitable[discord.ui.LayoutView]]
"""Draws the card of a post that carries the given claim's number, and keeps what it shows."""

Channel = discord.TextChannel | discord.PartialMessageable


class _UnreadableError(Exception):
    """The bot may not read a channel's past."""


class _AwayError(Exception):
    """The server is not reachable just now: an outage of its, or we have only just connected."""


class DailyPoster:
    """Posts what is due. Several of them, in one process or in many, still make one post."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot
        self._places = ConcurrencyLimit(_AT_ONCE)

    async def tick(self, now: datetime) -> None:
        """Settle what was interrupted, then post what is due at ``now`` (aware UTC).

        A look can take long where many channels wait and Discord is slow, so ``now`` only decides what is
        due; what is written down is when it was done.
        """
        claims = await self._bot.store.daily_posts.open_claims()
        left = [claim for claim in claims if now - claim.tried_at >= LEASE]
        await asyncio.gather(*(self._places.serve(f"settling post {claim.id}", self._settle, claim) for claim in left))
        feeds = await self._bot.store.daily_feeds.active()
        await asyncio.gather(
            *(self._places.serve(f"posting in channel {feed.channel_id}", self._post_due, feed, now) for feed in feeds)
        )

    async def _post_due(self, feed: DailyFeed, now: datetime) -> None:
        day = due_day(feed, now, Past())
        guild = self._bot.get_guild(feed.guild_id)
        if day is None or guild is None or guild.unavailable:  # it has thrown us out, or is away
            return
        past = await _past(self._bot, feed, day)
        if due_day(feed, now, past) is None:
            return
        edition = await editions_of(self._bot).next_edition(feed, day, self._bot.clock(), past.lists)
        channel = _channel(self._bot, feed.channel_id)
        match decide(feed, now, past, edition, await _lists_source(self._bot)):
            case PostEdition(edition=posted):
                await _deliver_edition(self._bot, feed.guild_id, channel, posted, day)
            case PostEmptyNotice(why=why) as line:
                await _deliver(self._bot, channel, line.name, day=day, draw=_nothing(day, why))
            case DoNothing():
                pass

    async def _settle(self, claim: PostClaim) -> None:
        """Find out what became of an open claim, and make good what was not sent."""
        now = self._bot.clock()
        if not await self._bot.store.daily_posts.take_over(claim, now):
            return
        try:
            message = await _find(self._bot, claim)
        except (_UnreadableError, discord.Forbidden):
            reason = "I cannot see whether it was sent: I may not read that channel's message history."
            await self._bot.store.daily_posts.give_up(claim.id, reason, now)
        except discord.NotFound as error:
            await _refused(self._bot, claim, error)
        except (_AwayError, *REQUEST_FAILURES) as error:
            log.warning("Cannot look for post %s now (%r): trying again", claim.id, error)
        else:
            await self._settled(claim, message, now)

    async def _settled(self, claim: PostClaim, message: discord.Message | None, now: datetime) -> None:
        """Confirm the message that was found; where none was, send it now, or say why not."""
        ledger = self._bot.store.daily_posts
        if message is not None:
            log.info("Post %s was sent before the interruption", claim.id)
            await ledger.confirm(claim.id, message.id, now)
            return
        feed = await self._bot.store.daily_feeds.get(claim.channel_id)
        if feed is None or feed.paused:
            await ledger.release(claim.id, "The daily post was stopped before it was sent.", now)
        elif local_day(feed, now) != claim.for_day:
            await ledger.release(claim.id, "I was interrupted, and its day was over.", now)
        else:
            await self._send_again(claim, feed, now)

    async def _send_again(self, claim: PostClaim, feed: DailyFeed, now: datetime) -> None:
        """Send just what was claimed: what a set-up that was changed since would pick may be taken by others."""
        draw = await self._draw_again(claim, feed, now)
        if draw is None:
            reason = "I was interrupted, and its list has no papers to show any more."
            await self._bot.store.daily_posts.release(claim.id, reason, now)
        else:
            await _send(self._bot, _channel(self._bot, claim.channel_id), claim, await draw(claim.id))

    async def _draw_again(self, claim: PostClaim, feed: DailyFeed, now: datetime) -> Draw | None:
        """How to draw a claim's post; ``None`` where its list, or every paper of it, is gone."""
        if claim.list_name == empty_day_name(claim.for_day):
            return _nothing(claim.for_day)
        edition = await editions_of(self._bot).claimed_edition(claim, now)
        return None if edition is None else _drawing(self._bot, feed.guild_id, claim.channel_id, edition)


async def post_now(
    bot: PaperBot, channel: Channel, day_list: DayList, *, papers: int | None = None
) -> discord.Message | None:
    """Post a list in a channel now, as the daily post would look by default.

    ``None`` where the list, or every paper of it that would be shown, was posted there before.
    ``papers`` is how many to show, where not as many as the settings say.
    Claimed, sent and confirmed like any daily post.
    """
    daily, now = bot.settings.daily, bot.clock()
    had = await bot.store.daily_posts.papers_posted(channel.id)
    shown, left_out = select_papers(
        day_list.ranked, SelectionRules(papers or daily.papers, daily.minimum_votes, {}, had)
    )
    posted = Edition(day_list.name, day_list.day, day_list.day, shown, len(day_list.ranked), left_out)
    guild_id = channel.guild.id if channel.guild else 0
    return await _deliver_edition(bot, guild_id, channel, posted, now.astimezone(UTC).date()) if shown else None


async def preview(bot: PaperBot, feed: DailyFeed) -> discord.ui.LayoutView | None:
    """The feed's post as it would look now; ``None`` where there would be nothing to post. Nothing is claimed."""
    now = bot.clock()
    edition = await editions_of(bot).sample_edition(feed, local_day(feed, now), now)
    if edition is None or not edition.shown:
        return None
    return await _drawing(bot, feed.guild_id, feed.channel_id, edition)(custom_ids.NO_POST)


def editions_of(bot: PaperBot) -> Editions:
    """What makes editions for the bot's channels."""
    return Editions(bot.library, bot.store)


def _drawing(bot: PaperBot, guild_id: int, channel_id: int, edition: Edition) -> Draw:
    """How to draw an edition's post. What it shows is kept first, so that its message can follow the votes."""
    papers = tuple(trend.paper.id for trend in edition.shown)

    async def draw(post_id: int) -> discord.ui.LayoutView:
        if post_id != custom_ids.NO_POST:
            numbers = tuple(trend.paper.votes for trend in edition.shown)
            kept = ShownPost(post_id, guild_id, channel_id, edition.day, edition.total, papers, numbers, bot.clock())
            await bot.store.shown_posts.record(kept)
        votes = await bot.store.votes.counts(guild_id, papers)
        trends = [replace(trend, server_votes=votes.get(trend.paper.id, 0)) for trend in edition.shown]
        return daily_post(edition.day, trends, post_id, edition.total, first=edition.first, rules=edition.rules)

    return draw


def _nothing(day: date, why: EmptyReason | None = None) -> Draw:
    """How to draw the line of a day without a post."""

    async def draw(_: int) -> discord.ui.LayoutView:
        return empty_day_card(day, why)

    return draw


async def _lists_source(bot: PaperBot) -> SourceState | None:
    """How the source of the daily lists stands; ``None`` where it was never asked."""
    states = await bot.library.sources()
    return next((state for state in states if state.source == Source.HUGGING_FACE), None)


async def _past(bot: PaperBot, feed: DailyFeed, day: date) -> Past:
    ledger = bot.store.daily_posts
    return Past(
        ran_on=await ledger.days_run(feed.channel_id, day),
        lists=await ledger.posted(feed.channel_id),
        refused_at=await ledger.released_at(feed.channel_id, day),
    )


async def _deliver_edition(
    bot: PaperBot, guild_id: int, channel: Channel, posted: Edition, day: date
) -> discord.Message | None:
    several = posted.first if posted.first != posted.day else None
    draw = _drawing(bot, guild_id, channel.id, posted)
    contents = PostContents(tuple(trend.paper.id for trend in posted.shown), several, posted.rules)
    return await _deliver(bot, channel, posted.name, day=day, draw=draw, contents=contents)


async def _deliver(
    bot: PaperBot, channel: Channel, name: str, *, day: date, draw: Draw, contents: PostContents = NOTHING
) -> discord.Message | None:
    """Claim and send; ``None`` where the claim is taken, or where the message may not be there.

    The claim's moment must be that of sending: the lease and the search for a lost message count from it.
    """
    claim = await bot.store.daily_posts.claim(channel.id, name, day, bot.clock(), contents)
    return None if claim is None else await _send(bot, channel, claim, await draw(claim.id))


async def _send(
    bot: PaperBot, channel: Channel, claim: PostClaim, card: discord.ui.LayoutView
) -> discord.Message | None:
    """Send a claim's message and settle the claim, unless the outcome is unclear: then it stays open.

    The nonce is the claim's number: within some minutes Discord itself does not take it twice.
    """
    quiet = discord.AllowedMentions.none()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            message = await channel.send(view=card, nonce=str(claim.id), allowed_mentions=quiet)
    except REQUEST_FAILURES as error:
        if is_definite(error):
            await _refused(bot, claim, error)
        else:
            log.warning("Whether post %s was sent is unknown (%r): looking into the channel later", claim.id, error)
        return None
    await bot.store.daily_posts.confirm(claim.id, message.id, bot.clock())
    return message


async def _refused(bot: PaperBot, claim: PostClaim, error: discord.HTTPException) -> None:
    """Discord said no: there is no message. Where the channel is gone or closed, the daily post is paused."""
    now, reason = bot.clock(), _reason(error)
    log.warning("Post %s in channel %s was refused: %s", claim.id, claim.channel_id, reason)
    await bot.store.daily_posts.release(claim.id, reason, now)
    await stop_feed(bot, claim.channel_id, error)


def _reason(error: discord.HTTPException) -> str:
    match error:
        case discord.Forbidden():
            return f"Discord did not let me post: {error.text}. I need a permission in that channel."
        case discord.NotFound():
            return "The channel is gone."
        case _:
            return f"Discord refused it: {error.text.splitlines()[0] if error.text else error.status}"


async def _find(bot: PaperBot, claim: PostClaim) -> discord.Message | None:
    """A claim's message, looked for in the channel around the time at which it can have been sent.

    Raises ``_UnreadableError`` where the bot may not read the channel's past: there Discord answers with an
    empty list rather than a refusal, which would look like a post that was never sent. Raises ``_AwayError``
    while the server is away: what the bot may do there is not known then.
    """
    async with asyncio.timeout(delivery.LOOK_SECONDS):
        channel = await _readable(bot, claim.channel_id)
    times = {"claimed_at": claim.claimed_at, "tried_at": claim.tried_at}
    return await find_sent(channel, lambda message: _is_post(message, claim), channel.guild.me, **times)


async def _readable(bot: PaperBot, channel_id: int) -> discord.TextChannel:
    """The channel, whose past the bot may read."""
    channel = bot.get_channel(channel_id) or await bot.fetch_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise _UnreadableError
    if channel.guild.unavailable:
        raise _AwayError
    if not channel.permissions_for(channel.guild.me).read_message_history:
        raise _UnreadableError
    return channel


def _is_post(message: discord.Message, claim: PostClaim) -> bool:
    """Whether this message of the bot's is the claim's: it has the claim's number, or the line of its day."""
    line = empty_day_line(claim.for_day) if claim.list_name == empty_day_name(claim.for_day) else None
    if line is None:
        return has_button(message, custom_ids.POST(claim.id))
    items = discord.ui.LayoutView.from_message(message).walk_children()
    return any(isinstance(item, discord.ui.TextDisplay) and item.content.startswith(line) for item in items)


def _channel(bot: PaperBot, channel_id: int) -> Channel:
    """The channel, whether or not the bot can see it now: if it cannot, Discord will say so."""
    known = bot.get_channel(channel_id)
    return known if isinstance(known, discord.TextChannel) else bot.get_partial_messageable(channel_id)
