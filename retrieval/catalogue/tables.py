"""The tables of the papers' database. A test checks that the migrations create exactly these."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, Table

from retrieval.database import PortableText, UtcDateTime

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
    Column("id", PortableText(64), primary_key=True),
    Column("title", PortableText, nullable=False),
    Column("folded_title", PortableText, nullable=False),
    Column("abstract", PortableText, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("categories", JSON, nullable=False),
    Column("published", UtcDateTime),
    Column("votes", Integer),
    Column("comments", Integer),
    Column("link", PortableText),
    Column("code_url", PortableText),
    Column("project_url", PortableText),
    Column("version", Integer),
    Column("withdrawn", UtcDateTime),
    # The numbers of the change that added the paper, and of the last change of this row; see ``arrivals``.
    Column("arrived", Integer, nullable=False, server_default="0"),
    Column("touched", Integer, nullable=False, server_default="0"),
)
# Autocomplete only needs titles; this index avoids reading every abstract.
Index("ix_papers_folded_title_id", papers.c.folded_title, papers.c.id)
# These contain ids, so that conditions are checked without reading rows of papers.
Index("ix_papers_published_id", papers.c.published, papers.c.id)
Index("ix_papers_votes_id", papers.c.votes, papers.c.id)
Index("ix_papers_touched_id", papers.c.touched, papers.c.id)
_WITH_CODE = papers.c.code_url.is_not(None)
Index("ix_papers_id_code_url", papers.c.id, papers.c.code_url, sqlite_where=_WITH_CODE, postgresql_where=_WITH_CODE)
_WITHDRAWN = papers.c.withdrawn.is_not(None)
Index("ix_papers_id_withdrawn", papers.c.id, sqlite_where=_WITHDRAWN, postgresql_where=_WITHDRAWN)

authors = Table(
    "authors",
    metadata,
    Column("paper_id", PortableText(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("folded_name", PortableText, nullable=False),
)
Index("ix_authors_folded_name_paper_id", authors.c.folded_name, authors.c.paper_id)

# The words of authors' names, to find names by a part of them without reading all names.
name_words = Table(
    "name_words",
    metadata,
    Column("word", PortableText, primary_key=True),
    Column("folded_name", PortableText, primary_key=True),
    sqlite_with_rowid=False,
)

categories = Table(
    "categories",
    metadata,
    Column("category", PortableText(32), primary_key=True),
    Column("paper_id", PortableText(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
)

listings = Table(
    "listings",
    metadata,
    Column("name", PortableText(64), primary_key=True),
    Column("paper_id", PortableText(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date),
    Column("position", Integer, nullable=False),
)
Index("ix_listings_day", listings.c.day)
Index("ix_listings_paper_id", listings.c.paper_id)

votes = Table(
    "votes",
    metadata,
    Column("paper_id", PortableText(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("seen_at", UtcDateTime, primary_key=True),
    Column("votes", Integer, nullable=False),
)

# A row for each file whose import was interrupted; see ``import_checkpoints``.
imports = Table(
    "imports",
    metadata,
    Column("file", PortableText, primary_key=True),
    Column("state", PortableText, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
)

# One row: ``number`` increases whenever a paper is added or its title or abstract changes, ``changes`` with every
# change of papers' rows. ``identity`` is different for every catalogue.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("changes", Integer, nullable=False, server_default="0"),
    Column("identity", PortableText(32)),
)

# The papers of the last revisions; see ``changes``.
text_changes = Table(
    "text_changes",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    sqlite_with_rowid=False,
)

# Abstracts that were replaced by later ones, so that quotes of them can still be shown.
earlier_abstracts = Table(
    "earlier_abstracts",
    metadata,
    Column("paper_id", PortableText(64), ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", PortableText(16), primary_key=True),
    Column("title", PortableText, nullable=False),
    Column("abstract", PortableText, nullable=False),
    Column("version", Integer),
    Column("replaced_at", UtcDateTime, nullable=False),
)

# The state of each live source: all processes that share the database keep its pace together.
source_states = Table(
    "source_states",
    metadata,
    Column("source", PortableText(32), primary_key=True),
    Column("free_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("read_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("said", PortableText, nullable=False),
)

# The pages that were read of each source: where a run continues, and what need not be sent again.
source_pages = Table(
    "source_pages",
    metadata,
    Column("source", PortableText(32), primary_key=True),
    Column("page", PortableText(200), primary_key=True),
    Column("read_at", UtcDateTime, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("defects", Integer, nullable=False),
    Column("etag", PortableText),
    Column("last_modified", PortableText),
)
