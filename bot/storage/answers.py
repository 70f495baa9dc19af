"""Answers: what follow-up questions refer to, and what the buttons under an answer need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Table,
    bindparam,
    column,
    false,
    func,
    select,
    table,
)

from bot.storage.columns import JsonColumn, TextColumn, metadata
from bot.storage.conversations import fresh_starts
from bot.storage.repository import Repository, values_of
from retrieval.answering.types import Outcome, Quote, Span, Turn
from retrieval.database import PortableText, PreparedSelect, RowId, UtcDateTime
from retrieval.english import Text


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quote by reference: the slice ``start..end`` of a paper's abstract. Offsets count characters.

    ``digest`` says which abstract (``Paper.digest``), as a paper may get a new one; ``None`` in old records.
    """

    paper_id: str
    start: int
    end: int
    highlights: tuple[Span, ...]
    score: float
    digest: str | None = None

    @classmethod
    def of(cls, quote: Quote) -> StoredQuote:
        """The reference to ``quote``."""
        return cls(quote.paper.id, quote.start, quote.end, quote.highlights, quote.score, quote.paper.digest)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer as it was given.

    ``papers`` are ids with scores, best first. ``history`` is the conversation before the question,
    oldest first. ``guild_id`` is ``None`` in a direct message; ``id`` and ``message_id`` are ``None``
    until the record is stored and the message sent. Only the person who asked can see a ``private`` answer.
    """

    guild_id: int | None
    channel_id: int
    user_id: int
    question: str
    outcome: str
    kind: str
    confidence: float
    quotes: tuple[StoredQuote, ...]
    also: tuple[StoredQuote, ...]
    papers: tuple[tuple[str, float], ...]
    history: tuple[Turn, ...]
    asked_at: datetime
    reply: Text | None = None
    id: int | None = None
    message_id: int | None = None
    private: bool = False


answers = Table(
    "answers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("question", PortableText, nullable=False),
    Column("outcome", PortableText(16), nullable=False),
    Column("kind", PortableText(64), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reply", TextColumn),
    Column("quotes", JsonColumn(tuple[StoredQuote, ...]), nullable=False),
    Column("also", JsonColumn(tuple[StoredQuote, ...]), nullable=False),
    Column("papers", JsonColumn(tuple[tuple[str, float], ...]), nullable=False),
    Column("history", JsonColumn(tuple[Turn, ...]), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("private", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,  # ids are part of buttons, so they must not be used again
)
Index("ix_answers_message_id", answers.c.message_id)
Index("ix_answers_channel_id_user_id_asked_at", answers.c.channel_id, answers.c.user_id, answers.c.asked_at)
Index("ix_answers_user_id_asked_at", answers.c.user_id, answers.c.asked_at)
Index("ix_answers_guild_id_asked_at", answers.c.guild_id, answers.c.asked_at)

_FIRST_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""From which the milliseconds in ids are counted."""
_LAST_STORED: Final = (
    select(column("seq", RowId))
    .select_from(table("sqlite_sequence", column("name")))
    .where(column("name") == answers.name)
)
"""The largest id that was ever stored, even if it was deleted. Source: https://sqlite.org/autoinc.html"""
_NEWEST_FIRST: Final = (answers.c.asked_at.desc(), answers.c.id.desc())
_FRESH_START: Final = select(fresh_starts.c.at).where(
    fresh_starts.c.channel_id == bindparam("channel"), fresh_starts.c.user_id == bindparam("user")
)
_LATEST: Final = (
    select(answers)
    .where(
        answers.c.channel_id == bindparam("channel"),
        answers.c.user_id == bindparam("user"),
        answers.c.asked_at >= bindparam("since"),
        answers.c.asked_at > func.coalesce(_FRESH_START.scalar_subquery(), _FIRST_DAY),
    )
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_COUNTED = 20_000  # answers of which the papers are counted: a bound for a month of a very busy server


class Answers(
    Repository[AnswerRecord], table=answers, row=AnswerRecord, order=(answers.c.id,), dated=answers.c.asked_at
):
    """``store.answers``. An answer is deleted with all feedback on it."""

    _last_id: int | None = None

    async def new_id(self, now: datetime) -> int:
        """An id for an answer that is stored once it was sent: larger than all earlier ones, stored or not.

        Ids of a new database count from 1. Others are made of the time, so that none is given again after a restart
        if its answer couldn't be stored.
        """
        if self._last_id is None:
            is_embedded = self._engine.dialect.name == "sqlite"
            self._last_id = (await self._value(_LAST_STORED) or 0) if is_embedded else 1
            if self._last_id:
                self._last_id = max(self._last_id, (now - _FIRST_DAY) // timedelta(milliseconds=1))
        self._last_id += 1
        return self._last_id

    async def record(self, record: AnswerRecord) -> int:
        """Store an answer; the id for its buttons, which the database gives it if it has none."""
        return await self._insert(answers, values_of(record, answers, without="id" if record.id is None else ""))

    async def attach(self, answer_id: int, message_id: int) -> None:
        """Record which message shows the answer."""
        await self._change(answers, answers.c.id == answer_id, message_id=message_id)

    async def share(self, answer_id: int) -> bool:
        """Make a private answer public; ``False`` if it is public already: one of two presses shares it."""
        return await self._change(answers, (answers.c.id == answer_id) & answers.c.private, private=False)

    async def unshare(self, answer_id: int) -> None:
        """Make an answer private again: it could not be shown to others."""
        await self._change(answers, answers.c.id == answer_id, private=True)

    async def get(self, answer_id: int) -> AnswerRecord | None:
        """The answer with this id."""
        return await self._newest(answers.c.id == answer_id)

    async def by_message(self, message_id: int) -> AnswerRecord | None:
        """The answer that this message shows."""
        return await self._newest(answers.c.message_id == message_id)

    async def latest(self, channel_id: int, user_id: int, since: datetime) -> AnswerRecord | None:
        """A person's newest answer in a channel, if it was asked for at ``since`` or later and after a fresh start."""
        found = await self._latest.rows(channel=channel_id, user=user_id, since=since)
        return AnswerRecord(**dict(zip(answers.c.keys(), found[0], strict=True))) if found else None

    @cached_property
    def _latest(self) -> PreparedSelect:
        return PreparedSelect.of(self._engine, _LATEST)

    async def latest_in(self, channel_id: int, user_id: int, since: datetime) -> AnswerRecord | None:
        """The newest answer in a channel that this person can see, whoever asked for it, at ``since`` or later."""
        seen = ~answers.c.private | (answers.c.user_id == user_id)
        return await self._newest(answers.c.channel_id == channel_id, seen, answers.c.asked_at >= since)

    async def any_in(self, channel_id: int) -> bool:
        """Whether there is a public answer in a channel."""
        there = select(answers.c.id).where(answers.c.channel_id == channel_id, ~answers.c.private)
        return await self._value(there.limit(1)) is not None

    async def quoted_lately(self, user_id: int, limit: int) -> list[tuple[datetime, str]]:
        """The first paper quoted in each of a person's latest answers, and when they asked; newest first."""
        quoting = select(answers.c.asked_at, answers.c.quotes).where(answers.c.user_id == user_id)
        newest = quoting.order_by(answers.c.asked_at.desc(), answers.c.id.desc()).limit(limit)
        return [(asked_at, quotes[0].paper_id) for asked_at, quotes in await self._tuples(newest) if quotes]

    async def papers_asked_about(self, guild_id: int, first: datetime, until: datetime) -> Mapping[str, int]:
        """How many answers in a server quoted each paper, from ``first`` on and before ``until``.

        Private ones don't count, and if there are very many, only the newest do.
        """
        there = (answers.c.guild_id == guild_id) & ~answers.c.private & (answers.c.outcome == Outcome.ANSWERED)
        asked = select(answers.c.quotes).where(there, answers.c.asked_at >= first, answers.c.asked_at < until)
        quoted = await self._values(asked.order_by(answers.c.id.desc()).limit(_COUNTED))
        return Counter(paper_id for quotes in quoted for paper_id in {quote.paper_id for quote in quotes})

    async def _newest(self, *conditions: ColumnElement[bool]) -> AnswerRecord | None:
        wanted = select(answers).where(*conditions).order_by(*_NEWEST_FIRST)
        return await self._first(wanted, AnswerRecord)
