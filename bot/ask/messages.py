"""Messages to the bot: a mention in a channel or thread, a direct message, a reply to an answer.

With the message content intent also follow-ups in the bot's threads without a mention, and pasted links.
"""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.admission import Place, leave_at_the_end_of_this_task
from bot.ask.answer_card import reply_card
from bot.ask.examples import EXAMPLES
from bot.ask.service import Asker, Reply, ask_service
from bot.ask.thread_followups import FollowUp, find_follow_up
from bot.client import PaperBot
from bot.cooldown import TooQuick
from bot.errors import explain, tell_author
from bot.interactions.deferral import type_if_slow
from bot.link_cards.service import LinkCardSender, card_of_links
from bot.logs import begin_event, event_seconds
from bot.metrics import SECONDS
from bot.texts import use_locale
from bot.ui.notices import help_card
from bot.ui.validation import check_text
from retrieval.errors import Busy


def addressed_text(message: discord.Message, bot_id: int) -> str | None:
    """What a message says to the bot, without the mention; ``None`` if it isn't for the bot."""
    if message.author.bot or message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    if message.guild is not None and not any(user.id == bot_id for user in message.mentions):
        return None
    return re.sub(rf"<@!?{bot_id}>", " ", message.content).strip()


class MessageListener(commands.Cog):
    """Answers messages."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.service = ask_service(bot)
        self.link_cards = LinkCardSender(bot.library, bot.store, bot.clock, bot.settings, bot.cooldowns)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer messages to the bot, and others that are follow-ups or link to papers."""
        if self.bot.user is None:
            return
        begin_event()
        use_locale(message.guild and message.guild.preferred_locale)
        text = addressed_text(message, self.bot.user.id)
        if text is None:
            await self._read_other(message, self.bot.user.id)
            return
        try:
            leave_at_the_end_of_this_task(await self._admit(message))
            await self._answer(message, text)
            SECONDS.labels("message").observe(event_seconds())
        except Exception as error:  # noqa: BLE001 - the error policy: the author reads it, the log has it
            await tell_author(message, error)

    async def _admit(self, message: discord.Message) -> Place:
        return await self.bot.admit(message.author.id, message.guild.id if message.guild else None)

    async def _answer(self, message: discord.Message, text: str) -> None:
        check_text(text)
        card = await card_of_links(self.bot.library, text) if text else help_card(EXAMPLES, self.bot.command_mentions)
        if card is not None:
            await _reply(message, card)
            return
        async with type_if_slow(message.channel):
            history = await self.service.history_of_reply(message.reference.message_id if message.reference else None)
            reply = await self.service.ask(Asker.of(message), text, history=history)
        await self._send(message, reply)

    async def _read_other(self, message: discord.Message, bot_id: int) -> None:
        """Answer a follow-up in one of the bot's threads, or show the papers that a message links.

        Nobody is waiting for an answer, so errors are only logged.
        """
        if not self.bot.intents.message_content:
            return
        try:
            check_text(message.content)
            follow_up = await find_follow_up(self.service, message, bot_id)
            if follow_up is None or not await self._answer_follow_up(message, follow_up):
                await self.link_cards.show(message)
        except Exception as error:  # noqa: BLE001 - the error policy
            explain(error, what="message in passing")

    async def _answer_follow_up(self, message: discord.Message, follow_up: FollowUp) -> bool:
        """Answer it. Returns ``False`` if there was nothing to answer."""
        try:
            leave_at_the_end_of_this_task(await self._admit(message))
        except (Busy, TooQuick) as error:
            if follow_up.expected and isinstance(error, Busy):
                await tell_author(message, error)
            return True
        asker = Asker.of(message)
        if follow_up.expected:
            reply = await self.service.ask(asker, message.content, history=follow_up.history)
        else:
            reply = await self.service.ask_if_answered(asker, message.content, follow_up.history)
        if reply is not None:
            await self._send(message, reply)
        return reply is not None

    async def _send(self, message: discord.Message, reply: Reply) -> None:
        sent = await _reply(message, reply_card(reply))
        await self.service.attach(reply, sent.id)


async def _reply(message: discord.Message, card: discord.ui.LayoutView) -> discord.Message:
    """Reply without a ping: a reply keeps a busy channel readable."""
    reference = message.to_reference(fail_if_not_exists=False)
    return await message.channel.send(view=card, reference=reference, mention_author=False)
