"""Names of papers in a question, as far as their form tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from retrieval.text import STOP_WORDS

_WRITTEN: Final = (
    re.compile(r"[\"“„«]([^\"”“»]{3,200})[\"”“»]|(?<!\w)['‘]([^'’]{3,200})['’](?!\w)"),
    re.compile(r"\b(?:called|titled|entitled|named|with the title)\s+([^,;?!]+)", re.IGNORECASE),
    re.compile(
        r"\b(?:[A-Z][\w'’+-]*|\d[\w.]*)(?::? (?:(?:of|the|for|in|on|and|to|with|an?|is|by|from|via|at) )*"
        r"(?:[A-Z][\w'’+-]*|\d[\w.]*))+"
    ),
    re.compile(r"(?<![\w-])(?=[\w.+^-]*(?:\d|[a-z][A-Z]|[A-Z]{2}|-[A-Z]))[A-Za-z][\w.+^-]*\w"),
    re.compile(r"\b(?:the|this|that) ([\w+-]+(?: [\w+-]+)?) (?:paper|article|preprint|report)\b", re.IGNORECASE),
    re.compile(r"\b(?:paper|article|preprint|report)(?: (?:on|about))? ([\w+-]+)", re.IGNORECASE),
)
"""Where a sentence has a paper's name: in quotation marks, behind "called", in capitals, "the X paper"."""
_MOST_NAMES: Final = 6


def quoted_name(text: str) -> str | None:
    """What a sentence has in quotation marks."""
    found = _WRITTEN[0].search(text)
    return (found[1] or found[2]).strip() if found else None


def names_written(text: str) -> tuple[str, ...]:
    """What a sentence may name a paper by, likeliest first."""
    found = [
        next(part for part in (*match.groups(), match[0]) if part)
        for pattern in _WRITTEN
        for match in pattern.finditer(text)
    ]
    return tuple(dict.fromkeys(each.strip(" :,.") for each in found))[:_MOST_NAMES]


_PAPER: Final = re.compile(
    r"^(?:(?:what|who|where)(?:['’]?s| is| are) |(?:show|give|tell|send)(?: me)? )?(?:the |this |that )?"
    r"(?:(?:arxiv )?(?:paper|article|preprint|work|study|report|abstract)s?\s+(?:(?:on|about)\s+)?)?"
    r"(?:(?:of )?(?:the )?(?:first |last |senior |corresponding )?authors? (?:of|behind|on) (?:the )?)?"
    r"(?:(?:called|titled|entitled|named|with the title)\s+)?|\s+(?:paper|article|preprint)(?: authors?)?$"
    r"|\s+authors?$",
    re.IGNORECASE,
)
_QUOTES: Final = "\"'“”„‘’«»`* "


def paper_name(written: str) -> str:
    """A paper's name without "the paper called" and quotation marks."""
    return re.sub(r"['’]s$", "", _PAPER.sub("", written.strip().rstrip("?!.,")).strip(_QUOTES))


def looks_like_a_name(name: str, unknown: Callable[[str], bool]) -> bool:
    """Whether these words call a paper by its name rather than describe it; ``unknown``: no paper has the word."""
    words = [word for word in re.findall(r"[\w'’+.-]*\w", name) if word.lower() not in STOP_WORDS]
    return all(re.search(r"[A-Z]|\d", word) or unknown(word.lower()) for word in words)
