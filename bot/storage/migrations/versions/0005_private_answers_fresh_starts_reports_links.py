"""Private answers; fresh starts of conversations; reports; cards of links

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "fresh_starts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "channel_id", name=op.f("pk_fresh_starts")),
    )
    op.create_index(op.f("ix_fresh_starts_guild_id"), "fresh_starts", ["guild_id"])
    op.create_table(
        "reports",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fault", sa.String(16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_reports_answer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "user_id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_user_id"), "reports", ["user_id"])
    op.create_table(
        "link_cards",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "channel_id", name=op.f("pk_link_cards")),
    )
    op.create_table(
        "shown_links",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "paper_id", name=op.f("pk_shown_links")),
    )
    op.create_index(op.f("ix_shown_links_guild_id"), "shown_links", ["guild_id"])
    op.create_index(op.f("ix_shown_links_at"), "shown_links", ["at"])
