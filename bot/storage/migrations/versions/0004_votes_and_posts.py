"""Votes of a server's members; what posts show

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
    op.create_table(
        "paper_votes",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", "user_id", name=op.f("pk_paper_votes")),
    )
    op.create_index(op.f("ix_paper_votes_user_id"), "paper_votes", ["user_id"])
    op.create_index(op.f("ix_paper_votes_guild_id_at"), "paper_votes", ["guild_id", "at"])
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["daily_posts.id"], name=op.f("fk_posts_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    outdated = sa.text("wanted <> shown")
    op.create_index("ix_posts_outdated", "posts", ["free_at"], sqlite_where=outdated, postgresql_where=outdated)
    op.create_index(op.f("ix_posts_posted_at"), "posts", ["posted_at"])
    op.create_index(op.f("ix_posts_guild_id"), "posts", ["guild_id"])
    op.create_table(
        "post_papers",
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_papers_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "paper_id", name=op.f("pk_post_papers")),
    )
    op.create_index(op.f("ix_post_papers_paper_id"), "post_papers", ["paper_id"])
