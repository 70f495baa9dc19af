"""What a person asked and searched for last is found by the person

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_answers_user_id_asked_at"), "answers", ["user_id", "asked_at"])
    op.create_index(op.f("ix_searches_user_id"), "searches", ["user_id"])
