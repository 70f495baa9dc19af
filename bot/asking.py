"""A question from chat, whichever way it came: context found, answer fetched, record kept, card drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import discord

from bot.cards.answer import answer_card
from bot.client import PaperBot
from bot.examples import EXAMPLES
from bot.store.answers import AnswerRecord, StoredQuote
from retrieval.answers.types import Answer, Question, Turn
from retrieval.errors import InvalidInput
from retrieval.papers import arxiv_ids_in

LONGEST_QUESTION = 1_000
"""Characters of a question that are read; what follows is talk rather than a question."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. ``guild_id`` is ``None`` in a direct message."""

    user_id: int
    channel_id: int
    guild_id: int | None

    @classmethod
    def of(cls, source: discord.Interaction[PaperBot] | discord.Message) -> Asker:
        """The person behind an interaction or a message."""
        user = source.user if isinstance(source, discord.Interaction) else source.author
        channel_id = source.channel_id if isinstance(source, discord.Interaction) else source.channel.id
        return cls(user.id, channel_id or user.id, source.guild.id if source.guild else None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the channel. ``answer_id`` is to be attached to the message once it is sent."""

    answer_id: int
    card: discord.ui.LayoutView


async def ask(bot: PaperBot, asker: Asker, text: str, *, history: tuple[Turn, ...] | None = None) -> Reply:
    """Answer ``text`` and keep what was answered.

    ``history`` is the conversation that the question belongs to; ``None`` looks for this person's
    own last question in this channel, if it is not older than the settings say.
    Raises ``Busy`` and ``InvalidInput`` with the sentence for the person.
    """
    text = text.strip()[:LONGEST_QUESTION]
    if not text:
        raise InvalidInput("That is an empty question. Ask me something about a paper.")
    if history is None:
        history = await _recent_history(bot, asker)
    answer = await bot.library.answer(Question(text, history))
    answer_id = await bot.store.answers.record(_record(bot, asker, answer))
    return Reply(answer_id, answer_card(answer, answer_id, EXAMPLES))


async def sent(bot: PaperBot, reply: Reply, message: discord.Message) -> None:
    """Remember which message holds the answer, so that a reply to it is a follow-up."""
    await bot.store.answers.attach(reply.answer_id, message.id)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: the question that it asks (if it asks one), and papers that it names."""

    question: str | None
    history: tuple[Turn, ...]


async def about_message(bot: PaperBot, message: discord.Message) -> Subject:
    """What "Ask about this" means on ``message``. Raises ``InvalidInput`` where there is nothing to read."""
    record = await bot.store.answers.by_message(message.id)
    if record is not None:
        return Subject(None, _turns(bot, record))
    text = message.clean_content.strip()
    named = await bot.library.papers(arxiv_ids_in(f"{text} {_component_text(message)}"))
    history = (Turn("", tuple(named)),) if named else ()
    if named and "?" not in text:
        return Subject(None, history)
    if not text:
        raise InvalidInput("That message has no text that I can read. Use `/ask` and type your question.")
    return Subject(text, history)


async def history_of_reply(bot: PaperBot, message: discord.Message) -> tuple[Turn, ...] | None:
    """The conversation that a reply goes on with; ``None`` where it replies to no answer of the bot's."""
    replied = message.reference.message_id if message.reference else None
    record = await bot.store.answers.by_message(replied) if replied else None
    return _turns(bot, record) if record else None


async def _recent_history(bot: PaperBot, asker: Asker) -> tuple[Turn, ...]:
    since = bot.clock() - timedelta(minutes=bot.settings.chat.context_minutes)
    record = await bot.store.answers.latest(asker.channel_id, asker.user_id, since)
    return _turns(bot, record) if record else ()


def _turns(bot: PaperBot, record: AnswerRecord) -> tuple[Turn, ...]:
    """The conversation up to and including a kept answer, the newest turns of it."""
    last = Turn(record.question, tuple(paper_id for paper_id, _ in record.papers))
    return (*record.history, last)[-bot.settings.chat.context_turns :]


def _component_text(message: discord.Message) -> str:
    """The text of a Components V2 message, such as a daily post: where its links stand."""
    view = discord.ui.LayoutView.from_message(message)
    return " ".join(item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def _record(bot: PaperBot, asker: Asker, answer: Answer) -> AnswerRecord:
    return AnswerRecord(
        guild_id=asker.guild_id,
        channel_id=asker.channel_id,
        user_id=asker.user_id,
        question=answer.question.text,
        outcome=answer.outcome.value,
        kind=answer.kind,
        confidence=answer.confidence,
        quotes=tuple(StoredQuote.of(quote) for quote in answer.quotes),
        also=tuple(StoredQuote.of(quote) for quote in answer.also),
        papers=tuple((each.paper.id, each.score) for each in answer.papers),
        history=answer.question.history,
        asked_at=bot.clock(),
    )
