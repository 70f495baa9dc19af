"""Recaps of a week or a month

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_answers_guild_id_asked_at"), "answers", ["guild_id", "asked_at"])
    op.create_table(
        "recap_feeds",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("pace", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_recap_feeds")),
    )
    op.create_table(
        "recap_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recap_posts")),
        sqlite_autoincrement=True,
    )
    counts = sa.text("status <> 'released'")
    op.create_index(
        "uq_recap_posts_channel_id_name",
        "recap_posts",
        ["channel_id", "name"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )
