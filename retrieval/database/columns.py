"""Types of columns that mean the same in SQLite and in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives to a row, or one that refers to it.

SQLite counts up to 64 bits with any ``INTEGER PRIMARY KEY``, and only with that name; PostgreSQL's ends at 32 bits.
"""


class PortableText(TypeDecorator[str]):
    """Text that is compared and ordered by code points, without NUL characters, which PostgreSQL can't store.

    A NUL becomes U+FFFD when it is stored or compared, so offsets stay. ``length`` documents the longest text that
    the program stores; neither database cuts or refuses a longer one.
    """

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite compares bytes of UTF-8 by default; PostgreSQL does with its collation "C"."""
        if dialect.name == "postgresql":
            return postgresql.TEXT(collation="C")
        return dialect.type_descriptor(Text() if self.length is None else String(self.length))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace NUL characters."""
        return value.replace("\0", "\ufffd") if value and "\0" in value else value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware ``datetime``, stored as naive UTC, because SQLite stores no time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware datetime to naive UTC. Raises ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored UTC time as an aware datetime."""
        return None if value is None else value.replace(tzinfo=UTC)
