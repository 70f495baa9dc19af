"""How often people asked a moment ago, for the cooldown that several processes share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, Integer, Table, case, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """How many questions a person has asked since ``began`` (aware UTC)."""

    user_id: int
    began: datetime
    questions: int


question_counts = Table(
    "question_counts",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("began", UtcDateTime, nullable=False, index=True),
    Column("questions", Integer, nullable=False),
)
_t = question_counts.c


class QuestionCounts(
    Repository[QuestionCount], table=question_counts, row=QuestionCount, order=(_t.user_id,), dated=_t.began
):
    """``store.question_counts``"""

    async def count(self, user_id: int, now: datetime, span: timedelta, most: int) -> datetime | None:
        """Count a question at ``now``. If the person has asked ``most`` within ``span``: when they may ask again."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        first = dialect.insert(question_counts).values(user_id=user_id, began=now, questions=1)
        over = _t.began <= now - span
        counted = first.on_conflict_do_update(
            index_elements=[_t.user_id],
            set_={"began": case((over, now), else_=_t.began), "questions": case((over, 1), else_=_t.questions + 1)},
            where=over | (_t.questions < most),
        )
        if await self._run(counted):
            return None
        began = await self._value(select(_t.began).where(_t.user_id == user_id))
        return None if began is None else began + span
