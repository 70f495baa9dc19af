"""Deletion of what has expired: old answers, searches, mail, codes, removed papers, and servers that left."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.client import PaperBot
from bot.jobs.leased_jobs import sees_server
from bot.settings import Settings
from bot.storage import Store
from bot.storage.deliveries import DeliveryKind

log = logging.getLogger(__name__)

_MAILS_KEPT: Final = timedelta(days=14)  # at least: a list that old isn't mailed to anybody any more

UNDO: Final = timedelta(days=1)
"""How long, at least, a removed paper or follow can be brought back."""


async def delete_expired(store: Store, settings: Settings, now: datetime) -> int:
    """Delete records older than the settings allow; returns how many answers, searches, alerts and saved papers."""
    days = settings.chat.keep_days
    oldest = now - timedelta(days=days)
    deleted = await store.answers.forget(oldest) + await store.searches.forget(oldest)
    await store.conversations.forget(oldest)
    await store.link_cards.forget(now - timedelta(hours=settings.chat.link_card_hours))
    await store.recent_papers.forget(oldest)
    await store.daily_posts.forget(oldest)
    await store.paper_changes.forget(oldest)
    await store.inbox_codes.forget(now)
    await store.question_counts.forget(now - timedelta(seconds=settings.chat.per_seconds))
    await store.deliveries.forget_kind(DeliveryKind.MAIL, now - max(timedelta(days=days), _MAILS_KEPT))
    deleted += await store.alerts.forget(oldest) + await store.deliveries.forget_kind(DeliveryKind.ALERT, oldest)
    await store.follows.purge(now - UNDO)
    await store.alerts.drop_removed()
    if deleted:
        log.info("Deleted %d answers, searches and alerts older than %d days", deleted, days)
    return deleted + await store.saved_papers.purge(now - UNDO)


async def forget_departed_servers(bot: PaperBot, now: datetime) -> list[int]:
    """Delete everything about servers that removed the bot longer ago than the settings say; returns their ids.

    A server that left while the bot was offline is noted now; one that came back is not forgotten.
    Does nothing until Discord has sent the list of the bot's servers.
    """
    if not bot.is_ready():
        return []
    here = {guild.id for guild in bot.guilds}
    await bot.store.departures.cancel(here)
    for guild_id in await bot.store.guilds() - here:
        if sees_server(bot, guild_id):
            await bot.store.departures.note(guild_id, now)
    days = bot.settings.privacy.left_server_days
    departed = await bot.store.departures.noted(now - timedelta(days=days))
    for guild_id in departed:
        records = await bot.store.forget_guild(guild_id)
        log.info("Deleted %d records of server %d, which removed the bot over %d days ago", records, guild_id, days)
    return departed
