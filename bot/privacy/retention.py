"""What must not be kept for ever: old answers, searches, mails and codes, removed papers, servers that left."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.client import PaperBot
from bot.errors import explain

log = logging.getLogger(__name__)

_PAUSE = timedelta(hours=24)
_MAILS_KEPT = timedelta(days=14)  # at least: a list that is this old is sent to nobody any more

UNDO = timedelta(days=1)
"""How long a paper that was taken out of a list, or a follow, can be brought back at least."""


async def tidy(bot: PaperBot) -> int:
    """Forget answers (with their verdicts), searches, alerts and removed papers that are old by now; how many."""
    days = bot.settings.chat.keep_days
    oldest = bot.clock() - timedelta(days=days)
    gone = await bot.store.answers.forget(oldest) + await bot.store.searches.forget(oldest)
    await bot.store.conversations.forget(oldest)
    await bot.store.link_cards.forget(bot.clock() - timedelta(hours=bot.settings.chat.link_card_hours))
    await bot.store.recent_papers.forget(oldest)
    await bot.store.shown_posts.forget(oldest)
    await bot.store.paper_changes.forget(oldest)
    await bot.store.inbox_codes.forget(bot.clock())
    await bot.store.inbox_mails.forget(bot.clock().date() - max(timedelta(days=days), _MAILS_KEPT))
    gone += await bot.store.alerts.forget(oldest)
    await bot.store.follows.purge(bot.clock() - UNDO)
    await bot.store.alerts.drop_removed()
    if gone:
        log.info("Forgot %d answers, searches and alerts older than %d days", gone, days)
    return gone + await bot.store.saved_papers.purge(bot.clock() - UNDO)


async def forget_servers(bot: PaperBot) -> list[int]:
    """Forget the servers that removed the bot longer ago than the settings say; which ones.

    A server that left while the bot was away is noted now; one that came back meanwhile is not forgotten.
    Nothing is done before Discord has named the servers that the bot is in.
    """
    if not bot.is_ready():
        return []
    here = {guild.id for guild in bot.guilds}
    await bot.store.departures.cancel(here)
    for guild_id in await bot.store.guilds() - here:
        if _would_be_here(bot, guild_id):
            await bot.store.departures.note(guild_id, bot.clock())
    days = bot.settings.privacy.left_server_days
    gone = await bot.store.departures.noted(bot.clock() - timedelta(days=days))
    for guild_id in gone:
        records = await bot.store.forget_guild(guild_id)
        log.info("Forgot server %d, which removed the bot more than %d days ago: %d records", guild_id, days, records)
    return gone


def _would_be_here(bot: PaperBot, guild_id: int) -> bool:
    """Whether a server is of this process's shards: of others it cannot be said that they left.

    Source: https://discord.com/developers/docs/events/gateway#sharding
    """
    return (guild_id >> 22) % (bot.shard_count or 1) in bot.shards


async def keep_house(bot: PaperBot) -> None:
    """Tidy now and once a day, until cancelled; a database that is busy is tried again the next day."""
    while True:
        await tidy_up(bot)
        await asyncio.sleep(_PAUSE.total_seconds())


async def tidy_up(bot: PaperBot) -> None:
    """One look at all that may go."""
    try:
        await tidy(bot)
        await forget_servers(bot)
    except SQLAlchemyError as error:
        explain(error, what="forgetting what is old")
