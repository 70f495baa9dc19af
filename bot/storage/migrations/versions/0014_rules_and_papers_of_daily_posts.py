"""Rules of daily posts, what to wait for, why one stopped; the papers of each post

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("daily_feeds", sa.Column("rules", sa.Text(), server_default="", nullable=False))
    op.add_column("daily_feeds", sa.Column("server_votes", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("daily_feeds", sa.Column("wait_until", sa.Time(), nullable=True))
    op.add_column("daily_feeds", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("daily_posts", sa.Column("first_day", sa.Date(), nullable=True))
    op.add_column("daily_posts", sa.Column("rules", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "claimed_papers",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["daily_posts.id"], name="fk_claimed_papers_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "place", name="pk_claimed_papers"),
    )
    op.create_index("uq_claimed_papers_channel_id_paper_id", "claimed_papers", ["channel_id", "paper_id"], unique=True)
