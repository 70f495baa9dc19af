"""Answers, searches, feedback, daily posts and their ledger

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = sa.text("status <> 'released'")
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_answers_channel_id_user_id_asked_at",
        "answers",
        ["channel_id", "user_id", "asked_at"],
        unique=False,
    )
    op.create_index("ix_answers_message_id", "answers", ["message_id"], unique=False)
    op.create_table(
        "daily_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daily_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "daily_feeds",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("minimum_votes", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("when_empty", sa.String(length=16), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name="pk_daily_feeds"),
    )
    op.create_index("ix_daily_feeds_guild_id", "daily_feeds", ["guild_id"], unique=False)
    op.create_table(
        "daily_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.String(length=64), nullable=False),
        sa.Column("for_day", sa.Date(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_daily_posts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_daily_posts_status", "daily_posts", ["status"], unique=False)
    op.create_index(
        "uq_daily_posts_channel_id_for_day",
        "daily_posts",
        ["channel_id", "for_day"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )
    op.create_index(
        "uq_daily_posts_channel_id_list_name",
        "daily_posts",
        ["channel_id", "list_name"],
        unique=True,
        sqlite_where=counts,
        postgresql_where=counts,
    )
    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
    )
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_feedback_answer_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name="pk_feedback"),
    )
