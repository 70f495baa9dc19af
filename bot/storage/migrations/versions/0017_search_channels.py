"""A search is stored with the channel that sees it: only people there, and who typed it, can turn its pages

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier searches belong to who typed them: nothing says where they were shown."""
    op.add_column("searches", sa.Column("guild_id", sa.BigInteger))
    op.add_column("searches", sa.Column("channel_id", sa.BigInteger))
    op.create_index("ix_searches_guild_id", "searches", ["guild_id"])
