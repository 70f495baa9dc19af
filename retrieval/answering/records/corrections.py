"""What a question takes back: "papers from May, no, June 2025"."""

from __future__ import annotations

import re
from typing import Final

from retrieval.answering.records.periods import BARE, DAY, NAMED, RELATIVE

_PERIOD: Final = rf"(?:{NAMED}|{RELATIVE}|{BARE}|{DAY})"
_PAUSE: Final = r"[\s,.;:!…()–—-]+"
_TAKEN_BACK: Final = (
    rf"(?:(?:oh|ah|er+m?|uh+|um+|or|well|but){_PAUSE})?"
    r"(?:no(?=\s*[,.;:!…–—-])|nope|sorry|wait|actually|i mean|i meant|make (?:that|it)|rather|scratch that|correction"
    r"|pardon|my bad)"
)
_CORRECTION: Final = re.compile(
    rf"(?<![\w.-]){_PERIOD}{_PAUSE}(?:{_TAKEN_BACK}{_PAUSE})+(?:(?:the|from|in|of|on|for) )*(?={_PERIOD}(?![\w-]))",
    re.IGNORECASE,
)


def corrected(text: str) -> str:
    """The text without the days that the next ones replace."""
    return _CORRECTION.sub("", text)
