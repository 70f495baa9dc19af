"""Papers, lists, votes, and what was read of the live sources

Replaces revisions 0001 to 0007, which no release contained; it keeps the last one's number, so that a database at
0007 needs no upgrade.

Revision ID: 0007
Revises:
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = None
branch_labels = None
depends_on = None

Type = type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]


def _text(length: int | None = None) -> sa.types.TypeEngine[Any]:
    """Text that PostgreSQL compares and orders as SQLite does, without a limit on its length."""
    kind = sa.Text() if length is None else sa.String(length)
    return kind.with_variant(postgresql.TEXT(collation="C"), "postgresql")


NAMES = {"fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
TABLES = sa.MetaData(naming_convention=NAMES)
TEXT, PAPER, NAME, SOURCE = _text(), _text(64), _text(64), _text(32)


def upgrade() -> None:
    TABLES.create_all(op.get_bind())
    op.bulk_insert(TABLES.tables["revisions"], [{"id": 1, "number": 0, "identity": uuid4().hex}])


def _table(name: str, *columns: Iterator[sa.Column[Any]], **options: Any) -> None:
    sa.Table(name, TABLES, *(column for group in columns for column in group), **options)


def _key(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, primary_key=True, autoincrement=False) for name, kind in types.items())


def _paper_key() -> Iterator[sa.Column[Any]]:
    """Part of a key: the paper to which a row belongs, and with which it is deleted."""
    yield sa.Column("paper_id", PAPER, sa.ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True)


def _required(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, nullable=False) for name, kind in types.items())


def _optional(**types: Type) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind) for name, kind in types.items())


def _counter(*names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in names)


def _index(table: str, *columns: str, name: str = "", where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    indexed = [TABLES.tables[table].c[column] for column in columns]
    name = f"ix_{table}_{name or '_'.join(columns)}"
    sa.Index(name, *indexed, sqlite_where=condition, postgresql_where=condition)


_table(
    "papers",
    _key(id=PAPER),
    _required(title=TEXT, folded_title=TEXT, abstract=TEXT, authors=sa.JSON, categories=sa.JSON),
    _optional(published=sa.DateTime, votes=sa.Integer, comments=sa.Integer, link=TEXT, code_url=TEXT),
    _optional(project_url=TEXT, version=sa.Integer, withdrawn=sa.DateTime),
    _counter("arrived", "touched"),
)
_index("papers", "folded_title", "id")
_index("papers", "published", "id")
_index("papers", "votes", "id")
_index("papers", "touched", "id")
_index("papers", "id", "code_url", where="code_url IS NOT NULL")
_index("papers", "id", name="id_withdrawn", where="withdrawn IS NOT NULL")
_table("authors", _paper_key(), _key(position=sa.Integer), _required(folded_name=TEXT))
_index("authors", "folded_name", "paper_id")
_table("name_words", _key(word=TEXT, folded_name=TEXT), sqlite_with_rowid=False)
_table("categories", _key(category=_text(32)), _paper_key())
_table(
    "earlier_abstracts",
    _paper_key(),
    _key(digest=_text(16)),
    _required(title=TEXT, abstract=TEXT),
    _optional(version=sa.Integer),
    _required(replaced_at=sa.DateTime),
)

_table("listings", _key(name=NAME), _paper_key(), _optional(day=sa.Date), _required(position=sa.Integer))
_index("listings", "day")
_index("listings", "paper_id")
_table("votes", _paper_key(), _key(seen_at=sa.DateTime), _required(votes=sa.Integer))

_table(
    "revisions",
    _key(id=sa.Integer),
    _required(number=sa.Integer),
    _counter("changes"),
    _optional(identity=_text(32)),
)
_table("text_changes", _key(revision=sa.Integer, paper_id=PAPER), sqlite_with_rowid=False)

_table("imports", _key(file=TEXT), _required(state=TEXT, line=sa.BigInteger, offset=sa.BigInteger))
_table(
    "source_states",
    _key(source=SOURCE),
    _required(free_at=sa.DateTime, failures=sa.Integer),
    _optional(read_at=sa.DateTime, failed_at=sa.DateTime),
    _required(said=TEXT),
)
_table(
    "source_pages",
    _key(source=SOURCE, page=_text(200)),
    _required(read_at=sa.DateTime, papers=sa.Integer, defects=sa.Integer),
    _optional(etag=TEXT, last_modified=TEXT),
)
