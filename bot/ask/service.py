"""A question from chat, whichever way it came: context found, answer fetched, record kept, card drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import discord

from bot.ask.answer_card import Audience, answer_card
from bot.ask.examples import EXAMPLES
from bot.client import PaperBot
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.conversations import FreshStart
from bot.storage.deliveries import DeliveryKind
from bot.ui.freshness import freshness
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper, Turn
from retrieval.errors import InvalidInput
from retrieval.ingest.live import synced_sources
from retrieval.papers import Paper, arxiv_ids_in

LONGEST_QUESTION = 1_000
"""Characters of a question that are read; what follows is talk rather than a question."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. ``guild_id`` is ``None`` in a direct message.

    A thread is one conversation of all who write in it; elsewhere each person has one of their own.
    """

    user_id: int
    channel_id: int
    guild_id: int | None
    in_thread: bool = False

    @classmethod
    def of(cls, source: discord.Interaction[PaperBot] | discord.Message) -> Asker:
        """The person behind an interaction or a message."""
        user = source.user if isinstance(source, discord.Interaction) else source.author
        channel_id = source.channel_id if isinstance(source, discord.Interaction) else source.channel.id
        in_thread = isinstance(source.channel, discord.Thread)
        return cls(user.id, channel_id or user.id, source.guild.id if source.guild else None, in_thread)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the channel. ``answer_id`` is to be attached to the message once it is sent."""

    answer_id: int
    card: discord.ui.LayoutView


async def ask(
    bot: PaperBot, asker: Asker, text: str, *, history: tuple[Turn, ...] | None = None, private: bool = False
) -> Reply:
    """Answer ``text`` and keep what was answered.

    ``history`` is the conversation that the question belongs to; ``None`` looks for what was asked last
    in this channel, if it is not older than the settings say. Who asked alone sees a ``private`` answer.
    Raises ``Busy`` and ``InvalidInput`` with the sentence for the person.
    """
    text = text.strip()[:LONGEST_QUESTION]
    if not text:
        raise InvalidInput("That is an empty question. Ask me something about a paper.")
    if history is None:
        history = await recent_history(bot, asker)
    return await _kept(bot, asker, await bot.library.answer(Question(text, history)), private=private)


async def ask_if_answered(bot: PaperBot, asker: Asker, text: str, history: tuple[Turn, ...]) -> Reply | None:
    """As ``ask``, where nobody waits for an answer: ``None``, and nothing is kept, where no abstract gives one."""
    answer = await bot.library.answer(Question(text[:LONGEST_QUESTION], history))
    is_worth_storing = answer.outcome is Outcome.ANSWERED or (answer.outcome is Outcome.RECORD and answer.papers)
    return await _kept(bot, asker, answer) if is_worth_storing else None


async def _kept(bot: PaperBot, asker: Asker, answer: Answer, *, private: bool = False) -> Reply:
    answer_id = await bot.store.answers.record(_record(bot, asker, answer, private=private))
    return Reply(answer_id, answer_card(answer, answer_id, EXAMPLES, Audience(private), await age(bot)))


async def age(bot: PaperBot) -> str:
    """How old the papers are that answers come from, in a few words; nothing while they are as new as can be."""
    library = bot.library
    among = synced_sources(bot.settings.sources)
    return freshness(await library.lists.newest_day(), await library.sources(), bot.clock(), among)


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


async def subject_of(bot: PaperBot, message: discord.Message) -> tuple[Paper | None, str]:
    """The paper that a message names or answers with, and its text. Raises ``InvalidInput`` where it has neither."""
    record = await bot.store.answers.by_message(message.id)
    text = record.question if record else message.clean_content.strip()
    ids = [id for id, _ in record.papers[:1]] if record else arxiv_ids_in(f"{text} {_component_text(message)}")
    named = next(iter((await bot.library.papers(ids)).values()), None)
    if named is None and not text:
        raise InvalidInput("That message has no text that I can read. `/search` finds papers by words of your own.")
    return named, text


async def history_of_reply(bot: PaperBot, message: discord.Message) -> tuple[Turn, ...] | None:
    """The conversation that a reply goes on with; ``None`` where it replies to no answer of the bot's."""
    replied = message.reference.message_id if message.reference else None
    record = await bot.store.answers.by_message(replied) if replied else None
    return _turns(bot, record) if record else None


async def recent_history(bot: PaperBot, asker: Asker) -> tuple[Turn, ...]:
    """The conversation that a question without a reply goes on with; empty where there is none any more.

    In a thread that was opened under an answer, that answer is what is spoken of; in a paper's thread the paper.
    """
    begun = await bot.store.conversations.begun(asker.user_id, asker.channel_id)
    record = await _latest(bot, asker, begun)
    if record is None and asker.in_thread:
        record = await bot.store.answers.by_message(asker.channel_id)  # a thread has the number of its first message
        record = record if record and (begun is None or record.asked_at > begun) else None
    if record is None and begun is None and asker.in_thread and asker.guild_id is not None:
        paper_id = await bot.store.deliveries.name_of(DeliveryKind.THREAD, asker.guild_id, asker.channel_id)
        return (Turn("", (paper_id,)),) if paper_id else ()
    return _turns(bot, record) if record else ()


async def _latest(bot: PaperBot, asker: Asker, begun: datetime | None) -> AnswerRecord | None:
    """The answer that was given last: in a thread to anybody, elsewhere to this person, since they began afresh."""
    since = bot.clock() - timedelta(minutes=bot.settings.chat.context_minutes)
    since = max(since, begun + timedelta(microseconds=1)) if begun else since
    latest = bot.store.answers.latest_in if asker.in_thread else bot.store.answers.latest
    return await latest(asker.channel_id, asker.user_id, since)


async def asked_lately(bot: PaperBot, asker: Asker) -> bool:
    """Whether this person is in a conversation with the bot in this channel."""
    begun = await bot.store.conversations.begun(asker.user_id, asker.channel_id)
    return await _latest(bot, replace(asker, in_thread=False), begun) is not None


async def forget_context(bot: PaperBot, asker: Asker) -> bool:
    """End the conversation of this person in this channel; whether there was one."""
    there = bool(await recent_history(bot, asker))
    start = FreshStart(asker.user_id, asker.channel_id, asker.guild_id, bot.clock())
    await bot.store.conversations.begin_afresh(start)
    return there


async def kept_quotes(bot: PaperBot, stored: Sequence[StoredQuote]) -> list[Quote]:
    """Kept quotes with the abstracts that were quoted then; those whose abstract is gone are left out."""
    papers = await bot.library.as_quoted({(each.paper_id, each.digest) for each in stored})
    return [
        Quote(papers[each.paper_id, each.digest], each.start, each.end, each.highlights, each.score)
        for each in stored
        if (each.paper_id, each.digest) in papers and each.end <= len(papers[each.paper_id, each.digest].abstract)
    ]


async def answer_again(bot: PaperBot, record: AnswerRecord) -> Answer:
    """A stored answer as it was given; what records answer is looked up again.

    Raises ``InvalidInput`` where an abstract that it quoted is gone.
    """
    if record.outcome == Outcome.RECORD:
        return await bot.library.answer(Question(record.question, record.history))
    quotes = await kept_quotes(bot, record.quotes)
    if len(quotes) < len(record.quotes):
        raise InvalidInput("I no longer have the abstract that this was quoted from. Ask again with `/ask`.")
    papers = await bot.library.papers([id for id, _ in record.papers])
    return Answer(
        Question(record.question, record.history),
        Outcome(record.outcome),
        record.kind,
        quotes=tuple(quotes),
        also=tuple(await kept_quotes(bot, record.also)),
        papers=tuple(ScoredPaper(papers[id], score) for id, score in record.papers if id in papers),
        confidence=record.confidence,
    )


def _turns(bot: PaperBot, record: AnswerRecord) -> tuple[Turn, ...]:
    """The conversation up to and including a kept answer, the newest turns of it."""
    last = Turn(record.question, tuple(paper_id for paper_id, _ in record.papers))
    return (*record.history, last)[-bot.settings.chat.context_turns :]


def _component_text(message: discord.Message) -> str:
    """The text of a Components V2 message, such as a daily post: where its links stand."""
    view = discord.ui.LayoutView.from_message(message)
    return " ".join(item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def _record(bot: PaperBot, asker: Asker, answer: Answer, *, private: bool) -> AnswerRecord:
    return AnswerRecord(
        guild_id=asker.guild_id,
        channel_id=asker.channel_id,
        user_id=asker.user_id,
        question=answer.question.text,
        outcome=answer.outcome.value,
        kind=answer.kind,
        confidence=answer.confidence,
        reply=answer.reply,
        quotes=tuple(StoredQuote.of(quote) for quote in answer.quotes),
        also=tuple(StoredQuote.of(quote) for quote in answer.also),
        papers=tuple((each.paper.id, each.score) for each in answer.papers),
        history=answer.question.history,
        asked_at=bot.clock(),
        private=private,
    )
