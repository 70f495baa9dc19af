"""Keeps sent posts up to date: the server's votes, the source's votes, and changes of papers.

Voting only marks posts as outdated in the database. This edits their messages: each at most once in a set time, a few
together, however many people vote. A restart loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.daily_post.post_card import post_card
from bot.errors import REQUEST_FAILURES
from bot.jobs.background import Clock, run_logged
from bot.jobs.delivery import SEND_SECONDS
from bot.paper_updates.cards import update_lines
from bot.settings import DailySettings
from bot.storage import Store
from bot.storage.daily_posts import ShownPost, SourceVotes
from bot.storage.deliveries import DeliveryKind, PostContents
from bot.texts import use_locale
from retrieval.english import Text
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.score import Trend

log = logging.getLogger(__name__)

_EDITED: Final = 5  # messages in one run, edited together
_COMPARED: Final = 20  # posts in one run
_COMPARE_AFTER: Final = timedelta(hours=1)
_RETRY: Final = timedelta(minutes=10)  # after an error, or too many edits of a message
_RETRY_FORBIDDEN: Final = timedelta(hours=6)  # if the bot isn't allowed to edit


class PostRefresher:
    """Edits outdated posts."""

    def __init__(
        self, client: discord.Client, library: Library, store: Store, settings: DailySettings, clock: Clock
    ) -> None:
        self._client, self._library, self._store = client, library, store
        self._settings, self._clock = settings, clock

    async def tick(self, now: datetime) -> None:
        """Compare the source's votes with those shown, if due at ``now`` (aware UTC), then edit outdated messages."""
        followed = timedelta(days=self._settings.refresh_days)
        posts = self._store.daily_posts
        for post in await posts.to_compare(now - followed, now - _COMPARE_AFTER, _COMPARED):
            papers = await self._library.papers(post.papers)
            await posts.compared(post.id, now, changed=_source_votes(post, papers) != post.numbers)
        outdated = await posts.outdated(now, _EDITED)
        await asyncio.gather(*(run_logged(f"editing post {post.id}", self._edit(post)) for post in outdated))

    async def _edit(self, post: ShownPost) -> None:
        """Update a message; retry later if that fails, or never if it is gone."""
        store, pause = self._store, timedelta(seconds=self._settings.edit_seconds)
        papers = await self._library.papers(post.papers)
        if not papers:  # the catalogue was replaced
            await store.daily_posts.drop(post.id)
            return
        card = await self._draw(post, papers)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._message(post).edit(view=card, allowed_mentions=discord.AllowedMentions.none())
        except discord.NotFound:
            await store.daily_posts.drop(post.id)
        except discord.Forbidden as error:
            log.info("Post %s can't be kept up to date: %s", post.id, error.text)
            await store.daily_posts.delay(post.id, self._clock() + _RETRY_FORBIDDEN)
        except REQUEST_FAILURES as error:
            log.info("Post %s could not be edited (%r): trying again later", post.id, error)
            await store.daily_posts.delay(post.id, self._clock() + _RETRY)
        else:
            await store.daily_posts.edited(post, _source_votes(post, papers), self._clock() + pause)

    async def _draw(self, post: ShownPost, papers: dict[str, Paper]) -> discord.ui.LayoutView:
        """The post's card with the present votes, its papers in the order in which they were posted."""
        guild = self._client.get_guild(post.guild_id)
        use_locale(guild and guild.preferred_locale)
        votes = await self._store.votes.counts(post.guild_id, post.papers)
        trends = [Trend(papers[id], 0.0, Text(""), None, votes.get(id, 0)) for id in post.papers if id in papers]
        updates = update_lines(await self._store.paper_changes.since(post.papers, post.posted_at))
        delivery = await self._store.deliveries.get(DeliveryKind.POST, post.id)
        contents = (delivery.payload if delivery else None) or PostContents()
        first, rules = contents.first_day, contents.rules
        return post_card(post.day, trends, post.id, post.total, updates, first=first, rules=rules)

    def _message(self, post: ShownPost) -> discord.PartialMessage:
        channel = self._client.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        return channel.get_partial_message(post.message_id or 0)


def _source_votes(post: ShownPost, papers: dict[str, Paper]) -> SourceVotes:
    """The source's votes of a post's papers, as they are now."""
    return tuple(papers[id].votes if id in papers else None for id in post.papers)
