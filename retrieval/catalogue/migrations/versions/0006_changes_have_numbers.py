"""Changes of papers have numbers, so that what is new since a look can be told

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revisions", sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    # What is there already came in before anybody looked.
    op.add_column("papers", sa.Column("arrived", sa.Integer(), server_default="0", nullable=False))
    op.add_column("papers", sa.Column("touched", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_papers_touched_id", "papers", ["touched", "id"], unique=False)
