"""Alerts: papers that match what people follow, found as they come in, and sent by direct message.

A person gets one message for each period, and each paper is in one message to them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

import discord

from bot.errors import explain
from bot.follows.alert_card import alert_card
from bot.follows.matching import NEWS_AGE, current_matches, due_period, follow_query, new_matches, round_robin
from bot.jobs.background import Clock, run_logged
from bot.jobs.delivery import DeliveryJob, NotDelivered, direct_messages, find_message, has_button, send_message
from bot.storage import Store
from bot.storage.alerts import alert_claim
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.storage.follows import Follow, Follower
from bot.texts import use_language
from bot.ui import custom_ids
from retrieval.english import Text
from retrieval.errors import QueryError
from retrieval.library import Library
from retrieval.query.query import Query

log = logging.getLogger(__name__)

_NOBODY: Final = {10003, 10013}
"""Unknown channel, unknown user. Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""

Recipient = tuple[Follower, datetime]
"""A person, and since when a paper waits for them."""


class AlertSender(DeliveryJob[Recipient]):
    """Finds what people follow and sends what is due, with at most ``papers`` papers in a message."""

    kind = DeliveryKind.ALERT

    def __init__(self, client: discord.Client, library: Library, store: Store, clock: Clock, papers: int) -> None:
        super().__init__(store, clock)
        self._client, self._library, self._papers = client, library, papers

    async def targets(self, now: datetime) -> Mapping[int, Recipient]:
        """Everybody for whom papers wait, those that came in since the last tick included."""
        await run_logged("matching new papers with follows", match_new_papers(self._library, self._store, now))
        return {follower.user_id: (follower, since) for follower, since in await self._store.alerts.recipients()}

    async def due(self, target: Recipient, now: datetime) -> Claim | None:
        """All papers that wait for a person whose time has come."""
        follower, since = target
        try:
            period = due_period(follower, now, since)
        except ZoneInfoNotFoundError:  # a moved database: at that hour in UTC, until they choose another zone
            period = due_period(replace(follower, zone="UTC"), now, since)
        if period is None or await self._deliveries.named(self.kind, follower.user_id, period) is not None:
            return None
        return alert_claim(follower.user_id, period)

    async def send(self, delivery: Delivery) -> int:
        """Send a person the papers of an alert, except those withdrawn since they were found."""
        found = await self._store.alerts.papers_of(delivery.id)
        papers = await self._library.papers([each.paper_id for each in found])
        matches = current_matches(found, papers)
        if not matches:
            raise NotDelivered(Status.DROPPED, Text("All of its papers were withdrawn by their authors."))
        shown = round_robin(matches, self._papers)
        use_language(await self._store.languages.of(delivery.target_id))
        card = alert_card(delivery.number, [(each.text, papers[each.paper_id]) for each in shown], len(matches))
        return await send_message(await direct_messages(self._client, delivery.target_id), delivery, card)

    async def find(self, delivery: Delivery) -> int | None:
        """Look in the direct messages for the button with the alert's number."""
        assert self._client.user is not None
        channel = await direct_messages(self._client, delivery.target_id)
        return await find_message(
            channel, delivery, self._client.user, has_button(custom_ids.FOLLOWS_FROM(delivery.number))
        )

    async def on_refusal(self, delivery: Delivery, error: discord.HTTPException) -> None:
        """Send nothing more to a person who can't be reached, until they say so. Their papers wait."""
        if isinstance(error, discord.Forbidden) or error.code in _NOBODY:
            await self._store.follows.close(delivery.target_id, self._clock())


async def match_new_papers(library: Library, store: Store, now: datetime) -> None:
    """Compare what came in or changed since the last time with everything that is followed; store what matches."""
    alerts, news = store.alerts, library.new_papers
    seen, latest = await alerts.seen(), await news.latest()
    if latest < seen:  # the papers' database was created again
        await store.follows.rewind(latest)
        seen = latest
        await alerts.record([], latest)
    if latest == seen:
        return
    follows = _readable(await store.follows.live())
    after = max(seen, min((follow.since for follow, _ in follows), default=latest))
    changed = await news.between(after, latest, recent=(now - NEWS_AGE).date()) if after < latest else []
    fitting = await news.matching([query for _, query in follows], [each.paper_id for each in changed])
    found = new_matches([follow for follow, _ in follows], fitting, changed, now)
    fresh = await alerts.record(found, latest)
    if fresh:
        log.info("%d papers came in or changed; %d new matches with follows", len(changed), fresh)


def _readable(follows: list[Follow]) -> list[tuple[Follow, Query]]:
    """The follows with their queries; a query that an earlier version accepted and this one doesn't is logged."""
    readable = list[tuple[Follow, Query]]()
    queries = dict[str, Query]()
    for follow in follows:
        try:
            query = queries.get(follow.text) or follow_query(follow.text)
        except QueryError as error:
            explain(error, what=f"reading follow {follow.id}")
        else:
            queries[follow.text] = query
            readable.append((follow, query))
    return readable
