"""Which papers changed with which revision

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
    op.create_table(
        "text_changes",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", "paper_id", name=op.f("pk_text_changes")),
        sqlite_with_rowid=False,
    )
