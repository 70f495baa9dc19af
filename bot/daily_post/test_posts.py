"""Test posts: sent to show an administrator how the daily post looks in its channel, and deleted after a minute.

Which message it is stands in the database, so that one that was sent before a stop is deleted after it.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import discord

from bot.client import PaperBot
from bot.storage.test_posts import TestPost

log = logging.getLogger(__name__)

STANDS: Final = timedelta(minutes=1)
"""How long a test post stands at least."""

_GIVEN_UP: Final = timedelta(days=1)  # after which a channel that cannot be reached is left alone
_SECONDS: Final = 30.0  # for a request to Discord


async def send_test_post(bot: PaperBot, channel: discord.TextChannel, card: discord.ui.LayoutView) -> TestPost:
    """Send a test post; when it goes. Raises what Discord says to sending."""
    async with asyncio.timeout(_SECONDS):
        message = await channel.send(view=card, silent=True, allowed_mentions=discord.AllowedMentions.none())
    sample = TestPost(message.id, channel.id, channel.guild.id, bot.clock() + STANDS)
    await bot.store.test_posts.keep(sample)
    return sample


class TestPostSweeper:
    """Deletes the test posts whose minute is over."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot

    async def tick(self, now: datetime) -> None:
        """Delete what is due at ``now`` (aware UTC)."""
        for sample in await self._bot.store.test_posts.due(now):
            if await self._deleted(sample) or now - sample.delete_at > _GIVEN_UP:
                await self._bot.store.test_posts.drop(sample.message_id)

    async def _deleted(self, sample: TestPost) -> bool:
        """Whether there is no such message any more, or none that the bot can reach."""
        channel = self._bot.get_partial_messageable(sample.channel_id, guild_id=sample.guild_id)
        try:
            async with asyncio.timeout(_SECONDS):
                await channel.get_partial_message(sample.message_id).delete()
        except discord.NotFound:
            return True
        except discord.Forbidden as error:
            log.warning("Test post %s stays: %s", sample.message_id, error.text)
            return True
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.warning("Cannot delete test post %s now (%r): trying again", sample.message_id, error)
            return False
        return True
