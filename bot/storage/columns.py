"""What all tables of the community database share: metadata and column types."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Final, cast

from pydantic import TypeAdapter
from sqlalchemy import JSON, Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

from retrieval.database import PortableText
from retrieval.english import Text, data

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


class TextColumn(TypeDecorator[Text]):
    """A text with its parts, so that it can be read in any language; a row from before is plain English."""

    impl = PortableText
    cache_ok = True

    def process_bind_param(self, value: Text | None, dialect: Dialect) -> str | None:
        """Convert to JSON."""
        return None if value is None else json.dumps(_parts(data(value)), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Text | None:
        """Convert to the text."""
        if value is None or not value.startswith(_TEXT):
            return None if value is None else data(value)
        return _whole(json.loads(value))


_TEXT: Final = '{"template": '


def _parts(value: object) -> object:
    """A text and the texts in its fields, in plain JSON values."""
    match value:
        case Text():
            fields = {name: _parts(each) for name, each in value.fields.items()}
            return {"template": value.template, "many": value.many, "number": value.number, "fields": fields}
        case tuple():
            return [_parts(each) for each in cast("tuple[object, ...]", value)]
        case int():
            return value
        case _:
            return str(value)


def _whole(value: Any) -> Any:
    """What ``_parts`` was given."""
    match value:
        case {"template": str(template), "many": many, "number": number, "fields": parts}:
            fields = {name: _whole(each) for name, each in cast("dict[str, Any]", parts).items()}
            return Text.of(template, many, number, fields)
        case list():
            return tuple(map(_whole, cast("list[object]", value)))
        case _:
            return value


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
