"""Names and titles are folded as ``retrieval.names`` folds them now: ø is o, and a name has both transcriptions

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from retrieval.names import all_name_words, folded

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT_ONCE = 2_000


def upgrade() -> None:
    """Fold the names and titles again that have letters beyond ASCII."""
    connection = op.get_bind()
    papers = sa.table(
        "papers", *(sa.column(name) for name in ("id", "title", "folded_title")), sa.column("authors", sa.JSON)
    )
    after = ""
    while rows := connection.execute(
        sa.select(papers.c.id, papers.c.title, papers.c.authors)
        .where(papers.c.id > after)
        .order_by(papers.c.id)
        .limit(_AT_ONCE)
    ).all():
        for paper in rows:
            if not paper.title.isascii():
                titled = sa.update(papers).where(papers.c.id == paper.id)
                connection.execute(titled.values(folded_title=folded(paper.title)))
            for position, name in enumerate(paper.authors):
                if not name.isascii():
                    _rename(connection, paper.id, position, name)
        after = rows[-1].id


def _rename(connection: sa.Connection, paper_id: str, position: int, name: str) -> None:
    authors = sa.table("authors", *(sa.column(each) for each in ("paper_id", "position", "folded_name")))
    words = sa.table("name_words", sa.column("word"), sa.column("folded_name"))
    of_paper = (authors.c.paper_id == paper_id) & (authors.c.position == position)
    connection.execute(sa.update(authors).where(of_paper).values(folded_name=folded(name)))
    known = set(connection.execute(sa.select(words.c.word).where(words.c.folded_name == folded(name))).scalars())
    rows = [{"word": word, "folded_name": folded(name)} for word in all_name_words(name) if word not in known]
    if rows:
        connection.execute(sa.insert(words), rows)
