"""Private links: to a server's posts as a feed, and to a person's saved papers

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.String(64).with_variant(postgresql.TEXT(collation="C"), "postgresql")
    op.create_table(
        "private_links",
        sa.Column("token_hash", text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("list_name", text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_private_links"),
    )
    op.create_index("ix_private_links_guild_id", "private_links", ["guild_id"])
    op.create_index("ix_private_links_user_id", "private_links", ["user_id"])
