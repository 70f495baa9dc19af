"""Papers that people opened recently: autocomplete offers them first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Table, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, UtcDateTime


@dataclass(frozen=True, slots=True)
class RecentPaper:
    """When a person last opened a paper; ``at`` is aware UTC."""

    user_id: int
    paper_id: str
    at: datetime


openings = Table(
    "openings",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_openings_user_id_at", openings.c.user_id, openings.c.at)
Index("ix_openings_at", openings.c.at)


class RecentPapers(
    Repository[RecentPaper],
    table=openings,
    row=RecentPaper,
    order=(openings.c.at, openings.c.paper_id),
    dated=openings.c.at,
):
    """``store.recent_papers``"""

    async def note(self, opening: RecentPaper) -> None:
        """Record that a person opened a paper; replaces an earlier time."""
        await self._replace(openings, asdict(opening))

    async def lately(self, user_id: int, limit: int) -> list[tuple[datetime, str]]:
        """The papers that a person opened last, and when; newest first."""
        mine = select(openings.c.at, openings.c.paper_id).where(openings.c.user_id == user_id)
        newest = mine.order_by(openings.c.at.desc(), openings.c.paper_id).limit(limit)
        return [(at, paper_id) for at, paper_id in await self._tuples(newest)]
