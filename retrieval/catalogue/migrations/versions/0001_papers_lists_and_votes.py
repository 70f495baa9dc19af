"""Papers, lists and votes

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published", sa.DateTime(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("code_url", sa.Text(), nullable=True),
        sa.Column("project_url", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    op.create_index("ix_papers_folded_title_id", "papers", ["folded_title", "id"], unique=False)
    op.create_index("ix_papers_published", "papers", ["published"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_table(
        "authors",
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_authors_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "position", name=op.f("pk_authors")),
    )
    op.create_index("ix_authors_folded_name_paper_id", "authors", ["folded_name", "paper_id"], unique=False)
    op.create_table(
        "categories",
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_categories_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("category", "paper_id", name=op.f("pk_categories")),
    )
    op.create_table(
        "listings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_listings_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "paper_id", name=op.f("pk_listings")),
    )
    op.create_index("ix_listings_day", "listings", ["day"], unique=False)
    op.create_index("ix_listings_paper_id", "listings", ["paper_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("paper_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_votes_paper_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("paper_id", "seen_at", name=op.f("pk_votes")),
    )
    revisions = sa.table("revisions", sa.column("id", sa.Integer), sa.column("number", sa.Integer))
    op.bulk_insert(revisions, [{"id": 1, "number": 0}])
