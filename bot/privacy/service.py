"""Everything stored about a person, from every group of the store, and as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python

from bot.storage import Store

Kept = Mapping[str, Sequence[Any]]
"""Records (dataclasses) by the heading that people read."""


async def everything_of(store: Store, user_id: int) -> dict[str, Sequence[Any]]:
    """All records about a person by heading, including empty headings."""
    return {heading: await group.of_person(user_id) for heading, group in store.personal}


def as_json(user_id: int, at: datetime, kept: Kept) -> bytes:
    """The records as JSON, with all their fields."""
    document: dict[str, Any] = {"user_id": str(user_id), "as_of": at.isoformat()}
    for heading, records in kept.items():
        document[heading] = [to_jsonable_python(record) for record in records]
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
