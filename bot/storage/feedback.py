"""Feedback on answers: one vote per person and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import RowId, UtcDateTime
from retrieval.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person thought of an answer."""

    answer_id: int
    user_id: int
    useful: bool
    at: datetime


feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", RowId, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("useful", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


class Feedback(Repository[Verdict], table=feedback, row=Verdict, order=(feedback.c.at,)):
    """``store.feedback``"""

    async def set(self, answer_id: int, user_id: int, useful: bool, at: datetime) -> bool | None:
        """Vote; the vote as it is now. The same vote again takes it back (``None``).

        Raises ``InvalidInput`` if the answer was deleted.
        """
        mine = (feedback.c.answer_id == answer_id) & (feedback.c.user_id == user_id)
        vote = insert(feedback).values(answer_id=answer_id, user_id=user_id, useful=useful, at=at)
        try:
            async with self._writing(answer_id, user_id) as connection:
                before = await connection.scalar(delete(feedback).where(mine).returning(feedback.c.useful))
                if before == useful:
                    return None
                await connection.execute(vote)
        except IntegrityError as error:
            raise InvalidInput("I no longer have that answer. Ask again to get a fresh one.") from error
        return useful

    async def counts(self, answer_id: int) -> tuple[int, int]:
        """How many people found an answer useful, and how many didn't."""
        useful, not_useful = (func.count().filter(feedback.c.useful.is_(vote)) for vote in (True, False))
        votes = select(useful, not_useful).where(feedback.c.answer_id == answer_id)
        [(for_it, against)] = await self._tuples(votes)
        return for_it, against

    async def all_counts(self) -> Mapping[int, tuple[int, int]]:
        """The same for every answer with feedback, by its id."""
        useful, not_useful = (func.count().filter(feedback.c.useful.is_(vote)) for vote in (True, False))
        votes = select(feedback.c.answer_id, useful, not_useful).group_by(feedback.c.answer_id)
        return {id: (for_it, against) for id, for_it, against in await self._tuples(votes)}
