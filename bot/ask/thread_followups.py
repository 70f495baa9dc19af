"""Follow-up questions in the bot's own threads that don't mention it.

People in a conversation with the bot needn't mention it again; people who talk to each other are left alone.
Reading such messages takes the message content intent.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.ask.service import Asker, AskService
from retrieval.answering.question.analysis import reads_as_following_up, reads_as_question
from retrieval.answering.types import Turn


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message to answer. If an answer is ``expected``, a refusal is sent too; otherwise the bot stays silent."""

    history: tuple[Turn, ...]
    expected: bool


async def find_follow_up(service: AskService, message: discord.Message, bot_id: int) -> FollowUp | None:
    """The follow-up question in a message that doesn't mention the bot; ``None`` if the bot isn't meant."""
    if not isinstance(message.channel, discord.Thread) or not _may_be_meant(message):
        return None
    asks = reads_as_question(message.content)
    if message.reference is not None:
        history = await service.history_of_reply(message.reference.message_id)
        return None if history is None else FollowUp(history, expected=asks)
    if not (asks or reads_as_following_up(message.content)):
        return None
    if not await _is_own_thread(service, message.channel, bot_id):
        return None
    asker = Asker.of(message)
    return FollowUp(await service.recent_history(asker), expected=asks and await service.is_in_conversation(asker))


def _may_be_meant(message: discord.Message) -> bool:
    """Whether a person wrote this to nobody else in particular."""
    is_written = message.type in (discord.MessageType.default, discord.MessageType.reply)
    others = message.mentions or message.role_mentions or message.mention_everyone
    return is_written and not message.author.bot and bool(message.content.strip()) and not others


async def _is_own_thread(service: AskService, thread: discord.Thread, bot_id: int) -> bool:
    """Whether the bot created a thread, it is below one of its answers, or the bot has answered in it."""
    answers = service.store.answers
    return (
        thread.owner_id == bot_id or await answers.any_in(thread.id) or await answers.by_message(thread.id) is not None
    )
