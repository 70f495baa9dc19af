"""Telling those who saved a paper what became of it: one direct message, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.client import PaperBot
from bot.errors import REQUEST_FAILURES
from bot.jobs.delivery import SEND_SECONDS
from bot.paper_updates.cards import updates_card
from bot.paper_updates.tracker import watch
from bot.storage.paper_changes import PaperChange

log = logging.getLogger(__name__)

_PEOPLE: Final = 20  # in a look


class ChangeNotifier:
    """Looks what became of papers, and tells those who saved them. Posts follow by themselves."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot

    async def tick(self, now: datetime) -> None:
        """One look at ``now`` (aware UTC): what changed, and whom to tell."""
        store = self._bot.store.paper_changes
        await watch(self._bot.library, store, now)
        for user_id, changes in (await store.untold(_PEOPLE)).items():
            await self._tell(user_id, changes)

    async def _tell(self, user_id: int, changes: Sequence[PaperChange]) -> None:
        """Send one message of all changes. It is written down before: rather not told than told twice."""
        ids = [change.id for change in changes if change.id is not None]
        if not await self._bot.store.paper_changes.take(user_id, ids, self._bot.clock()):
            return
        papers = await self._bot.library.papers(list({change.paper_id for change in changes}))
        if not papers:
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                person = self._bot.get_user(user_id) or await self._bot.fetch_user(user_id)
                await person.send(view=updates_card(papers, changes))
        except REQUEST_FAILURES as error:
            log.info("Person %s was not told of %d changes (%r)", user_id, len(changes), error)
