"""What the papers in a list must not be about: "watermarks in images, not in audio or video"."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = r"(?!(?:or|and|nor|but|please|pls|plz|thanks)\b)[\w-]+"
_UNWANTED: Final = re.compile(
    rf"""
    \s*(?:(?:[(,;]\s*|\b(?:but|and)\s+){{1,3}}(?:not|no|nor)
        |[(,;]?\s*\b(?:excluding|except(?:\ for)?|other\ than|apart\ from))\s+
    (?!(?:only|just|merely|necessarily|yet|all|every|too|so|that|to|be|been|being|the\ other)\b)
    (?:(?:on|about|for|in|with|of|from|by|using|those|ones|papers|the)\s+)*
    (?P<words>{_WORD}(?:(?:\s*,\s*|\s+(?:or|and|nor)\s+){_WORD})*(?:\s+{_WORD})?)
    (?:[\s,]+(?:please|pls|plz|thanks))?[\s)?.!]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def without_unwanted(text: str) -> tuple[str, str]:
    """A request without what it ends on as not wanted, and that: ("papers on images", "audio or video")."""
    found = _UNWANTED.search(text)
    return (text[: found.start()], found["words"]) if found else (text, "")
