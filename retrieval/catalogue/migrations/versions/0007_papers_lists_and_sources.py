"""Papers, lists, votes, and what was read of the live sources

Replaces revisions 0001 to 0007, which no release contained; it keeps the last one's number, so that a database at
0007 needs no upgrade.

Revision ID: 0007
Revises:
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_papers()
    _create_paper_details()
    _create_lists_and_votes()
    _create_revisions()
    _create_sources()


def _paper_id(table: str) -> list[sa.schema.SchemaItem]:
    """A column that refers to a paper, and is deleted with it."""
    return [
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f(f"fk_{table}_paper_id"), ondelete="CASCADE"),
    ]


def _create_papers() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published", sa.DateTime()),
        sa.Column("votes", sa.Integer()),
        sa.Column("comments", sa.Integer()),
        sa.Column("link", sa.Text()),
        sa.Column("code_url", sa.Text()),
        sa.Column("project_url", sa.Text()),
        sa.Column("version", sa.Integer()),
        sa.Column("withdrawn", sa.DateTime()),
        sa.Column("arrived", sa.Integer(), server_default="0", nullable=False),
        sa.Column("touched", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
    )
    for columns in (["folded_title", "id"], ["published", "id"], ["votes", "id"], ["touched", "id"]):
        op.create_index(f"ix_papers_{'_'.join(columns)}", "papers", columns)
    code = sa.text("code_url IS NOT NULL")
    op.create_index("ix_papers_id_code_url", "papers", ["id", "code_url"], sqlite_where=code, postgresql_where=code)
    withdrawn = sa.text("withdrawn IS NOT NULL")
    op.create_index("ix_papers_id_withdrawn", "papers", ["id"], sqlite_where=withdrawn, postgresql_where=withdrawn)


def _create_paper_details() -> None:
    op.create_table(
        "authors",
        *_paper_id("authors"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "position", name=op.f("pk_authors")),
    )
    op.create_index("ix_authors_folded_name_paper_id", "authors", ["folded_name", "paper_id"])
    op.create_table(
        "name_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", "folded_name", name=op.f("pk_name_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "categories",
        sa.Column("category", sa.String(32), nullable=False),
        *_paper_id("categories"),
        sa.PrimaryKeyConstraint("category", "paper_id", name=op.f("pk_categories")),
    )
    op.create_table(
        "earlier_abstracts",
        *_paper_id("earlier_abstracts"),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "digest", name=op.f("pk_earlier_abstracts")),
    )


def _create_lists_and_votes() -> None:
    op.create_table(
        "listings",
        sa.Column("name", sa.String(64), nullable=False),
        *_paper_id("listings"),
        sa.Column("day", sa.Date()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "paper_id", name=op.f("pk_listings")),
    )
    op.create_index("ix_listings_day", "listings", ["day"])
    op.create_index("ix_listings_paper_id", "listings", ["paper_id"])
    op.create_table(
        "votes",
        *_paper_id("votes"),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "seen_at", name=op.f("pk_votes")),
    )


def _create_revisions() -> None:
    revisions = op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("identity", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.bulk_insert(revisions, [{"id": 1, "number": 0, "identity": uuid4().hex}])
    op.create_table(
        "text_changes",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", "paper_id", name=op.f("pk_text_changes")),
        sqlite_with_rowid=False,
    )


def _create_sources() -> None:
    op.create_table(
        "imports",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_imports")),
    )
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("free_at", sa.DateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime()),
        sa.Column("failed_at", sa.DateTime()),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_states")),
    )
    op.create_table(
        "source_pages",
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("defects", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.PrimaryKeyConstraint("source", "page", name=op.f("pk_source_pages")),
    )
