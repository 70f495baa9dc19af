"""Answer questions from chat in the conversation they belong to, and find stored answers again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import discord
from sqlalchemy.exc import DBAPIError as DatabaseFault

from bot.admission import leave, turn
from bot.client import PaperBot
from bot.interactions.viewer import Viewer
from bot.metrics import QUESTIONS
from bot.settings import Settings
from bot.storage import Store
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.conversations import FreshStart
from bot.storage.deliveries import DeliveryKind
from bot.texts import mark
from bot.ui.freshness import freshness
from bot.ui.validation import check_text
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper, Turn
from retrieval.errors import InvalidInput
from retrieval.ingest.live import synced_sources
from retrieval.library import Library
from retrieval.papers import Paper, arxiv_ids_in

log = logging.getLogger(__name__)

MAX_QUESTION_LENGTH: Final = 1_000
"""Characters of a question; the rest is ignored."""
_QUOTE_GONE: Final = mark("I no longer have the abstract that was quoted. Ask again with `/ask`.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. ``guild_id`` is ``None`` in a direct message.

    A thread is one conversation of everyone in it; elsewhere each person has their own.
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
class MessageContent:
    """What a message says: its own text, and the text of its components, such as the links of a daily post."""

    message_id: int
    text: str
    component_text: str

    @classmethod
    def of(cls, message: discord.Message) -> MessageContent:
        """The content of a message. Raises ``InvalidInput`` if it can't be read."""
        view = discord.ui.LayoutView.from_message(message)
        texts = (item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))
        return cls(message.id, check_text(message.clean_content.strip()), " ".join(texts))

    @property
    def arxiv_ids(self) -> tuple[str, ...]:
        """The papers that the message names."""
        return arxiv_ids_in(f"{self.text} {self.component_text}")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to send. ``freshness`` says how old the papers are, if people should know.

    ``unstored`` is its record, if it is new: what people wait for is sent first, and stored then.
    """

    answer_id: int
    answer: Answer
    freshness: str = ""
    private: bool = False
    unstored: AnswerRecord | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: its question, if it asks one, and the papers it names, as a conversation so far."""

    question: str | None
    history: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    """A question answered again, with the reasons. ``changed``: the stored answer had other quotes."""

    answer: Answer
    why: Explanation | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class AskService:
    """What ``/ask``, messages to the bot, and the buttons of answers do."""

    library: Library
    store: Store
    clock: Callable[[], datetime]
    settings: Settings

    async def ask(
        self, asker: Asker, text: str, *, history: tuple[Turn, ...] | None = None, private: bool = False
    ) -> Reply:
        """Answer ``text``; ``attach`` stores the answer.

        ``history`` is the conversation that the question belongs to; ``None``: the asker's most recent one.
        Only the asker sees a ``private`` answer. Raises ``Busy`` and ``InvalidInput`` with a sentence for the person.
        """
        text = text.strip()[:MAX_QUESTION_LENGTH]
        if not text:
            raise InvalidInput("Your question is empty. Ask me something about a paper.")
        async with turn():
            if history is None:
                history = await self.recent_history(asker)
            return await self._new_reply(asker, await self.library.answer(Question(text, history)), private=private)

    async def ask_if_answered(self, asker: Asker, text: str, history: tuple[Turn, ...]) -> Reply | None:
        """As ``ask``; ``None`` if no abstract or record answers the question."""
        async with turn():
            answer = await self.library.answer(Question(text[:MAX_QUESTION_LENGTH], history))
            found = answer.outcome is Outcome.ANSWERED or (answer.outcome is Outcome.RECORD and answer.papers)
            return await self._new_reply(asker, answer) if found else None

    async def _new_reply(self, asker: Asker, answer: Answer, *, private: bool = False) -> Reply:
        now = self.clock()
        QUESTIONS.labels(answer.outcome).inc()
        record = AnswerRecord(
            id=await self.store.answers.new_id(now),
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
            asked_at=now,
            private=private,
        )
        return Reply(record.id or 0, answer, await self.freshness(), private, record)

    async def freshness(self) -> str:
        """How old the papers behind the answers are; empty while they are up to date."""
        newest, sources = await self.library.newest()
        return freshness(newest, sources, self.clock(), synced_sources(self.settings.sources))

    async def attach(self, reply: Reply, message_id: int) -> None:
        """Remember which message holds the answer, so that its buttons work and a reply to it is a follow-up question.

        The answer has been sent: that the database is full or locked is only logged.
        """
        leave()
        try:
            if reply.unstored is None:
                await self.store.answers.attach(reply.answer_id, message_id)
            else:
                await self.store.answers.record(replace(reply.unstored, message_id=message_id))
        except DatabaseFault as error:
            log.error("An answer was sent but can't be stored: %s", error.orig)  # noqa: TRY400 - the sentence says it all

    # --- conversations

    async def subject(self, message: MessageContent) -> Subject:
        """What "Ask about this" means on a message. Raises ``InvalidInput`` if it has no text."""
        record = await self.store.answers.by_message(message.message_id)
        if record is not None:
            return Subject(None, self._history_through(record))
        named = await self.library.papers(message.arxiv_ids)
        history = (Turn("", tuple(named)),) if named else ()
        if named and "?" not in message.text:
            return Subject(None, history)
        if not message.text:
            raise InvalidInput("That message has no text that I can read. Type your question with `/ask`.")
        return Subject(message.text, history)

    async def paper_or_text(self, message: MessageContent) -> tuple[Paper | None, str]:
        """The paper that a message names or answers with, and its text. Raises ``InvalidInput`` if it has neither."""
        record = await self.store.answers.by_message(message.message_id)
        text = record.question if record else message.text
        ids = [id for id, _ in record.papers[:1]] if record else message.arxiv_ids
        named = next(iter((await self.library.papers(ids)).values()), None)
        if named is None and not text:
            raise InvalidInput("That message has no text that I can read. Try `/search` with a few words.")
        return named, text

    async def history_of_reply(self, message_id: int | None, viewer: Viewer | None = None) -> tuple[Turn, ...] | None:
        """The conversation that a reply to this message continues; ``None`` if the message isn't an answer.

        ``viewer``: who says that they reply to it, where Discord doesn't check that they see it.
        """
        record = await self.store.answers.by_message(message_id) if message_id else None
        if record is None or (viewer is not None and not viewer.may_see(record)):
            return None
        return self._history_through(record)

    async def recent_history(self, asker: Asker) -> tuple[Turn, ...]:
        """The conversation that a question without a reply continues; empty if there is none.

        In a thread below an answer, it starts with that answer; in a paper's discussion, with the paper.
        """
        if not asker.in_thread:
            record = await self._latest(asker, None)
            return self._history_through(record) if record else ()
        fresh_since = await self.store.conversations.begun(asker.user_id, asker.channel_id)
        record = await self._latest(asker, fresh_since)
        if record is None:
            record = await self.store.answers.by_message(asker.channel_id)  # a thread has the id of its first message
            record = record if record and (fresh_since is None or record.asked_at > fresh_since) else None
        if record is None and fresh_since is None and asker.guild_id is not None:
            paper_id = await self.store.deliveries.name_of(DeliveryKind.THREAD, asker.guild_id, asker.channel_id)
            return (Turn("", (paper_id,)),) if paper_id else ()
        return self._history_through(record) if record else ()

    async def is_in_conversation(self, asker: Asker) -> bool:
        """Whether this person has recently asked something in this channel."""
        fresh_since = await self.store.conversations.begun(asker.user_id, asker.channel_id)
        return await self._latest(replace(asker, in_thread=False), fresh_since) is not None

    async def start_fresh(self, asker: Asker) -> bool:
        """End this person's conversation in this channel. Returns whether there was one."""
        had_history = bool(await self.recent_history(asker))
        start = FreshStart(asker.user_id, asker.channel_id, asker.guild_id, self.clock())
        await self.store.conversations.begin_afresh(start)
        return had_history

    async def _latest(self, asker: Asker, fresh_since: datetime | None) -> AnswerRecord | None:
        """The latest answer, in a thread to anyone, elsewhere to this person, since they last started fresh."""
        since = self.clock() - timedelta(minutes=self.settings.chat.context_minutes)
        since = max(since, fresh_since + timedelta(microseconds=1)) if fresh_since else since
        latest = self.store.answers.latest_in if asker.in_thread else self.store.answers.latest
        return await latest(asker.channel_id, asker.user_id, since)

    def _history_through(self, record: AnswerRecord) -> tuple[Turn, ...]:
        """The conversation up to and including a stored answer: its latest turns."""
        last = Turn(record.question, tuple(paper_id for paper_id, _ in record.papers))
        return (*record.history, last)[-self.settings.chat.context_turns :]

    # --- stored answers

    async def record(self, answer_id: int, viewer: Viewer) -> AnswerRecord:
        """A stored answer. Raises ``InvalidInput`` once it has been deleted, and for somebody who can't see it."""
        record = await self.store.answers.get(answer_id)
        if record is None or not viewer.may_see(record):
            raise InvalidInput("This answer is too old, and I no longer have it. Ask again with `/ask`.")
        return record

    async def stored_quotes(self, stored: Sequence[StoredQuote]) -> list[Quote]:
        """Quotes with the abstracts as they were quoted, without those whose abstract is gone."""
        papers = await self.library.as_quoted({(each.paper_id, each.digest) for each in stored})
        return [
            Quote(papers[each.paper_id, each.digest], each.start, each.end, each.highlights, each.score)
            for each in stored
            if (each.paper_id, each.digest) in papers and each.end <= len(papers[each.paper_id, each.digest].abstract)
        ]

    async def quotes_by_paper(self, answer_id: int, viewer: Viewer) -> dict[str, list[Quote]]:
        """What an answer quoted, by paper id. Raises ``InvalidInput`` if nothing of it is left."""
        found = dict[str, list[Quote]]()
        for quote in await self.stored_quotes((await self.record(answer_id, viewer)).quotes):
            found.setdefault(quote.paper.id, []).append(quote)
        if not found:
            raise InvalidInput(_QUOTE_GONE)
        return found

    async def restore(self, record: AnswerRecord) -> Reply:
        """A stored answer as it was given; what records answer is looked up again.

        Raises ``InvalidInput`` if an abstract that it quoted is gone.
        """
        if record.outcome == Outcome.RECORD:
            async with turn():
                answer = await self.library.answer(Question(record.question, record.history))
            return Reply(record.id or 0, answer, await self.freshness())
        quotes = await self.stored_quotes(record.quotes)
        if len(quotes) < len(record.quotes):
            raise InvalidInput(_QUOTE_GONE)
        papers = await self.library.papers([id for id, _ in record.papers])
        answer = Answer(
            Question(record.question, record.history),
            Outcome(record.outcome),
            record.kind,
            quotes=tuple(quotes),
            also=tuple(await self.stored_quotes(record.also)),
            papers=tuple(ScoredPaper(papers[id], score) for id, score in record.papers if id in papers),
            confidence=record.confidence,
            reply=record.reply,
        )
        return Reply(record.id or 0, self.library.rated(answer), await self.freshness())

    async def explain(self, record: AnswerRecord) -> ExplainedAnswer:
        """Answer a stored question again, in the same conversation, with the reasons."""
        async with turn():
            answer, why = await self.library.explain(Question(record.question, record.history))
        then = [(each.paper_id, each.start, each.end) for each in record.quotes]
        now = [(each.paper.id, each.start, each.end) for each in answer.quotes]
        return ExplainedAnswer(answer, why, changed=now != then)


def ask_service(bot: PaperBot) -> AskService:
    """The service with what the bot was given."""
    return AskService(bot.library, bot.store, bot.clock, bot.settings)


def first_paper(record: AnswerRecord) -> str:
    """The id of an answer's first paper. Raises ``InvalidInput`` if it has none."""
    if not record.papers:
        raise InvalidInput("This answer names no paper.")
    return record.papers[0][0]
