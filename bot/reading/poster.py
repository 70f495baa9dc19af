"""Opens the thread of each week's paper, and reminds those who joined; each once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

import discord

from bot.interactions.permissions import missing_in
from bot.jobs.delivery import (
    MAY_NOT_READ,
    SEND_SECONDS,
    DeliveryJob,
    NotDelivered,
    find_message,
    has_button,
    is_definite,
    readable_channel,
    send_message,
)
from bot.jobs.leased_jobs import sees_server, shards_of
from bot.jobs.refusals import GONE
from bot.reading.cards import reminder_card, weekly_paper_card
from bot.reading.service import ReadingService, discussed_at, due_week, reminder_is_due
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.storage.reading_lists import ReadingList
from bot.texts import use_locale
from bot.ui import custom_ids
from bot.ui.discord_limits import shorten
from bot.ui.latex import readable
from bot.ui.markdown import visible
from retrieval.english import Text
from retrieval.papers import Paper

log = logging.getLogger(__name__)

_MAX_NAME = 100
_STOPPED = Text("The reading list was stopped.")


class ReadingJob(DeliveryJob[ReadingList]):
    """What the two deliveries share."""

    def __init__(self, client: discord.Client, service: ReadingService) -> None:
        super().__init__(service.store, service.clock)
        self._client, self._service = client, service

    def sees(self, delivery: Delivery) -> bool:
        """Only a process with the server's shard can look into its channels."""
        return sees_server(self._client, delivery.guild_id)

    async def targets(self, now: datetime) -> Mapping[int, ReadingList]:
        """Every server with a reading list."""
        return {each.guild_id: each for each in await self._store.reading_lists.all(shards_of(self._client))}

    async def on_unknown_zone(self, target: ReadingList, reason: Text) -> None:
        """Say so; the others go on."""
        log.warning("The reading list of server %s waits: %s", target.guild_id, reason)

    async def _reading(self, delivery: Delivery) -> ReadingList:
        found = await self._store.reading_lists.get(delivery.target_id)
        if found is None:
            raise NotDelivered(Status.DROPPED, _STOPPED)
        return found

    def _is_here(self, guild_id: int) -> bool:
        guild = self._client.get_guild(guild_id)
        return guild is not None and not guild.unavailable


class WeeklyPaperPoster(ReadingJob):
    """Posts the paper of the week, and opens its thread.

    A delivery is named after the paper, and its day is the week's Monday: so a server reads each paper once, and one
    each week. The thread has the id of its message: Discord opens at most one for a message.
    """

    kind = DeliveryKind.READING

    async def due(self, target: ReadingList, now: datetime) -> Claim | None:
        """The paper with the most votes, if its time has come and the week has none yet."""
        week = due_week(target, now)
        if week is None or not self._is_here(target.guild_id):
            return None
        if week in await self._deliveries.days(self.kind, target.guild_id, week):
            return None
        paper_id = await self._service.next_paper(target)
        return None if paper_id is None else Claim(self.kind, target.guild_id, paper_id, target.guild_id, week)

    async def send(self, delivery: Delivery) -> int:
        """Post the paper and open its thread."""
        reading = await self._reading(delivery)
        channel = self._client.get_channel(reading.channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise NotDelivered(Status.RELEASED, GONE)
        paper = await self._service.library.paper(delivery.name)
        use_locale(channel.guild.preferred_locale)
        card = weekly_paper_card(paper, discussed_at(reading, delivery), delivery.number)
        message_id = await send_message(channel, delivery, card)
        await self._open_thread(channel, message_id, paper)
        return message_id

    async def find(self, delivery: Delivery) -> int | None:
        """Look in the channel for the button with the delivery's number, and open the thread if it is missing."""
        reading = await self._reading(delivery)
        channel = await readable_channel(self._client, reading.channel_id)
        found = await find_message(channel, delivery, channel.guild.me, has_button(custom_ids.READING(delivery.number)))
        if found is not None:
            message = await channel.fetch_message(found)
            if not message.flags.has_thread:
                await self._open_thread(channel, found, await self._service.library.paper(delivery.name))
        return found

    async def _open_thread(self, channel: discord.TextChannel, message_id: int, paper: Paper) -> None:
        """Open the thread of a message. Without the permission, people discuss below the message."""
        if missing_in(channel, ["create_public_threads"]):
            log.warning("Channel %s: no permission to open the thread of the week's paper", channel.id)
            return
        name = shorten(visible(readable(paper.title)).strip() or paper.id, _MAX_NAME)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await channel.get_partial_message(message_id).create_thread(name=name)
        except discord.HTTPException as error:
            if not is_definite(error):  # tried again, since the delivery stays open
                raise
            log.warning("Channel %s: the thread of the week's paper was refused: %s", channel.id, error.text)


class ReadingReminder(ReadingJob):
    """Mentions those who joined in the thread of the week's paper, some time before it is discussed."""

    kind = DeliveryKind.REMINDER

    async def due(self, target: ReadingList, now: datetime) -> Claim | None:
        """The last paper's discussion, if its reminder's time has come and somebody wants it."""
        recent = await self._deliveries.recent(DeliveryKind.READING, target.guild_id, 1)
        opened = next((each for each in recent if each.status is Status.SENT and each.message_id), None)
        if opened is None or not self._is_here(target.guild_id) or not reminder_is_due(target, opened, now):
            return None
        if await self._deliveries.named(self.kind, target.guild_id, str(opened.number)) is not None:
            return None
        wanted = await self._store.readers.of_guild(target.guild_id)
        return Claim(self.kind, target.guild_id, str(opened.number), target.guild_id) if wanted else None

    async def send(self, delivery: Delivery) -> int:
        """Mention those who joined, and nobody else."""
        reading, thread = await self._reading(delivery), await self._thread(delivery)
        opened = await self._opened(delivery)
        readers = await self._store.readers.of_guild(delivery.target_id)
        paper = await self._service.library.paper(opened.name)
        use_locale(thread.guild.preferred_locale)
        card = reminder_card(paper, discussed_at(reading, opened), readers, delivery.number)
        return await send_message(thread, delivery, card, mentioned=[each.user_id for each in readers])

    async def find(self, delivery: Delivery) -> int | None:
        """Look in the thread for the button with the delivery's number."""
        thread = await self._thread(delivery)
        me = thread.guild.me
        if not thread.permissions_for(me).read_message_history:
            raise NotDelivered(Status.UNKNOWN, MAY_NOT_READ)
        return await find_message(thread, delivery, me, has_button(custom_ids.READING_LEAVE(delivery.number)))

    async def _opened(self, delivery: Delivery) -> Delivery:
        opened = await self._deliveries.get(DeliveryKind.READING, int(delivery.name))
        if opened is None or opened.message_id is None:
            raise NotDelivered(Status.DROPPED, GONE)
        return opened

    async def _thread(self, delivery: Delivery) -> discord.Thread:
        opened = await self._opened(delivery)
        guild = self._client.get_guild(delivery.target_id)
        thread = guild.get_thread(opened.message_id or 0) if guild else None
        found = thread or await self._client.fetch_channel(opened.message_id or 0)
        if not isinstance(found, discord.Thread):
            raise NotDelivered(Status.DROPPED, GONE)
        return found
