"""One word for how often something is sent

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE followers RENAME COLUMN pace TO frequency")
    op.execute("ALTER TABLE followers RENAME COLUMN told TO notified")
    op.execute("ALTER TABLE inboxes RENAME COLUMN rhythm TO frequency")
    op.execute("ALTER TABLE recap_feeds RENAME COLUMN pace TO frequency")
    op.execute("UPDATE recap_feeds SET frequency = CASE frequency WHEN 'week' THEN 'weekly' ELSE 'monthly' END")
