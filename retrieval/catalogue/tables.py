"""The papers' tables. Migrations in ``retrieval/migrations`` lead to exactly these."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text

from retrieval.database import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

papers = Table(
    "papers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("folded_title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("published", UtcDateTime),
    Column("votes", Integer),
    Column("comments", Integer),
    Column("link", Text),
    Column("code_url", Text),
    Column("project_url", Text),
)
# Autocomplete reads titles alone; this index keeps it from walking over every abstract.
Index("ix_papers_folded_title_id", papers.c.folded_title, papers.c.id)
Index("ix_papers_published", papers.c.published)

authors = Table(
    "authors",
    metadata,
    Column("paper_id", String(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("folded_name", Text, nullable=False),
)
Index("ix_authors_folded_name_paper_id", authors.c.folded_name, authors.c.paper_id)

categories = Table(
    "categories",
    metadata,
    Column("category", String(32), primary_key=True),
    Column("paper_id", String(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
)

listings = Table(
    "listings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("paper_id", String(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date),
    Column("position", Integer, nullable=False),
)
Index("ix_listings_day", listings.c.day)
Index("ix_listings_paper_id", listings.c.paper_id)

votes = Table(
    "votes",
    metadata,
    Column("paper_id", String(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("seen_at", UtcDateTime, primary_key=True),
    Column("votes", Integer, nullable=False),
)

# A row for each file whose import was stopped half-way; see ``marks``.
imports = Table(
    "imports",
    metadata,
    Column("file", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
)

# One row: ``number`` grows whenever a paper is added or its title or abstract changes.
revisions = Table(
    "revisions", metadata, Column("id", Integer, primary_key=True), Column("number", Integer, nullable=False)
)
