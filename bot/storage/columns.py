"""What all tables of the community share: their metadata and the column types of our own."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Migrations in ``bot/store/migrations`` lead to exactly the tables that register here."""


class JsonColumn(TypeDecorator[Any]):
    """JSON that pydantic writes and, on the way out, holds against the type it was made for."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)  # once: building it takes 47 reads

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As plain JSON values."""
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """As the type; raises pydantic's ``ValidationError`` for JSON that is not of it."""
        return self._adapter.validate_python(value)


class EnumText(TypeDecorator[StrEnum]):
    """One of the words of an enumeration, kept as plain text."""

    impl = String(16)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """As a member of the enumeration."""
        return None if value is None else self.kind(value)
