"""Live sources: versions and withdrawals, replaced abstracts, how the sources stand and what was read of them

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("papers", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("papers", sa.Column("withdrawn", sa.DateTime(), nullable=True))
    taken_back = sa.text("withdrawn IS NOT NULL")
    op.create_index("ix_papers_id_withdrawn", "papers", ["id"], sqlite_where=taken_back, postgresql_where=taken_back)
    op.create_table(
        "earlier_abstracts",
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_earlier_abstracts_paper_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", "digest", name=op.f("pk_earlier_abstracts")),
    )
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("free_at", sa.DateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_states")),
    )
    op.create_table(
        "source_pages",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("defects", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "page", name=op.f("pk_source_pages")),
    )
