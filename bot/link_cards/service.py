"""Cards of pasted links: where a server wants them, once a paper and channel in a set time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import discord

from bot.client import PaperBot
from bot.cooldown import TooQuick
from bot.link_cards.cards import MOST, links_card
from retrieval.errors import PaperNotFound
from retrieval.papers import Paper, linked_arxiv_ids

log = logging.getLogger(__name__)

_SECONDS = 60.0  # that a paper may take to come from its source; after that nobody looks for its card any more
_FETCHING = 4  # messages whose papers are waited for at once: more are pasted by no human hand


class LinkCards:
    """Shows what is linked. Whatever fails is left out: nobody asked for it."""

    def __init__(self, bot: PaperBot) -> None:
        self._bot = bot
        self._fetching = asyncio.Semaphore(_FETCHING)

    async def show(self, message: discord.Message) -> None:
        """Reply to a message with a card of the papers that it links, where that is wanted."""
        ids = linked_arxiv_ids(message.content)[:MOST]
        if not ids or message.author.bot or not await self._wanted(message) or self._fetching.locked():
            return
        try:
            self._bot.cooldowns.check(message.author.id)
        except TooQuick:
            return
        papers = await self._claimed(message, ids)
        if not papers:
            return
        try:
            reference = message.to_reference(fail_if_not_exists=False)
            await message.channel.send(view=links_card(papers), reference=reference, mention_author=False)
        except discord.HTTPException as refused:
            log.info("No card of a link in channel %s: %s", message.channel.id, refused.text)
            for paper in papers:
                await self._bot.store.link_cards.release(message.channel.id, paper.id)

    async def _wanted(self, message: discord.Message) -> bool:
        if message.guild is None:
            return False
        above = message.channel.parent_id if isinstance(message.channel, discord.Thread) else message.channel.id
        return await self._bot.store.link_cards.wanted(message.guild.id, message.channel.id, above)

    async def _claimed(self, message: discord.Message, ids: Sequence[str]) -> list[Paper]:
        """The papers that can be had and were not shown here lately."""
        links, now, found = self._bot.store.link_cards, self._bot.clock(), list[Paper]()
        since = now - timedelta(hours=self._bot.settings.chat.link_card_hours)
        guild_id = message.guild.id if message.guild else 0
        for id in ids:
            if await links.claim(guild_id, message.channel.id, id, now, since):
                paper = await self._paper(id)
                if paper is None:
                    await links.release(message.channel.id, id)
                else:
                    found.append(paper)
        return found

    async def _paper(self, id: str) -> Paper | None:
        try:
            async with self._fetching, asyncio.timeout(_SECONDS):
                return (await self._bot.library.find(id))[0]
        except (PaperNotFound, TimeoutError) as error:
            log.info("No card of the link to %s: %s", id, error)
            return None


async def card_of_links(bot: PaperBot, text: str) -> discord.ui.LayoutView | None:
    """The papers of a message to the bot that is nothing but links; ``None`` for any other message.

    Raises ``PaperNotFound`` with the sentence for the person.
    """
    if not all(linked_arxiv_ids(word) for word in text.split()):
        return None
    return links_card([(await bot.library.find(id))[0] for id in linked_arxiv_ids(text)[:MOST]])
