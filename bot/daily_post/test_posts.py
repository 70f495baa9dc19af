"""Test posts: show an administrator what the daily post looks like in its channel, and are deleted after a minute.

They are stored in the database, so that they are also deleted after a restart.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.errors import REQUEST_FAILURES
from bot.jobs.delivery import SEND_SECONDS
from bot.storage import Store
from bot.storage.test_posts import TestPost

log = logging.getLogger(__name__)

LIFETIME: Final = timedelta(minutes=1)
"""How long a test post stays, at least."""

_GIVE_UP_AFTER: Final = timedelta(days=1)  # if its channel can't be reached


async def send_test_post(
    store: Store, channel: discord.TextChannel, card: discord.ui.LayoutView, now: datetime
) -> TestPost:
    """Send a test post. Raises ``REQUEST_FAILURES``."""
    async with asyncio.timeout(SEND_SECONDS):
        message = await channel.send(view=card, silent=True, allowed_mentions=discord.AllowedMentions.none())
    test_post = TestPost(message.id, channel.id, channel.guild.id, now + LIFETIME)
    await store.test_posts.keep(test_post)
    return test_post


class TestPostSweeper:
    """Deletes test posts whose time is over."""

    def __init__(self, client: discord.Client, store: Store) -> None:
        self._client, self._test_posts = client, store.test_posts

    async def tick(self, now: datetime) -> None:
        """Delete the test posts that are due at ``now`` (aware UTC)."""
        for test_post in await self._test_posts.due(now):
            if await self._deleted(test_post) or now - test_post.delete_at > _GIVE_UP_AFTER:
                await self._test_posts.drop(test_post.message_id)

    async def _deleted(self, test_post: TestPost) -> bool:
        """Delete the message; ``False`` to try again later."""
        channel = self._client.get_partial_messageable(test_post.channel_id, guild_id=test_post.guild_id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await channel.get_partial_message(test_post.message_id).delete()
        except discord.NotFound:
            return True
        except discord.Forbidden as error:
            log.warning("Test post %s can't be deleted: %s", test_post.message_id, error.text)
        except REQUEST_FAILURES as error:
            log.warning("Test post %s couldn't be deleted (%r): trying again", test_post.message_id, error)
            return False
        return True
