"""The number of a forgotten search is not given to another one

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":  # other databases never count back
        with op.batch_alter_table("searches", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
