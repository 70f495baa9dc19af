"""Posts that follow what they show: the server's votes, the source's, and what became of papers.

A press only says in the store that posts are outdated. This edits them: each message once in a set time, a few
at a time, however many people press. What waits is in the store, so a stop loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import discord

from bot.client import PaperBot
from bot.daily_post.post_card import daily_post
from bot.paper_updates.cards import update_lines
from bot.storage.daily_posts import ShownPost, SourceVotes
from bot.storage.deliveries import DeliveryKind, PostContents
from retrieval.papers import Paper
from retrieval.trending.score import Trend

log = logging.getLogger(__name__)

_AT_ONCE: Final = 5  # messages edited at a time
_COMPARED: Final = 20  # posts whose source votes are compared in a look
_COMPARE: Final = timedelta(hours=1)
_EDIT_SECONDS: Final = 30.0
_LATER: Final = timedelta(minutes=10)  # after Discord was away, or said that a message was edited too often
_MUCH_LATER: Final = timedelta(hours=6)  # after it said that the bot may not


class PostRefresher:
    """Edits outdated posts."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot

    async def tick(self, now: datetime) -> None:
        """Compare the source's votes where that is due at ``now`` (aware UTC), then edit what is outdated."""
        followed = timedelta(days=self._bot.settings.daily.refresh_days)
        posts = self._bot.store.daily_posts
        for post in await posts.to_compare(now - followed, now - _COMPARE, _COMPARED):
            papers = await self._bot.library.papers(post.papers)
            await posts.compared(post.id, now, changed=_numbers(post, papers) != post.numbers)
        await asyncio.gather(*(self._edit(post) for post in await posts.outdated(now, _AT_ONCE)))

    async def _edit(self, post: ShownPost) -> None:
        """Let a message show what is true now; where that cannot be, try again later, or never if it is gone."""
        store, pause = self._bot.store, timedelta(seconds=self._bot.settings.daily.edit_seconds)
        papers = await self._bot.library.papers(post.papers)
        if not papers:  # another catalogue than the one that was posted from
            await store.daily_posts.drop(post.id)
            return
        card = await self._drawn(post, papers)
        try:
            async with asyncio.timeout(_EDIT_SECONDS):
                await self._message(post).edit(view=card, allowed_mentions=discord.AllowedMentions.none())
        except discord.NotFound:
            await store.daily_posts.drop(post.id)
        except discord.Forbidden as error:
            log.info("Post %s cannot be kept up to date: %s", post.id, error.text)
            await store.daily_posts.delay(post.id, self._bot.clock() + _MUCH_LATER)
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
            log.info("Post %s could not be edited (%r): trying again later", post.id, error)
            await store.daily_posts.delay(post.id, self._bot.clock() + _LATER)
        else:
            await store.daily_posts.edited(post, _numbers(post, papers), self._bot.clock() + pause)

    async def _drawn(self, post: ShownPost, papers: dict[str, Paper]) -> discord.ui.LayoutView:
        """The post's card as it should look now, its papers in the order in which they were posted."""
        votes = await self._bot.store.votes.counts(post.guild_id, post.papers)
        trends = [Trend(papers[id], 0.0, "", None, votes.get(id, 0)) for id in post.papers if id in papers]
        updates = update_lines(await self._bot.store.paper_changes.since(post.papers, post.posted_at))
        delivery = await self._bot.store.deliveries.get(DeliveryKind.POST, post.id)
        contents = (delivery.payload if delivery else None) or PostContents()
        first, rules = contents.first_day, contents.rules
        return daily_post(post.day, trends, post.id, post.total, updates, first=first, rules=rules)

    def _message(self, post: ShownPost) -> discord.PartialMessage:
        channel = self._bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        return channel.get_partial_message(post.message_id or 0)


def _numbers(post: ShownPost, papers: dict[str, Paper]) -> SourceVotes:
    """The source's votes of a post's papers, as they are now."""
    return tuple(papers[id].votes if id in papers else None for id in post.papers)
