"""What is said in the bot's own threads without a mention: which of it is a follow-up, and what it goes on from.

A person in a conversation with the bot need not call it by name again; people who talk with each other there
are left alone. The bot can read such messages only with the message content intent.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.ask.service import Asker, asked_lately, history_of_reply, recent_history
from bot.client import PaperBot
from retrieval.answering.question.analysis import reads_as_following_up, reads_as_question
from retrieval.answering.types import Turn


@dataclass(frozen=True, slots=True)
class Overheard:
    """A message to be answered. Where an answer is ``awaited``, a refusal is told too; else the bot keeps silent."""

    history: tuple[Turn, ...]
    awaited: bool


async def overheard(bot: PaperBot, message: discord.Message) -> Overheard | None:
    """What a message that does not mention the bot goes on from; ``None`` where it is none of its business."""
    if not isinstance(message.channel, discord.Thread) or not _may_be_meant(message):
        return None
    asks = reads_as_question(message.content)
    if message.reference is not None:
        history = await history_of_reply(bot, message)
        return None if history is None else Overheard(history, awaited=asks)
    if not (asks or reads_as_following_up(message.content)) or not await _is_own(bot, message.channel):
        return None
    asker = Asker.of(message)
    return Overheard(await recent_history(bot, asker), awaited=asks and await asked_lately(bot, asker))


def _may_be_meant(message: discord.Message) -> bool:
    """Whether a person said something here that is addressed to nobody else."""
    spoken = message.type in (discord.MessageType.default, discord.MessageType.reply)
    others = message.mentions or message.role_mentions or message.mention_everyone
    return spoken and not message.author.bot and bool(message.content.strip()) and not others


async def _is_own(bot: PaperBot, thread: discord.Thread) -> bool:
    """Whether the bot made a thread, it was opened under an answer, or the bot answered in it."""
    if bot.user is not None and thread.owner_id == bot.user.id:
        return True
    answers = bot.store.answers
    return await answers.any_in(thread.id) or await answers.by_message(thread.id) is not None
