"""Cards for pasted links: where a server wants them, and once in a while per paper and channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.cooldown import QuestionCooldowns, TooQuick
from bot.errors import REQUEST_FAILURES
from bot.link_cards.cards import MAX_PAPERS, links_card
from bot.settings import Settings
from bot.storage import Store
from bot.storage.link_cards import WHOLE_SERVER
from bot.texts import mark, tr
from retrieval.errors import PaperNotFound
from retrieval.library import Library
from retrieval.papers import Paper, linked_arxiv_ids

log = logging.getLogger(__name__)

CANNOT_READ: Final = mark(
    "**I can't read messages yet**, so links won't become cards. Whoever runs this bot has to allow it: with the "
    "setting `message_content` under `[discord]`, and the Message Content intent at Discord."
)
_TIMEOUT: Final = 60.0  # seconds to fetch a paper; nobody expects a card after that
_MAX_FETCHES: Final = 4  # messages whose papers are fetched at the same time
_MAX_CHANNELS: Final = 20  # channels that are named


class LinkCardSender:
    """Replies to links with cards. Nobody asked for them, so failures are only logged."""

    def __init__(
        self,
        library: Library,
        store: Store,
        clock: Callable[[], datetime],
        settings: Settings,
        cooldowns: QuestionCooldowns,
    ) -> None:
        self._library = library
        self._links = store.link_cards
        self._clock = clock
        self._interval = timedelta(hours=settings.chat.link_card_hours)
        self._cooldowns = cooldowns
        self._fetches = asyncio.Semaphore(_MAX_FETCHES)

    async def show(self, message: discord.Message) -> None:
        """Reply to a message with a card of the papers that it links to, if cards are wanted there."""
        ids = linked_arxiv_ids(message.content)[:MAX_PAPERS]
        if not ids or message.author.bot or not await self._is_wanted(message) or self._fetches.locked():
            return
        try:
            await self._cooldowns.check(message.author.id)
        except TooQuick:
            return
        papers = await self._claim(message, ids)
        if not papers:
            return
        try:
            reference = message.to_reference(fail_if_not_exists=False)
            await message.channel.send(view=links_card(papers), reference=reference, mention_author=False)
        except REQUEST_FAILURES as error:
            log.info("No link card in channel %s: %r", message.channel.id, error)
            for paper in papers:
                await self._links.release(message.channel.id, paper.id)

    async def _is_wanted(self, message: discord.Message) -> bool:
        if message.guild is None:
            return False
        parent = message.channel.parent_id if isinstance(message.channel, discord.Thread) else message.channel.id
        return await self._links.wanted(message.guild.id, message.channel.id, parent)

    async def _claim(self, message: discord.Message, ids: Sequence[str]) -> list[Paper]:
        """The papers that weren't shown in this channel recently and can be fetched."""
        now, found = self._clock(), list[Paper]()
        guild_id = message.guild.id if message.guild else 0
        for id in ids:
            if await self._links.claim(guild_id, message.channel.id, id, now, now - self._interval):
                paper = await self._fetch(id)
                if paper is None:
                    await self._links.release(message.channel.id, id)
                else:
                    found.append(paper)
        return found

    async def _fetch(self, id: str) -> Paper | None:
        try:
            async with self._fetches, asyncio.timeout(_TIMEOUT):
                return (await self._library.find(id))[0]
        except (PaperNotFound, TimeoutError) as error:
            log.info("No card for the link to %s: %s", id, error)
            return None


async def card_of_links(library: Library, text: str) -> discord.ui.LayoutView | None:
    """The card for a message to the bot that consists of links only; ``None`` for any other message.

    Raises ``PaperNotFound`` with a sentence for the person.
    """
    if not all(linked_arxiv_ids(word) for word in text.split()):
        return None
    return links_card([(await library.find(id))[0] for id in linked_arxiv_ids(text)[:MAX_PAPERS]])


async def links_state(store: Store, guild_id: int, *, reads_messages: bool) -> str:
    """In which channels of a server links become cards."""
    chosen = dict(await store.link_cards.choices(guild_id))
    everywhere = chosen.pop(WHOLE_SERVER, False)
    others = ", ".join([f"<#{id}>" for id, wanted in chosen.items() if wanted != everywhere][:_MAX_CHANNELS])
    if not everywhere and not others:
        return tr("Links to papers stay as they are. `/links on` turns them into cards.")
    if not everywhere:
        state = tr("Links to papers become cards in {channels}.", channels=others)
    elif others:
        state = tr("Links to papers become cards in this server, except in {channels}.", channels=others)
    else:
        state = tr("Links to papers become cards in this server.")
    return state if reads_messages else f"{state}\n{tr(CANNOT_READ)}"
