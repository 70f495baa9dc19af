"""The parts of authors' names, as bibliographies need them: ``van der Maaten``, ``Laurens``.

Sources have the first name first. The family name begins where BibTeX's own rule says: at the first lower-case
word before the last one ("Tame the BeaST", N. Markey, 2009, chapter 11, https://ctan.org/pkg/tamethebeast).
The name of a group isn't split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from retrieval.names import GROUP_NAME, NAME_SUFFIX

_LEADING: Final = frozenset({"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le"})
"""Words that also belong to a family name with a capital, next to a lower-case one."""
_JOINING: Final = frozenset({"y", "i", "e"})
"""Words inside a family name: ``Agüera y Arcas``."""
_WHOLE: Final = re.compile(r"[\d:/;&()@\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Signs that people's names don't have; East Asian scripts have the family name first."""


@dataclass(frozen=True, slots=True)
class AuthorName:
    """The parts of a person's name, or the name of a group, which is in ``last``, with ``whole`` set."""

    first: str
    leading: str
    last: str
    suffix: str
    whole: bool = False

    @property
    def family(self) -> str:
        """The family name with its particles: ``van der Maaten``."""
        return f"{self.leading} {self.last}".strip()

    @property
    def inverted(self) -> str:
        """Family name first: ``van der Maaten, Laurens``; ``King, Martin Luther, Jr.``."""
        return ", ".join(part for part in (self.family, self.first, self.suffix) if part)


def parse_name(text: str) -> AuthorName:
    """The parts of a name. ``text`` is one line; a blank one gives a blank name."""
    text = re.sub(r"^(?:and|&)\s+", "", text.strip(" ,;"), flags=re.IGNORECASE)
    words = text.split()
    if _is_group(text, words):
        return AuthorName("", "", text, "", whole=True)
    if "," in text:
        return _inverted(text)
    suffix = words.pop() if len(words) > 2 and NAME_SUFFIX.fullmatch(words[-1]) else ""  # noqa: PLR2004 - two names and a suffix
    start = _start_of_family(words)
    *leading, last = [" ".join(words[start:])] if _JOINING & set(words[start:-1]) else words[start:]
    return AuthorName(" ".join(words[:start]), " ".join(leading), last, suffix)


def parse_names(texts: Iterable[str]) -> list[AuthorName]:
    """The parts of all names that aren't blank."""
    return [name for text in texts if (name := parse_name(text)).last]


def _is_group(text: str, words: list[str]) -> bool:
    """Whether this is the name of a group, or a single word: names that can't be split."""
    if len(words) == 2 and NAME_SUFFIX.fullmatch(words[1]):  # noqa: PLR2004
        return True
    joined = bool({"and", "et"} & {word.casefold() for word in words})
    if len(words) < 2 or _WHOLE.search(text) or GROUP_NAME.search(text) or joined:  # noqa: PLR2004
        return True
    parts = [part.strip() for part in text.split(",")]
    return len(parts) > 3 or not all(parts) or (len(parts) == 3 and not any(map(NAME_SUFFIX.fullmatch, parts)))  # noqa: PLR2004


def _inverted(text: str) -> AuthorName:
    """The parts of a name with the family name first, or with a comma before the suffix."""
    parts = [part.strip() for part in text.split(",")]
    suffix = next((part for part in parts[1:] if NAME_SUFFIX.fullmatch(part)), "")
    rest = [part for number, part in enumerate(parts) if number == 0 or part != suffix]
    if len(rest) == 1:
        plain = parse_name(rest[0])
        return AuthorName(plain.first, plain.leading, plain.last, suffix, plain.whole and not suffix)
    words = rest[0].split()
    lower = [number for number, word in enumerate(words[:-1]) if word[0].islower()]
    start = lower[-1] + 1 if lower else 0
    return AuthorName(" ".join(rest[1:]), " ".join(words[:start]), " ".join(words[start:]), suffix)


def _start_of_family(words: list[str]) -> int:
    """The index of the family name's first word. A lower-case first name is a typo, not a particle."""
    start = len(words) - 1
    for number in range(1, len(words) - 1):
        if words[number][0].islower():
            start = number
            break
    else:
        return start
    if words[start] in _JOINING:
        return max(1, start - 1)
    while start > 1 and words[start - 1].casefold() in _LEADING:
        start -= 1
    return start
