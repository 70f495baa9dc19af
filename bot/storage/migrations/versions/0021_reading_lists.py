"""Reading lists of servers: their setup, papers, votes and readers

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.String(64).with_variant(postgresql.TEXT(collation="C"), "postgresql")
    op.create_table(
        "reading_lists",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("time", sa.Time, nullable=False),
        sa.Column("zone", text, nullable=False),
        sa.Column("discuss_hours", sa.Integer, nullable=False),
        sa.Column("remind_hours", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_reading_lists"),
    )
    op.create_table(
        "reading_candidates",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("paper_id", text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", name="pk_reading_candidates"),
    )
    op.create_table(
        "reading_votes",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("paper_id", text, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", "user_id", name="pk_reading_votes"),
    )
    op.create_index("ix_reading_votes_user_id", "reading_votes", ["user_id"])
    op.create_table(
        "readers",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name="pk_readers"),
    )
    op.create_index("ix_readers_user_id", "readers", ["user_id"])
