"""A catalogue has an identity, so that what was derived from another one is not taken for its own

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revisions", sa.Column("identity", sa.String(32)))
    revisions = sa.table("revisions", sa.column("identity", sa.String(32)))
    op.execute(revisions.update().values(identity=uuid4().hex))
