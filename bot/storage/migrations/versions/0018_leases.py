"""Leases: what one of several processes does alone

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.String(64).with_variant(postgresql.TEXT(collation="C"), "postgresql")
    op.create_table(
        "leases",
        sa.Column("name", text, nullable=False),
        sa.Column("holder", text, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
