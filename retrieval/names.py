"""Names of people as they are compared: word by word, without case, accents and punctuation."""

from __future__ import annotations

import re
from typing import Final

from retrieval.letters import GREEK_NAMES, plain, transcribed

_WORD = re.compile(r"[^\W_]+")
NAME_SUFFIX: Final = re.compile(r"(?:jr|sr)\.?|ii|iii|iv", re.IGNORECASE)
"""What can follow a family name without being a part of it."""
GROUP_NAME: Final = re.compile(
    r"(?:\b|(?<=[a-z]))AI\b|\be\. ?V\.|^(?i:the)\s|"
    r"\b(?i:team|group|labs?|collaboration|consortium|contributors|institute|university|inc|ltd|foundation|research|"
    r"community|authors|committee|society|department|laboratory|laboratories|workshop|project|alliance|network|"
    r"initiative|association|organi[sz]ation|company|corporation|corp|gmbh|llc|college|school|center|centre|developers|"
    r"members|participants|volunteers)\b"
)
"""What the names of teams, companies and collaborations have."""


def folded(text: str) -> str:
    """Text without case and accents, so that “godel” finds “Gödel”, and “lukasz” finds “Łukasz”."""
    if text.isascii():
        return text.casefold()  # the usual case: a bulk import folds millions of names
    return plain(text).casefold()


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name in their order: ``Jean-Pierre O'Neil`` has four. Punctuation alone has none."""
    return tuple(_WORD.findall(folded(name)))


def title_words(title: str) -> tuple[str, ...]:
    """The folded words of a title, as those of a name; a Greek letter alone is its name: ``τ-bench`` is tau bench."""
    return tuple(GREEK_NAMES.get(word, word) for word in name_words(title))


def all_name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name, then those of its other transcription: ``Søren`` is ``soren`` and ``soeren``."""
    other = transcribed(name)
    return name_words(name) if other is None else tuple(dict.fromkeys([*name_words(name), *name_words(other)]))


def without_initials(name: str) -> tuple[str, ...]:
    """The folded words of a name without single letters; all of them where there are no others."""
    words = name_words(name)
    return tuple(word for word in words if len(word) > 1) or words


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are spellings of one: "Yann LeCun" and "Yann A. LeCun", but not "Yann B. LeCun"."""
    if without_initials(one) != without_initials(other):
        return False
    some, others = ({word for word in name_words(name) if len(word) == 1} for name in (one, other))
    return some <= others or others <= some
