"""Messages to the bot: a mention in a channel or thread, a direct message, a reply to an answer.

With the message content intent also follow-ups in the bot's threads without a mention, and pasted links.
"""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.ask.examples import EXAMPLES
from bot.ask.service import Asker, Reply, ask, ask_if_answered, history_of_reply, sent
from bot.ask.thread_followups import Overheard, overheard
from bot.client import PaperBot
from bot.cooldown import TooQuick
from bot.errors import explain, tell_author
from bot.link_cards.service import LinkCards, card_of_links
from bot.ui.notices import help_card


def addressed_text(message: discord.Message, me: discord.ClientUser) -> str | None:
    """What a message says to the bot, mentions of the bot left out; ``None`` if it is not meant for it."""
    if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    if message.guild is not None and not any(user.id == me.id for user in message.mentions):
        return None
    return re.sub(rf"<@!?{me.id}>", " ", message.content).strip()


class Talk(commands.Cog):
    """Questions by message."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.link_cards = LinkCards(bot)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer what is addressed to the bot; what else it may read is looked at, and mostly left alone."""
        if self.bot.user is None:
            return
        text = addressed_text(message, self.bot.user)
        if text is None:
            await self._look_at(message)
            return
        try:
            await self._answer(message, text)
        except Exception as error:  # noqa: BLE001 - under the error policy: the author is told, the log holds it
            await tell_author(message, error)

    async def _answer(self, message: discord.Message, text: str) -> None:
        self.bot.cooldowns.check(message.author.id)
        card = await card_of_links(self.bot, text) if text else help_card(EXAMPLES)
        if card is not None:
            await _reply(message, card)
            return
        async with message.channel.typing():
            history = await history_of_reply(self.bot, message)
            reply = await ask(self.bot, Asker.of(message), text, history=history)
        await self._send(message, reply)

    async def _look_at(self, message: discord.Message) -> None:
        """A message that is not addressed to the bot: a follow-up in a thread of its own, or a link to a paper.

        Nobody waits for an answer, so nobody is told when there is none.
        """
        if not self.bot.intents.message_content:
            return
        try:
            heard = await overheard(self.bot, message)
            if heard is None or not await self._answer_overheard(message, heard):
                await self.link_cards.show(message)
        except Exception as error:  # noqa: BLE001 - under the error policy: the log alone hears of it
            explain(error, what="message in passing")

    async def _answer_overheard(self, message: discord.Message, heard: Overheard) -> bool:
        """Whether there was something to answer."""
        try:
            self.bot.cooldowns.check(message.author.id)
        except TooQuick:
            return True
        asker = Asker.of(message)
        if heard.awaited:
            reply = await ask(self.bot, asker, message.content, history=heard.history)
        else:
            reply = await ask_if_answered(self.bot, asker, message.content, heard.history)
        if reply is not None:
            await self._send(message, reply)
        return reply is not None

    async def _send(self, message: discord.Message, reply: Reply) -> None:
        await sent(self.bot, reply, await _reply(message, reply.card))


async def _reply(message: discord.Message, card: discord.ui.LayoutView) -> discord.Message:
    """Hang a card on a message, so that a busy channel stays readable; nobody is pinged."""
    reference = message.to_reference(fail_if_not_exists=False)
    return await message.channel.send(view=card, reference=reference, mention_author=False)
