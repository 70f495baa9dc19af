"""Notifies people who saved a paper of its changes, by one direct message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord

from bot.errors import REQUEST_FAILURES
from bot.jobs.background import Clock, ConcurrencyLimit
from bot.jobs.delivery import SEND_SECONDS, direct_messages
from bot.paper_updates.cards import updates_card
from bot.paper_updates.tracker import track_changes
from bot.storage import Store
from bot.storage.paper_changes import PaperChange
from bot.texts import use_language
from retrieval.library import Library

log = logging.getLogger(__name__)

_PEOPLE: Final = 20  # notified in one run
_CONCURRENCY: Final = 5


class ChangeNotifier:
    """Finds changes of papers and notifies the people who saved them. Daily posts are updated separately."""

    def __init__(self, client: discord.Client, library: Library, store: Store, clock: Clock) -> None:
        self._client, self._library, self._clock = client, library, clock
        self._changes, self._languages = store.paper_changes, store.languages
        self._limit = ConcurrencyLimit(_CONCURRENCY)

    async def tick(self, now: datetime) -> None:
        """Find changes at ``now`` (aware UTC), then notify people. An error with one person doesn't stop the others."""
        await track_changes(self._library, self._changes, now)
        pending = (await self._changes.pending_notices(_PEOPLE)).items()
        await asyncio.gather(
            *(
                self._limit.serve(f"changes of papers for {user_id}", self._notify, user_id, of)
                for user_id, of in pending
            )
        )

    async def _notify(self, user_id: int, changes: Sequence[PaperChange]) -> None:
        """Send one message with all changes. It is recorded first: no message is better than two."""
        ids = [change.id for change in changes if change.id is not None]
        if not await self._changes.claim_notices(user_id, ids, self._clock()):
            return
        papers = await self._library.papers(list({change.paper_id for change in changes}))
        if not papers:
            return
        use_language(await self._languages.of(user_id))
        try:
            async with asyncio.timeout(SEND_SECONDS):
                channel = await direct_messages(self._client, user_id)
                await channel.send(view=updates_card(papers, changes))
        except REQUEST_FAILURES as error:
            log.info("Person %s could not be notified of %d changes (%r)", user_id, len(changes), error)
