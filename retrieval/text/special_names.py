"""Names of which the words alone say too little: US and IT, which are stop words in lower case, U.S., C++, A*, π_0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from retrieval.letters import GREEK_NAMES
from retrieval.text.chunks import Token
from retrieval.text.stop_words import STOP_WORDS

AFTER_CAPITAL: Final = r"(?:[A-Z]{1,4}(?![\w'’])|(?:\.[A-Z])+(?!\w)|\*(?![\w*$]))"
"""A pattern for what follows a capital at the beginning of a word that may be such a name."""
_AT_BEGINNING: Final = re.compile(rf"(?:^|(?<=[ (]))[A-Z]{AFTER_CAPITAL}")
IN_PARENTHESES: Final = re.compile(rf"\(([A-Z]{AFTER_CAPITAL})")
OPERATORS: Final = frozenset({"and", "or", "not"})
_STRESSED: Final = OPERATORS | frozenset(
    "all any are can do does don for how more most must of only that the this to very what when why you your".split()
)
"""Stop words that are rather stressed than acronyms where they are in capitals."""
_SIGNED: Final = re.compile(r"\w+(?:\+\+|(?<=\b[CFcf])#)(?![\w+#])")
_INDEXED: Final = re.compile(r"[_^]\{?(?P<index>\d+(?:\.\d+)?)\}?(?P<rest>[A-Za-z]*)")
_NAME: Final = re.compile(r"(?:[A-Za-z]+|[α-ω])\Z")
_LONGEST: Final = 24


def special_names(text: str) -> list[Token]:
    """The names in a text that have a place of their own, each a word; those with a sign follow the others."""
    found = [*_AT_BEGINNING.finditer(text), *(_SIGNED.finditer(text) if "++" in text or "#" in text else ())]
    return [Token(*each.span(), name) for each in found if (name := special_name(each[0]))]


def special_name(written: str) -> str:
    """The word for a name; empty for an acronym whose letters are no stop word, which is a word already."""
    name = written.replace(".", "").lower()
    return "" if written.isalpha() and (name not in STOP_WORDS or name in _STRESSED) else name


def names_with_sign(text: str) -> Iterator[str]:
    """Names with a sign, or a number above or below: ``c++``, ``vila2`` for ``VILA^2``, ``pi0.5`` for ``π_{0.5}``."""
    for found in _SIGNED.finditer(text) if "++" in text or "#" in text else ():
        yield found[0].lower()
    for found in _INDEXED.finditer(text) if "^" in text or "_" in text else ():
        if name := _NAME.search(text, max(0, found.start() - _LONGEST), found.start()):
            yield f"{GREEK_NAMES.get(name[0], name[0])}{found['index']}{found['rest']}".lower()
