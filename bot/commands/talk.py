"""Messages to the bot: a mention in a channel or thread, a direct message, a reply to an answer."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.asking import Asker, ask, history_of_reply, sent
from bot.cards.notices import help_card
from bot.client import PaperBot
from bot.errors import tell_author
from bot.examples import EXAMPLES


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

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer what is addressed to the bot; everything else is not its business."""
        if self.bot.user is None or (text := addressed_text(message, self.bot.user)) is None:
            return
        try:
            await self._answer(message, text)
        except Exception as error:  # noqa: BLE001 - under the error policy: the author is told, the log holds it
            await tell_author(message, error)

    async def _answer(self, message: discord.Message, text: str) -> None:
        self.bot.cooldowns.take(message.author.id)
        reference = message.to_reference(fail_if_not_exists=False)
        if not text:
            await message.channel.send(view=help_card(EXAMPLES), reference=reference, mention_author=False)
            return
        async with message.channel.typing():
            history = await history_of_reply(self.bot, message)
            reply = await ask(self.bot, Asker.of(message), text, history=history)
        answer = await message.channel.send(view=reply.card, reference=reference, mention_author=False)
        await sent(self.bot, reply, answer)


async def setup(bot: PaperBot) -> None:
    """Called by ``load_extension``."""
    await bot.add_cog(Talk(bot))
