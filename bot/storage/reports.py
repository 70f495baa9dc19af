"""Reports of wrong answers, one per person and answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Table,
)
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import EnumText, metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.errors import InvalidInput


class Fault(StrEnum):
    """What can be wrong with an answer or a refusal."""

    WRONG_PAPER = "wrong paper"
    WRONG_SENTENCE = "wrong sentence"
    SHOULD_REFUSE = "should refuse"
    SHOULD_ANSWER = "should answer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """What a person said is wrong with an answer. ``comment`` can be empty."""

    answer_id: int
    user_id: int
    fault: Fault
    comment: str
    at: datetime


reports = Table(
    "reports",
    metadata,
    Column("answer_id", RowId, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("fault", EnumText(Fault), nullable=False),
    Column("comment", PortableText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_reports_user_id", reports.c.user_id)


class Reports(Repository[Report], table=reports, row=Report, order=(reports.c.answer_id, reports.c.at)):
    """``store.reports``. A report is deleted with its answer."""

    async def keep(self, report: Report) -> None:
        """Store a report; replaces an earlier one by this person.

        Raises ``InvalidInput`` if the answer was deleted.
        """
        try:
            await self._replace(reports, asdict(report))
        except IntegrityError as error:
            raise InvalidInput("I no longer have that answer. Ask again to get a fresh one.") from error

    async def take_back(self, answer_id: int, user_id: int) -> bool:
        """Delete a person's report; whether there was one."""
        return await self._drop(reports, (reports.c.answer_id == answer_id) & (reports.c.user_id == user_id)) > 0

    async def all(self) -> Sequence[Report]:
        """Every report, by answer, oldest first."""
        return await self._all()
