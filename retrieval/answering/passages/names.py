"""Names in texts: "KV-Cache", "kv cache" and "KVCaches" are the same, but "Gato" isn't in "aggregator"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

_LETTERS: Final = re.compile(r"[^\W_]+")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_NO_ASCII_LETTERS: Final = bytes(each for each in range(128) if not chr(each).isalnum())
_BLANKED: Final = bytes.maketrans(_NO_ASCII_LETTERS, b" " * len(_NO_ASCII_LETTERS))
_BREAK: Final = "\n"
_NO_ASCII_LETTERS_BUT_BREAKS: Final = _NO_ASCII_LETTERS.replace(_BREAK.encode(), b"")


def squeeze(text: str) -> str:
    """Only the letters and digits, lowercased."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered.encode().translate(None, _NO_ASCII_LETTERS).decode()
    return _NO_LETTERS.sub("", lowered)


def squeeze_all(texts: Sequence[str]) -> list[str]:
    """Squeeze each of these texts, which have no line breaks, at once: several times as fast."""
    lowered = _BREAK.join(texts).lower()
    if texts and lowered.isascii():
        return lowered.encode().translate(None, _NO_ASCII_LETTERS_BUT_BREAKS).decode().split(_BREAK)
    return list(map(squeeze, texts))


def holds_name(text: str, squeezed: str, name: str) -> bool:
    """Whether a text contains a name as whole words, however they're spaced; a plural counts too.

    ``squeezed`` is ``squeeze(text)``; it quickly rules out nearly all texts. ``name`` is squeezed and not empty.
    """
    at = squeezed.find(name)
    if at < 0:
        return False
    starts, ends = _words(text)
    while at >= 0:
        end = at + len(name)
        if at in starts and (end in ends or (squeezed.startswith("s", end) and end + 1 in ends)):
            return True
        at = squeezed.find(name, at + 1)
    return False


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where the words of a text start and end in the squeezed text."""
    lowered = text.lower()
    parts = lowered.encode().translate(_BLANKED).split() if lowered.isascii() else _LETTERS.findall(lowered)
    ends = list(accumulate(map(len, parts), initial=0))
    return frozenset(ends[:-1]), frozenset(ends[1:])


@lru_cache(maxsize=1_024)
def name_pattern(name: str) -> re.Pattern[str]:
    """Matches a squeezed name as whole words, with anything but letters and digits between its characters."""
    inside = r"[\W_]*".join(map(re.escape, name))
    return re.compile(rf"(?<![^\W_]){inside}(?:['’]?s)?(?![^\W_])")
