"""What must not grow for ever: answers, searches and mails that nobody comes back to, codes of yesterday."""

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
_UNDO = timedelta(days=1)  # for which a follow that was removed can be brought back at least


async def tidy(bot: PaperBot) -> int:
    """Forget answers (with their verdicts), searches and alerts older than the settings say; how many."""
    days = bot.settings.chat.keep_days
    oldest = bot.clock() - timedelta(days=days)
    gone = await bot.store.answers.forget(oldest) + await bot.store.searches.forget(oldest)
    await bot.store.openings.forget(oldest)
    await bot.store.posts.forget(oldest)
    await bot.store.changes.forget(oldest)
    await bot.store.mail_codes.forget(bot.clock())
    await bot.store.mails.forget(bot.clock().date() - max(timedelta(days=days), _MAILS_KEPT))
    gone += await bot.store.alerts.forget(oldest)
    await bot.store.follows.purge(bot.clock() - _UNDO)
    await bot.store.alerts.drop_removed()
    if gone:
        log.info("Forgot %d answers, searches and alerts older than %d days", gone, days)
    return gone


async def keep_house(bot: PaperBot) -> None:
    """Tidy now and once a day, until cancelled; a database that is busy is tried again the next day."""
    while True:
        try:
            await tidy(bot)
        except SQLAlchemyError as error:
            explain(error, what="forgetting old answers and searches")
        await asyncio.sleep(_PAUSE.total_seconds())
