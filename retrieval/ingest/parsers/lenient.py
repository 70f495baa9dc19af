"""Objects of which the good fields are read: a bad optional field is left out and named, not the whole paper."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from retrieval.papers import Moment

M = TypeVar("M", bound=BaseModel)

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST_SHOWN: Final = 40  # characters of a bad value in its defect
_DAY: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*(?: ?UTC| ?GMT)?", re.ASCII)


def read_leniently(model: type[M], row: Mapping[str, Any], required: AbstractSet[str]) -> tuple[M, list[str]]:
    """The object without its bad optional fields, and what is wrong with each of these.

    Fields that are ``null`` count as missing. Raises ``ValidationError`` if a ``required`` field is bad or missing.
    """
    kept, defects = {name: value for name, value in row.items() if value is not None}, list[str]()
    while True:
        try:
            return model.model_validate(kept), defects
        except ValidationError as error:
            details = error.errors(include_url=False)
            bad = {str(each["loc"][0]): each["msg"] for each in details if each["loc"] and each["loc"][0] in kept}
            if not bad or set(bad) & required:
                raise
            for name, message in bad.items():
                defects.append(f"{name}: {message.lower().removeprefix('value error, ')}: {shown(kept.pop(name))}")


def shown(value: object) -> str:
    """A bad value in a defect, cut if it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _moment(value: object) -> object:
    """A year, month, day or moment. Numbers count seconds or milliseconds since 1970."""
    if _is_blank(value) or isinstance(value, datetime):
        return None if _is_blank(value) else value
    text = _digits(value) if isinstance(value, int | float) else str(value).strip()
    if day := _DAY.fullmatch(text):
        year, month, number = (int(part) for part in (day[1] or day[4], day[2] or day[5] or 1, day[3] or day[6] or 1))
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError("isn't a date")
        return datetime(year, month, number, tzinfo=UTC)
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)  # noqa: PLR2004 - seconds
    if not _MOMENT.fullmatch(text):
        raise ValueError("isn't a date such as 2024-05-27")
    return re.sub(r" ?(?:UTC|GMT)$", "Z", text)


def _digits(value: float) -> str:
    if isinstance(value, bool) or not math.isfinite(value) or value != int(value):
        raise ValueError("isn't a date")
    return str(int(value))


def _day(value: object) -> object:
    moment = _moment(value)
    return moment.date() if isinstance(moment, datetime) else str(moment)[:10] if moment else None


def _count(value: object) -> object:
    whole = re.fullmatch(r"\s*\d{1,10}(?:\.0+)?\s*", str(value), re.ASCII)
    if not _is_blank(value) and (whole is None or isinstance(value, bool)):
        raise ValueError("isn't a whole number of 0 or more")
    return None if _is_blank(value) else value


def _web_address(value: object) -> object:
    if _is_blank(value):
        return None
    unwrapped = re.sub(r"\s*\n\s*", "", value.strip()) if isinstance(value, str) else ""
    if not re.fullmatch(r"https?://[^\s<>()\[\]{}\"'`\\|^]+", unwrapped, re.IGNORECASE):
        raise ValueError("isn't a web address")
    return unwrapped


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


LenientMoment = Annotated[Moment | None, BeforeValidator(_moment)]
"""A moment as ``2024``, ``2024-05``, ``20240527``, in ISO 8601, or in seconds or milliseconds since 1970."""

LenientDay = Annotated[date | None, BeforeValidator(_day)]
"""A day in the same spellings."""

Count = Annotated[int | None, Field(le=2**31 - 1), BeforeValidator(_count)]
"""A whole number, also written as text; ``true`` and ``1,000`` are none."""

WebAddress = Annotated[str | None, BeforeValidator(_web_address)]
"""An http(s) address without spaces, brackets and quotation marks, so that it can be shown as a link."""
