"""Votes for papers: one per person, server and paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Table,
    delete,
    func,
    select,
)

from bot.storage.columns import metadata
from bot.storage.daily_posts import outdate
from bot.storage.repository import Repository
from retrieval.database import PortableText, UtcDateTime

_AT_ONCE = 500  # ids in a statement: SQLite takes no more than some thousand values


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's vote for a paper in a server. ``at`` is aware UTC."""

    guild_id: int
    paper_id: str
    user_id: int
    at: datetime


paper_votes = Table(
    "paper_votes",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_paper_votes_user_id", paper_votes.c.user_id)
Index("ix_paper_votes_guild_id_at", paper_votes.c.guild_id, paper_votes.c.at)


class Votes(Repository[Vote], table=paper_votes, row=Vote, order=(paper_votes.c.at, paper_votes.c.paper_id)):
    """``store.votes``. When the votes of a paper change, posts that show it become outdated."""

    async def toggle(self, guild_id: int, paper_id: str, user_id: int, at: datetime) -> bool:
        """Vote for a paper, or take the vote back; whether there is a vote now."""
        mine = _of(guild_id, paper_votes.c.paper_id == paper_id) & (paper_votes.c.user_id == user_id)
        async with self._writing(guild_id, paper_id, user_id) as connection:
            voted = await self._toggle(connection, mine, asdict(Vote(guild_id, paper_id, user_id, at)))
            await connection.execute(outdate(guild_id, [paper_id]))
        return voted

    async def counts(self, guild_id: int, paper_ids: Sequence[str]) -> Mapping[str, int]:
        """How many of a server's members voted for these papers; those without votes are left out."""
        found = dict[str, int]()
        for first in range(0, len(paper_ids), _AT_ONCE):
            some = paper_votes.c.paper_id.in_(paper_ids[first : first + _AT_ONCE])
            found |= await self._counted(_of(guild_id, some))
        return found

    async def totals(self, guild_id: int) -> Mapping[str, int]:
        """The votes of all papers that a server's members voted for."""
        return await self._counted(paper_votes.c.guild_id == guild_id)

    async def given_between(self, guild_id: int, first: datetime, until: datetime) -> Mapping[str, int]:
        """Votes given in a server from ``first`` on and before ``until``, by paper."""
        return await self._counted(_of(guild_id, (paper_votes.c.at >= first) & (paper_votes.c.at < until)))

    async def forget_person(self, user_id: int) -> int:
        """Delete a person's votes; how many."""
        async with self._writing() as connection:
            gone = delete(paper_votes).where(paper_votes.c.user_id == user_id)
            dropped = (await connection.execute(gone.returning(paper_votes.c.guild_id, paper_votes.c.paper_id))).all()
            for guild_id, paper_id in sorted((row.guild_id, row.paper_id) for row in dropped):
                await connection.execute(outdate(guild_id, [paper_id]))
        return len(dropped)

    async def _counted(self, condition: ColumnElement[bool]) -> dict[str, int]:
        counted = select(paper_votes.c.paper_id, func.count().label("votes")).where(condition)
        return dict(await self._tuples(counted.group_by(paper_votes.c.paper_id)))


def _of(guild_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (paper_votes.c.guild_id == guild_id) & condition
