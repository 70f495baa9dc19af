"""Telling people of what they follow: matched as papers come in, claimed in the ledger, sent, confirmed.

What is sent is one message a person and period, and each paper is in one message of a person's, ever. As
with the daily post (``bot.daily_post.poster``), a claim is kept before its message is sent, and one whose outcome is
unknown is settled by looking into the direct messages for the button that carries its number.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Final

import discord

from bot.client import PaperBot
from bot.errors import REQUEST_FAILURES, explain
from bot.follows.alert_card import alert_card
from bot.follows.matching import (
    NEWS_AGE,
    current_matches,
    due_period,
    follow_query,
    may_retry,
    new_matches,
    round_robin,
)
from bot.jobs.background import ConcurrencyLimit, run_logged
from bot.jobs.delivery import LEASE, SEND_SECONDS, find_sent, has_button, is_definite
from bot.storage.alerts import Alert, FollowMatch
from bot.storage.follows import Follow, Follower
from bot.ui import custom_ids
from retrieval.errors import QueryError
from retrieval.query.query import Query

log = logging.getLogger(__name__)

_AT_ONCE: Final = 5  # people written to at a time
_NOBODY: Final = {10003, 10013}  # unknown channel, unknown user: there is nobody to write to any more


class AlertSender:
    """Tells what is due. Several of them, in one process or in many, still send one message."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot
        self._places = ConcurrencyLimit(_AT_ONCE)

    async def tick(self, now: datetime) -> None:
        """Settle what was interrupted, look what came in, then tell what is due at ``now`` (aware UTC)."""
        store = self._bot.store
        left = [alert for alert in await store.alerts.open_claims() if now - alert.tried_at >= LEASE]
        await asyncio.gather(*(self._places.serve(f"settling alert {alert.id}", self._settle, alert) for alert in left))
        await run_logged("looking for what people follow", look(self._bot, now))
        await asyncio.gather(
            *(
                self._places.serve(f"telling {follower.user_id}", self._tell, follower, since, now)
                for follower, since in await store.alerts.those_who_wait()
            )
        )

    async def _tell(self, follower: Follower, since: datetime, now: datetime) -> None:
        alerts = self._bot.store.alerts
        period = due_period(follower, now, since)
        if period is None or not may_retry(await alerts.last(follower.user_id, period), now):
            return
        claimed = await alerts.claim(follower.user_id, period, self._bot.clock())
        if claimed is not None:
            await _send(self._bot, *claimed)

    async def _settle(self, alert: Alert) -> None:
        """Find out what became of an open claim, and make good what was not sent."""
        bot, now = self._bot, self._bot.clock()
        if not await bot.store.alerts.take_over(alert, now):
            return
        try:
            message = await _find(bot, alert)
        except discord.Forbidden:
            reason = "I cannot see whether it was sent: I may not read those direct messages."
            await bot.store.alerts.give_up(alert.id, reason, now)
            return
        except REQUEST_FAILURES as error:
            log.warning("Cannot look for alert %s now (%r): trying again", alert.id, error)
            return
        if message is not None:
            log.info("Alert %s was sent before the interruption", alert.id)
            await bot.store.alerts.confirm(alert.id, message.id, now)
        else:
            await _send(bot, alert, await bot.store.alerts.papers_of(alert.id))


async def look(bot: PaperBot, now: datetime) -> None:
    """Hold what came in or changed since the last look against all that is followed, and keep what fits."""
    alerts, news = bot.store.alerts, bot.library.news
    seen, latest = await alerts.seen(), await news.latest()
    if latest < seen:  # the papers' database was made anew
        await bot.store.follows.rewind(latest)
        seen = latest
        await alerts.look_ended([], latest)
    if latest == seen:
        return
    follows = _readable(await bot.store.follows.live())
    after = max(seen, min((follow.since for follow, _ in follows), default=latest))
    changed = await news.between(after, latest, recent=(now - NEWS_AGE).date()) if after < latest else []
    fitting = await news.fitting([query for _, query in follows], [each.paper_id for each in changed])
    found = new_matches([follow for follow, _ in follows], fitting, changed, now)
    fresh = await alerts.look_ended(found, latest)
    if fresh:
        log.info("%d papers came in or changed; %d times one fits what somebody follows", len(changed), fresh)


def _readable(follows: list[Follow]) -> list[tuple[Follow, Query]]:
    """The follows with their queries; one that an earlier version took and this one does not is logged."""
    read = list[tuple[Follow, Query]]()
    queries = dict[str, Query]()
    for follow in follows:
        try:
            query = queries.get(follow.text) or follow_query(follow.text)
        except QueryError as error:
            explain(error, what=f"reading follow {follow.id}")
        else:
            queries[follow.text] = query
            read.append((follow, query))
    return read


async def _draw(bot: PaperBot, alert: Alert, found: list[FollowMatch]) -> discord.ui.LayoutView | None:
    """The message of a claim; ``None`` where every paper of it was withdrawn since."""
    papers = await bot.library.papers([each.paper_id for each in found])
    told = current_matches(found, papers)
    if not told:
        return None
    shown = round_robin(told, bot.settings.follows.papers)
    return alert_card(alert.id, [(each.text, papers[each.paper_id]) for each in shown], len(told))


async def _send(bot: PaperBot, alert: Alert, found: list[FollowMatch]) -> None:
    """Send a claim's message and settle the claim, unless the outcome is unclear: then it stays open.

    The nonce is the claim's number: within some minutes Discord itself does not take it twice.
    """
    card = await _draw(bot, alert, found)
    if card is None:
        reason = "What it would have told was withdrawn by its authors."
        await bot.store.alerts.give_up(alert.id, reason, bot.clock())
        return
    try:
        async with asyncio.timeout(SEND_SECONDS):
            channel = await _room(bot, alert.user_id)
            message = await channel.send(view=card, nonce=f"alert-{alert.id}")
    except REQUEST_FAILURES as error:
        if is_definite(error):
            await _refused(bot, alert, error)
        else:
            log.warning("Whether alert %s was sent is unknown (%r): looking for it later", alert.id, error)
        return
    await bot.store.alerts.confirm(alert.id, message.id, bot.clock())


async def _refused(bot: PaperBot, alert: Alert, error: discord.HTTPException) -> None:
    """Discord said no: there is no message, and what it told waits. To a person who is closed nothing is sent now."""
    now, reason = bot.clock(), error.text.splitlines()[0] if error.text else str(error.status)
    log.warning("Alert %s was refused: %s", alert.id, reason)
    if isinstance(error, discord.Forbidden) or error.code in _NOBODY:
        await bot.store.follows.close(alert.user_id, now)
    await bot.store.alerts.release(alert.id, f"Discord refused it: {reason}", now)


async def _find(bot: PaperBot, alert: Alert) -> discord.Message | None:
    """A claim's message, looked for in the person's direct messages."""
    assert bot.user is not None
    channel, mark = await _room(bot, alert.user_id), custom_ids.FOLLOWS_FROM(alert.id)
    times = {"claimed_at": alert.claimed_at, "tried_at": alert.tried_at}
    return await find_sent(channel, lambda message: has_button(message, mark), bot.user, **times)


async def _room(bot: PaperBot, user_id: int) -> discord.DMChannel:
    """The person's direct messages."""
    user = bot.get_user(user_id) or await bot.fetch_user(user_id)
    return user.dm_channel or await user.create_dm()
