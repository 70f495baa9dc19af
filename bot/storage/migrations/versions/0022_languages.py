"""Languages: in which a person gets messages that no interaction asks for

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.String(8).with_variant(postgresql.TEXT(collation="C"), "postgresql")
    op.create_table(
        "languages",
        sa.Column("user_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("language", text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_languages"),
    )
