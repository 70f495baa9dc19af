"""The recaps of channels: drawn, claimed, sent, confirmed; and, after an interruption, settled, like daily posts."""

from __future__ import annotations

import asyncio
import io
import logging
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.client import PaperBot
from bot.errors import REQUEST_FAILURES
from bot.interactions.permissions import missing_in
from bot.jobs.delivery import LEASE, SEND_SECONDS, find_sent, has_button, is_definite
from bot.recap.cards import CHART, chart_words, recap_card
from bot.recap.chart import votes_by_day
from bot.recap.service import Period, Recap, channel_schedule, due_period, make_recap
from bot.storage.recaps import RecapClaim, RecapFeed
from bot.storage.schedule import Frequency, Schedule
from bot.ui import custom_ids

log = logging.getLogger(__name__)

RETRY: Final = timedelta(hours=1)
"""How long after a refusal the same recap is tried again."""


async def recap_message(
    recap: Recap, recap_id: int, *, files: bool
) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """A recap's card and what is attached to it: the chart, where ``files`` may be and there are votes to show."""
    if not files or not any(votes for _, votes in recap.by_day):
        return recap_card(recap, recap_id, charted=False), []
    picture = await asyncio.to_thread(votes_by_day, recap.by_day)
    attached = discord.File(io.BytesIO(picture), CHART, description=chart_words(recap))
    return recap_card(recap, recap_id, charted=True), [attached]


class RecapPoster:
    """Posts the recaps that are due. Several of them, in one process or in many, still make one post."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot

    async def tick(self, now: datetime) -> None:
        """Settle what was interrupted, then post what is due at ``now`` (aware UTC)."""
        store = self._bot.store.recaps
        for claim in await store.open_claims(now - LEASE):
            if await store.take_over(claim, self._bot.clock()):
                await self._settle(claim)
        for feed in await store.feeds():
            schedule = await self._schedule(feed.channel_id, feed.frequency)
            period = due_period(feed, schedule, now)
            guild = self._bot.get_guild(feed.guild_id)
            if period is not None and guild is not None and not guild.unavailable:
                await self._post(feed, period, schedule.zone)

    async def _schedule(self, channel_id: int, frequency: Frequency) -> Schedule:
        return await channel_schedule(self._bot.store, self._bot.settings.daily, channel_id, frequency)

    async def _post(self, feed: RecapFeed, period: Period, zone: str) -> None:
        """Post a period's recap, where nobody did and there is something to say."""
        now = self._bot.clock()
        claim = await self._bot.store.recaps.claim(feed, period.name, now, refused_before=now - RETRY)
        if claim is not None:
            await self._send(claim, period, zone)

    async def _send(self, claim: RecapClaim, period: Period, zone: str) -> None:
        store, channel = self._bot.store.recaps, self._bot.get_channel(claim.channel_id)
        if not isinstance(channel, discord.TextChannel):  # the server is here, so its channel was deleted
            await store.release(claim.id, "The channel is gone.")
            await store.remove(claim.channel_id)
            return
        recap = await make_recap(self._bot.library, self._bot.store, claim.guild_id, period, zone)
        if recap.is_empty:
            await store.release(claim.id, "There was nothing to say.")
            return
        card, files = await recap_message(recap, claim.id, files=not missing_in(channel, ["attach_files"]))
        quiet = discord.AllowedMentions.none()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                sent = await channel.send(view=card, files=files, nonce=f"recap-{claim.id}", allowed_mentions=quiet)
        except REQUEST_FAILURES as error:
            if is_definite(error):
                log.warning("Recap %s in channel %s was refused: %s", claim.id, claim.channel_id, error.text)
                await store.release(claim.id, error.text)
            else:
                log.warning(
                    "Whether recap %s was sent is unknown (%r): looking into the channel later", claim.id, error
                )
        else:
            await store.confirm(claim.id, sent.id)

    async def _settle(self, claim: RecapClaim) -> None:
        """Find out what became of an open claim, and make good what was not sent."""
        store, channel = self._bot.store.recaps, self._bot.get_channel(claim.channel_id)
        if isinstance(channel, discord.TextChannel) and channel.guild.unavailable:
            return  # what the bot may do there is not known now
        if not isinstance(channel, discord.TextChannel) or missing_in(channel, ["read_message_history"]):
            await store.give_up(claim.id, "I may not read that channel's message history.")
            return
        try:
            found = await _find(channel, claim)
        except REQUEST_FAILURES as error:
            log.warning("Cannot look for recap %s now (%r): trying again", claim.id, error)
            return
        if found is not None:
            await store.confirm(claim.id, found.id)
        else:
            period = Period.parse(claim.name)
            schedule = await self._schedule(claim.channel_id, period.frequency)
            await self._send(claim, period, schedule.zone)


async def _find(channel: discord.TextChannel, claim: RecapClaim) -> discord.Message | None:
    """A claim's message: the bot's own one whose button has the claim's number."""
    mark, times = custom_ids.RECAP(claim.id), {"claimed_at": claim.claimed_at, "tried_at": claim.tried_at}
    return await find_sent(channel, lambda message: has_button(message, mark), channel.guild.me, **times)
