"""What became of papers, and whom to tell

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched_papers",
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("has_code", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_watched_papers")),
    )
    op.create_index(op.f("ix_watched_papers_looked_at"), "watched_papers", ["looked_at"])
    op.create_table(
        "paper_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_changes")),
    )
    same = ["paper_id", "what", "version"]
    op.create_index("uq_paper_changes_paper_id_what_version", "paper_changes", same, unique=True)
    op.create_table(
        "change_notices",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["change_id"], ["paper_changes.id"], name=op.f("fk_change_notices_change_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "change_id", name=op.f("pk_change_notices")),
    )
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "ix_change_notices_untold", "change_notices", ["user_id"], sqlite_where=untold, postgresql_where=untold
    )
