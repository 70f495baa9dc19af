"""Slips in the words that questions are read by: "papres", "authros"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from retrieval.index.typos import typo_candidates
from retrieval.text import STOP_WORDS

_CUES: Final = """
    paper papers author authors published written wrote vote voted votes upvote upvoted upvotes citation citations cited
    newest latest recent trending category version code github today yesterday which when many
    count since before between
""".split()
_SHORTEST: Final = 4
_SHORT_FORMS: Final = tuple(
    (re.compile(rf"(?<![\w/-]){short}(?![\w/-])", re.IGNORECASE), whole)
    for short, whole in (
        (r"w/o ?|w/out", "without "),
        (r"w/ ?|w(?= (?:code|a repo|repos?|github)\b)", "with "),
        (r"(what|who|where|when|how)s", r"\1's"),
        (r"(today|yesterday)s(?= \w)", r"\1's"),
        (r"(?:mr|mrs|ms|dr|prof)\.? (?=[A-Z])|professor (?=[A-Z])", ""),
        (r"(?:&|and) (?:co|al)\b\.?(?! )", "et al"),
        ("gimme", "give me"),
        ("lemme see", "show me"),
        ("u", "you"),
        ("ur", "your"),
        ("pls|plz", "please"),
    )
)


def written_out(text: str) -> str:
    """The text with what chats shorten written out: "w/ code", "whats new"."""
    for pattern, whole in _SHORT_FORMS:
        text = pattern.sub(whole, text)
    return text


def with_cues_repaired(text: str, is_word: Callable[[str], bool]) -> str:
    """The text with mistyped words of these put right; ``is_word`` tells whether anybody ever wrote a lowered word."""
    text = written_out(text)

    def repaired(found: re.Match[str]) -> str:
        meant = _slips().get(found[0])
        return found[0] if meant is None or found[0] in STOP_WORDS or is_word(found[0]) else meant

    return re.sub(r"(?<![\w-])[a-z]{3,12}(?![\w-])", repaired, text)


@cache
def _slips() -> dict[str, str]:
    """Each cue with one typo, unless that is another cue."""
    slips = {slip: cue for cue in _CUES if len(cue) >= _SHORTEST for slip in typo_candidates(cue)}
    return {slip: cue for slip, cue in slips.items() if slip not in _CUES}
