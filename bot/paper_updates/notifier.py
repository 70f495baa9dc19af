"""Notifies people who saved a paper of its changes, by one direct message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.client import PaperBot
from bot.errors import REQUEST_FAILURES
from bot.jobs.background import ConcurrencyLimit
from bot.jobs.delivery import SEND_SECONDS, direct_messages
from bot.paper_updates.cards import updates_card
from bot.paper_updates.tracker import track_changes
from bot.storage.paper_changes import PaperChange

log = logging.getLogger(__name__)

_PEOPLE: Final = 20  # notified in one run
_CONCURRENCY: Final = 5


class ChangeNotifier:
    """Finds changes of papers and notifies the people who saved them. Daily posts are updated separately."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot
        self._limit = ConcurrencyLimit(_CONCURRENCY)

    async def tick(self, now: datetime) -> None:
        """Find changes at ``now`` (aware UTC), then notify people. An error with one person doesn't stop the others."""
        changes = self._bot.store.paper_changes
        await track_changes(self._bot.library, changes, now)
        pending = (await changes.pending_notices(_PEOPLE)).items()
        await asyncio.gather(
            *(
                self._limit.serve(f"changes of papers for {user_id}", self._notify, user_id, of)
                for user_id, of in pending
            )
        )

    async def _notify(self, user_id: int, changes: Sequence[PaperChange]) -> None:
        """Send one message with all changes. It is recorded first: no message is better than two."""
        ids = [change.id for change in changes if change.id is not None]
        if not await self._bot.store.paper_changes.claim_notices(user_id, ids, self._bot.clock()):
            return
        papers = await self._bot.library.papers(list({change.paper_id for change in changes}))
        if not papers:
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                channel = await direct_messages(self._bot, user_id)
                await channel.send(view=updates_card(papers, changes))
        except REQUEST_FAILURES as error:
            log.info("Person %s could not be notified of %d changes (%r)", user_id, len(changes), error)
