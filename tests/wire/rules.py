"""What Discord would refuse in a request: its published schema, and the rules that the schema lacks."""

# JSON of any form passes through here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from tests.shared_data import SHARED
from tests.wire.world import Json

SCHEMA_FILE: Final = SHARED / "discord" / "openapi.json"
COMPONENTS_V2: Final = 1 << 15
_MOST_TEXT: Final = 4_000  # characters of all text displays of a message together
_MOST_COMPONENTS: Final = 40
_MOST_CONTENT: Final = 2_000
_SMALLEST_ID: Final = 1 << 40


@cache
def _document() -> Json:
    if not SCHEMA_FILE.exists():
        return {}
    document = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    # The schema lacks media channels, which Discord documents and accepts.
    document["components"]["schemas"]["ChannelTypes"]["oneOf"].append({"title": "GUILD_MEDIA", "const": 16})
    return document


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    paths = sorted(_document().get("paths", {}), key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$"), path) for path in paths]


@cache
def _validator(method: str, template: str) -> Draft202012Validator | None:
    operation = _document()["paths"][template].get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return None
    return Draft202012Validator({**schema, "components": _document()["components"]})


def schema_errors(method: str, path: str, body: Any) -> list[str]:
    """What the published schema says against a request; nothing where the file isn't there."""
    template = next((template for pattern, template in _templates() if pattern.match(path)), None)
    validator = _validator(method, template) if template else None
    if validator is None:
        return []
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:300]}" for error in validator.iter_errors(_with_ids(body))
    ]


def _with_ids(part: Any) -> Any:
    """The same with ids as strings, as the schema wants them. Discord accepts numbers too, an attachment's as well."""
    if isinstance(part, dict):
        known = {key: _with_ids(value) for key, value in part.items()}
        return {**known, "id": str(part["id"])} if "filename" in part and "id" in part else known
    if isinstance(part, list):
        return [_with_ids(each) for each in part]
    return str(part) if isinstance(part, int) and part >= _SMALLEST_ID else part


def rule_errors(body: Json) -> list[str]:
    """What Discord refuses in a message although its schema doesn't say so."""
    parts = list(_components(body.get("components") or []))
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    text = sum(len(part.get("content") or "") for part in parts if part.get("type") == _TEXT_DISPLAY)
    modern = bool((body.get("flags") or 0) & COMPONENTS_V2)
    wrong = {
        "content is longer than 2,000 characters": len(body.get("content") or "") > _MOST_CONTENT,
        "two components have the same custom_id": len(ids) != len(set(ids)),
        "more than 40 components": modern and len(parts) > _MOST_COMPONENTS,
        "more than 4,000 characters of text": text > _MOST_TEXT,
        "content or embeds beside V2 components": modern and bool(body.get("content") or body.get("embeds")),
        "a lone surrogate": _has_surrogate(body),
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


def is_empty(body: Json, files: int) -> bool:
    """Whether a message would have nothing in it (50006)."""
    return not (body.get("content") or body.get("embeds") or body.get("components") or body.get("sticker_ids") or files)


_TEXT_DISPLAY: Final = 10


def _components(parts: list[Json]) -> Iterator[Json]:
    for part in parts:
        yield part
        yield from _components(part.get("components") or [])
        for inner in ("accessory", "component"):
            if part.get(inner):
                yield from _components([part[inner]])


def _has_surrogate(body: Json) -> bool:
    return re.search(r"[\ud800-\udfff]", json.dumps(body, ensure_ascii=False)) is not None
