"""Words of authors' names; indexes on votes, code links and days

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from retrieval.names import name_words as words_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 10_000


def upgrade() -> None:
    op.drop_index("ix_papers_published", "papers")
    op.create_index("ix_papers_published_id", "papers", ["published", "id"], unique=False)
    op.create_index("ix_papers_votes_id", "papers", ["votes", "id"], unique=False)
    with_code = sa.text("code_url IS NOT NULL")
    op.create_index(
        "ix_papers_id_code_url", "papers", ["id", "code_url"], sqlite_where=with_code, postgresql_where=with_code
    )
    name_words = op.create_table(
        "name_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", "folded_name", name=op.f("pk_name_words")),
        sqlite_with_rowid=False,
    )
    authors = sa.table("authors", sa.column("folded_name", sa.Text))
    last = ""
    while names := _names_after(authors, last):
        rows = [{"word": word, "folded_name": name} for name in names for word in dict.fromkeys(words_of(name))]
        op.bulk_insert(name_words, rows)
        last = names[-1]


def _names_after(authors: sa.TableClause, last: str) -> list[str]:
    column = authors.c.folded_name
    names = sa.select(column).distinct().where(column > last).order_by(column).limit(_BATCH)
    return list(op.get_bind().execute(names).scalars())
