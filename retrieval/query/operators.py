"""Operators that are written as words or other signs, as the grammar writes them; every character keeps its place."""

from __future__ import annotations

import re
from typing import Final

from retrieval.text import STOP_WORDS

QUOTES: Final = '"“”„«»'

CAPITALS: Final = 4
"""Words from which on a query in capitals is a title, where OR and NOT are words."""
_OPERATOR: Final = re.compile(
    rf"(?P<quoted>[{QUOTES}][^{QUOTES}]*[{QUOTES}])|(?P<dash>(?<![^\s(])[–—−‐‑－!](?=[\w{QUOTES}@#(]))|"
    rf"(?P<and>(?<=[\s)])AND(?=[\s(]))|(?P<or>(?<=\s)\|\|(?=\s))|(?P<not>(?<![^\s(])NOT(?:\s+(?=[\w{QUOTES}@#(])|(?=\()))"
)
_OTHER_QUOTES: Final = re.compile(
    r"(?<![^\s(:=–—−-])(?:‘(?P<single>[^‘’]*)’|``(?P<tex>[^`']*)''|'(?P<straight>\w[^']*\s[^']*)')(?!\w)"
)
"""Quotation marks that are apostrophes elsewhere: ‘x y’, 'x y', and LaTeX's."""
_EVERYWHERE: Final = re.compile(r"(?<![^\s(])(?:all|any|text):(?=[^\s:/])")
"""The field for all of the text in other tools."""
_LABEL: Final = re.compile(r"^\s*(?:(?:Title|Abstract):(?=\s)|Abstract\s?[—–-](?=\s?[^\W\d_a-z]))")
"""What is copied together with a title."""
_AND_NOT: Final = re.compile(r"(?<=[\s)])(?:AND|BUT)(?=\s+NOT\b|NOT\s)")
_LAST_WORD: Final = re.compile(r"(\w+)\W*\Z")
_FIRST_WORD: Final = re.compile(r"\w+")


def with_signs(text: str) -> str:
    """The query with ``-`` for ``NOT``, ``!`` and dashes, ``OR`` for ``||``, ``"`` for '…', and without ``AND``.

    ``NOT`` beside a stop word is a word: "Attention Is NOT All You Need". In a title in capitals, all are words.
    """
    if len(text.split()) >= CAPITALS and not re.search("[a-z]", text):
        return re.sub(r"\b(?:OR|NOT|AND)\b", lambda found: found[0].lower(), text)
    text = _LABEL.sub(lambda found: " " * len(found[0]), text)
    text = _EVERYWHERE.sub(lambda found: " " * len(found[0]), text)
    text = _AND_NOT.sub(lambda found: " " * len(found[0]), text)
    text = _OTHER_QUOTES.sub(_quoted, text)
    return _OPERATOR.sub(lambda found: _sign(found, text), text)


def _quoted(found: re.Match[str]) -> str:
    tex = found["tex"]
    return f'"{found[found.lastgroup or 0]}"' if tex is None else f' "{tex}" '


def _sign(found: re.Match[str], text: str) -> str:
    match found.lastgroup:
        case "dash":
            return "-"
        case "and":
            return "   "
        case "or":
            return "OR"
        case "not":
            before, after = _LAST_WORD.search(text, 0, found.start()), _FIRST_WORD.match(text, found.end())
            beside = [each[0].strip().lower() for each in (before, after) if each]
            acronym = bool(after) and after[0].isupper() and len(after[0]) > 1
            plain = any(word.strip(" .,:") in STOP_WORDS for word in beside) and not acronym
            return found[0] if plain else f"{'-':>{len(found[0])}}"
        case _:
            return found[0]
