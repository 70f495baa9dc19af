"""Papers that people opened

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "paper_id", name=op.f("pk_openings")),
    )
    op.create_index(op.f("ix_openings_user_id_at"), "openings", ["user_id", "at"])
    op.create_index(op.f("ix_openings_at"), "openings", ["at"])
