"""What all tables of the community database share: metadata and column types."""

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
"""The migrations in ``bot/storage/migrations`` create exactly the tables registered here."""


class JsonColumn(TypeDecorator[Any]):
    """JSON of a type that pydantic checks when it is read."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)  # building one takes as long as 47 reads

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Convert to plain JSON values."""
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Convert to the type. Raises pydantic's ``ValidationError`` for other JSON."""
        return self._adapter.validate_python(value)


class EnumText(TypeDecorator[StrEnum]):
    """A member of an enumeration, stored as text."""

    impl = String(16)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Convert to the member."""
        return None if value is None else self.kind(value)
