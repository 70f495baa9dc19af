"""Posts a recap in channels whenever a week or a month is over."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Mapping
from datetime import datetime

import discord

from bot.interactions.permissions import missing_in
from bot.jobs.background import Clock
from bot.jobs.delivery import DeliveryJob, NotDelivered, find_message, has_button, readable_channel, send_message
from bot.jobs.leased_jobs import sees_server, shards_of
from bot.jobs.refusals import GONE, channel_trouble, notify_managers
from bot.recap.cards import CHART, chart_words, recap_card, stopped_recaps_card
from bot.recap.chart import MAX_BARS, votes_by_day
from bot.recap.service import Period, Recap, channel_schedule, due_period, make_recap
from bot.settings import DailySettings
from bot.storage import Store
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import Frequency, Schedule
from bot.texts import use_locale
from bot.ui import custom_ids
from retrieval.english import Text
from retrieval.library import Library

log = logging.getLogger(__name__)


async def recap_message(
    recap: Recap, recap_id: int, *, files: bool
) -> tuple[discord.ui.LayoutView, list[discord.File]]:
    """A recap's card and its attachment: the chart, if ``files`` are allowed, there are
    votes to show, and a bar fits for each day.
    """
    days = recap.by_day
    if not files or not any(votes for _, votes in days) or len(days) > MAX_BARS:
        return recap_card(recap, recap_id, charted=False), []
    picture = await asyncio.to_thread(votes_by_day, days)
    attached = discord.File(io.BytesIO(picture), CHART, description=chart_words(recap))
    return recap_card(recap, recap_id, charted=True), [attached]


class RecapPoster(DeliveryJob[RecapFeed]):
    """Posts the recaps that are due."""

    kind = DeliveryKind.RECAP

    def __init__(
        self, client: discord.Client, library: Library, store: Store, clock: Clock, defaults: DailySettings
    ) -> None:
        super().__init__(store, clock)
        self._client, self._library, self._defaults = client, library, defaults

    def sees(self, delivery: Delivery) -> bool:
        """Only a process with the server's shard can look into its channels."""
        return sees_server(self._client, delivery.guild_id)

    async def targets(self, now: datetime) -> Mapping[int, RecapFeed]:
        """Every channel with recaps."""
        return {feed.channel_id: feed for feed in await self._store.recaps.feeds(shards_of(self._client))}

    async def due(self, target: RecapFeed, now: datetime) -> Claim | None:
        """The period that is over and was not posted yet."""
        period = due_period(target, await self._schedule(target.channel_id, target.frequency), now)
        guild = self._client.get_guild(target.guild_id)
        if period is None or guild is None or guild.unavailable:
            return None
        if await self._deliveries.named(self.kind, target.channel_id, period.name) is not None:
            return None
        return Claim(self.kind, target.channel_id, period.name, target.guild_id)

    async def send(self, delivery: Delivery) -> int:
        """Post a period's recap, if there is anything to say."""
        channel = self._client.get_channel(delivery.target_id)
        if not isinstance(channel, discord.TextChannel):  # the server is available, so its channel was deleted
            await self._stop(delivery, GONE)
            raise NotDelivered(Status.RELEASED, GONE)
        use_locale(channel.guild.preferred_locale)
        period = Period.parse(delivery.name)
        zone = (await self._schedule(channel.id, period.frequency)).zone
        recap = await make_recap(self._library, self._store, channel.guild.id, period, zone)
        if recap.is_empty:
            raise NotDelivered(Status.RELEASED, Text("There was nothing to say."))
        card, files = await recap_message(recap, delivery.number, files=not missing_in(channel, ["attach_files"]))
        return await send_message(channel, delivery, card, files)

    async def find(self, delivery: Delivery) -> int | None:
        """Look in the channel for the button with the recap's number."""
        channel = await readable_channel(self._client, delivery.target_id)
        return await find_message(channel, delivery, channel.guild.me, has_button(custom_ids.RECAP(delivery.number)))

    async def on_refusal(self, delivery: Delivery, error: discord.HTTPException) -> None:
        """Stop the recaps if their channel is gone or closed, and notify somebody."""
        trouble = channel_trouble(error)
        if trouble is not None:
            await self._stop(delivery, trouble)

    async def _stop(self, delivery: Delivery, trouble: Text) -> None:
        guild = self._client.get_guild(delivery.guild_id or 0)
        if not await self._store.recaps.remove(delivery.target_id) or guild is None:
            return
        channel = guild.get_channel(delivery.target_id)
        view = stopped_recaps_card(guild.name, channel.name if channel else None, trouble)
        if not await notify_managers(self._client, guild, delivery.target_id, view):
            log.warning(
                "The recaps of channel %s were stopped, and nobody was notified: %s", delivery.target_id, trouble
            )

    async def _schedule(self, channel_id: int, frequency: Frequency) -> Schedule:
        return await channel_schedule(self._store, self._defaults, channel_id, frequency)
