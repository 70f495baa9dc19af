r"""LaTeX, HTML and Markdown's bold as Unicode, for display only: stored text and offsets are never changed.

A text is split into pieces: words, web addresses, and everything that TeX would typeset differently
(``$\alpha$``, ``2.4\times``, ``\textbf{…}``, ``10^{-3}``, ``x_i``). Only the last are converted, by pylatexenc;
what it can't read, and amounts of money, are shown as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.ui.latex_to_unicode import unicode_of
from bot.ui.markdown import URL, plain
from retrieval.ingest.parsers.html_text import SCRIPT_PATTERN, TAG_PATTERN

Span = tuple[int, int]

_SPECIAL: Final = re.compile(r"[\\${}^_~]|--|\*\*|``|&\w|&#|</?[a-zA-Z]")
_GROUP: Final = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"  # braces, up to three deep
_SCRIPTS: Final = rf"(?:[\^_](?:{_GROUP}|[0-9A-Za-z]))*"
_PIECE: Final = re.compile(
    rf"""
      (?P<twice> (?P<address> {URL} ) \{{ (?P=address) \}} )              # \url without its macro
    | (?P<url> {URL} )
    | (?P<link> \\(?:href\{{[^{{}}]*\}}|url)\{{[^{{}}]*\}} )
    | (?P<formula>
        \$\$ [^$]{{1,400}} \$\$
      | \$ [<>=+\-]{{1,2}} \$
      | \$ (?! [\d.,]*\d [^$\\^_{{}}=<>+]* \s [A-Za-z]{{2}} )          # "$5 million and …" is money
        (?= [^\s$] ) (?: \\. | [^$\\] ){{1,400}} (?<! [\s\\] ) \$ (?! \d )
      | \$ (?! \d [^$\\]* \s [A-Za-z]{{2}} ) (?= [^\s$] ) (?= [^$]* [\\^_] )  # surely TeX: "$\sim$20"
        (?: \\. | [^$\\] ){{1,400}} (?<! [\s\\] ) \$
      | \\\( .{{1,400}}? \\\)
      | \\\[ .{{1,400}}? \\\]
      )
    | (?P<apostrophe> (?<=[A-Za-z0-9]) \\' (?=s\b) )                     # GPT-4o\'s
    | (?P<macro>
        \\(?:etc|eg|ie)\.                                               # \etc.
      | \{{ \\[A-Za-z]+\b (?:[^{{}}]|{_GROUP})* \}}                    # {{\em words}}
      | \{{ \\(?:["'`^~=.]|[Hcruvdbk]\b)\s*(?:\\?[A-Za-z]|\{{\\?[A-Za-z]\}}) \}}   # accents: {{\"o}}, {{\'\i}}
      | \\(?:["'`^~=.] | [Hcruvdbk](?=\{{)) \{{\\?[A-Za-z]\}}           # \"{{\i}}, \c{{c}}
      | \\[Hcruvdbk]\ [A-Za-z]                                         # \v Cech
      | \\(?:aa|AA|ae|AE|oe|OE|ss|o|O|l|L|dh|DH|th|TH|dj|DJ|ng|NG)(?![A-Za-z])(?:\{{\}}|\ (?=[a-z]))?
      | \\['`^~=.](?:[A-Za-z]|\\[ij]\b(?:\{{\}}|\ (?=[a-z]))?)
      | (?<=[A-Za-z])\\"(?:[aeiouyAEIOUY]|\\[ij]\b(?:\{{\}}|\ (?=[a-z]))?)   # na\"ive, but not \"quoted\"
      | \\\\(?=\s)
      | \\[A-Za-z]+\*? (?:\[\w{{1,9}}\](?=\{{))? (?:{_GROUP})* {_SCRIPTS}
      | \\[%$&\#_{{}}~,;!\ ]
      | \{{[,:=+\-/~<>]\}}                                             # 9{{,}}600
      )
    | (?P<dash> (?<=\s)-{{2,3}}(?=\s) | (?:(?<=[^\W_])|(?<=[$%)\]}}]))-{{2,3}}(?=[^\W_]|[$\\(\[]) )
    | (?P<quotation> ``(?=[^`]{{1,300}}?'') | (?:(?<=\w\w)|(?<=[A-Z.,!?)\]}}%$]))''(?!') )
    | (?P<raised> (?<=[\w)\]}}]) \^
        (?: \\?circ\b | \{{[^{{}}]{{1,40}}\}} | \d+ | [*+\-](?!\w) | [A-Za-z](?![A-Za-z]) ) )
    | (?P<lowered> (?<=\w) _ \{{[^{{}}]{{1,40}}\}}
      | (?<=(?<![A-Za-z0-9_])[A-Za-zα-ωΑ-Ω]) _ [0-9A-Za-z] (?![A-Za-z0-9_]) )
    | (?P<strong> (?<![\w*]) \*\* (?=[^\s*]) [^*\\${{}}<>&^_~`]{{1,80}} (?<=[^\s*]) \*\* (?!\*) )
    | (?P<entity> &(?:[A-Za-z]{{2,8}}|\#[0-9]{{2,6}}|\#x[0-9A-Fa-f]{{2,5}}); )
    | (?P<script> {SCRIPT_PATTERN} )
    | (?P<break> (?:</(?:jats:)?(?:p|title|sec)>\s*|<br\s*/?>\s*)(?=\S) )
    | (?P<tag> {TAG_PATTERN} )
    | (?P<tie> (?<=[A-Za-z0-9.)\]}}]) ~ (?=[A-Za-z\\$(\[]) | (?<=[A-Za-z.)\]}}]) ~ (?=\d) )
    """,
    re.VERBOSE,
)
_BEGIN: Final = re.compile(r"\\|\$|\{|\^|_|~|-|`|'|&|<|\*\*|https?:")
"""What a piece can begin with: looking for these first is five times as fast."""
_WORD: Final = re.compile(r"\w+(?:[.,'’\-]\w+)*")
_ON: Final = "\ue000"  # private characters: placeholders for bold until the text is escaped
_OFF: Final = "\ue001"
_PRIVATE: Final = str.maketrans(dict.fromkeys((_ON, _OFF), "\ufffd"))


@dataclass(frozen=True, slots=True)
class _Piece:
    """``text[start:end]``, and how it is shown. ``whole`` pieces are never cut."""

    start: int
    end: int
    shown: str
    whole: bool


@lru_cache(maxsize=2048)  # the same titles are in many cards
def readable(text: str) -> str:
    """``text`` with its LaTeX as Unicode. Never raises."""
    return "".join(piece.shown for piece in _pieces(text))


def kinds_of(text: str) -> Iterator[tuple[str, str]]:
    """``text`` in consecutive pieces, each after its kind: ``text``, ``formula``, ``macro``, ``raised`` …, ``url``.

    ``unicode_of`` takes the same kinds.
    """
    at = 0
    for found in _matches(text, 0):
        if at < found.start():
            yield "text", text[at : found.start()]
        yield found.lastgroup or "text", found[0]
        at = found.end()
    if at < len(text):
        yield "text", text[at:]


def readable_with_marks(text: str, start: int, end: int, highlights: Sequence[Span]) -> str:
    """The slice ``text[start:end]``, readable and escaped, with its highlights in bold.

    Highlights are spans of ``text`` in any order, and are extended to whole words and formulas. Returns Markdown: don't
    escape it again.
    """
    text = text[:end].translate(_PRIVATE)
    pieces = list(_pieces(text, start))
    marks = _widened(highlights, _atoms(text, pieces))
    edges = sorted({edge for mark in marks for edge in mark})
    parts, on = list[str](), False
    for piece in _cut(pieces, edges):
        if on != (on := any(first <= piece.start and piece.end <= last for first, last in marks)):
            parts.append(_ON if on else _OFF)
        parts.append(piece.shown)
    return _with_bold(plain("".join(parts) + (_OFF if on else ""), links=True))


def last_break(text: str, start: int, end: int) -> int:
    """The last position up to ``end`` where ``text`` can be cut: a space outside formulas, or ``end``."""
    places = _breaks(text, start)
    last = bisect_right(places, end) - 1
    return places[last] if last >= 0 else end


@lru_cache(maxsize=32)  # a quote is cut again and again until it fits
def _breaks(text: str, start: int) -> list[int]:
    """The positions after ``start`` where ``text`` can be cut."""
    pieces = [piece for piece in _pieces(text, start) if not piece.whole]
    places = [piece.start + found.start() for piece in pieces for found in re.finditer(r"\s", piece.shown)]
    return places[bisect_right(places, start) :]


def _matches(text: str, at: int) -> Iterator[re.Match[str]]:
    """The pieces that aren't plain text."""
    while begin := _BEGIN.search(text, at):
        found = _PIECE.match(text, begin.start())
        at = found.end() if found else begin.start() + 1
        if found:
            yield found


def _pieces(text: str, start: int = 0) -> Iterator[_Piece]:
    """``text`` from ``start`` on, in consecutive pieces."""
    if _SPECIAL.search(text) is None and "://" not in text:
        yield _Piece(start, len(text), text[start:], whole=False)
        return
    at = start
    for found in _matches(text, start):
        if at < found.start():
            yield _Piece(at, found.start(), text[at : found.start()], whole=False)
        yield _Piece(found.start(), found.end(), unicode_of(found.lastgroup or "", found[0]), whole=True)
        at = found.end()
    if at < len(text):
        yield _Piece(at, len(text), text[at:], whole=False)


def _atoms(text: str, pieces: Sequence[_Piece]) -> list[Span]:
    r"""Spans to keep together: words and whole pieces, joined where they touch (``2.4\times``)."""
    atoms = list[Span]()
    for piece in pieces:
        words = _WORD.finditer(text, piece.start, piece.end)
        for start, end in [(piece.start, piece.end)] if piece.whole else [word.span() for word in words]:
            if atoms and atoms[-1][1] == start:
                start = atoms.pop()[0]  # noqa: PLW2901 - grows to the left
            atoms.append((start, end))
    return atoms


def _widened(spans: Sequence[Span], atoms: Sequence[Span]) -> list[Span]:
    """Spans extended to whole atoms, joined where they meet."""
    grown = list[Span]()
    for start, end in sorted(spans):
        touched = [atom for atom in atoms if atom[0] < end and start < atom[1]]
        first = min([start, *(atom[0] for atom in touched)])
        last = max([end, *(atom[1] for atom in touched)])
        if grown and first <= grown[-1][1]:
            grown[-1] = (grown[-1][0], max(last, grown[-1][1]))
        elif first < last:
            grown.append((first, last))
    return grown


def _cut(pieces: Sequence[_Piece], edges: Sequence[int]) -> Iterator[_Piece]:
    """The pieces, with text split at each edge."""
    for piece in pieces:
        inner = [] if piece.whole else [edge for edge in edges if piece.start < edge < piece.end]
        bounds = [piece.start, *inner, piece.end]
        for start, end in pairwise(bounds):
            shown = piece.shown if piece.whole else piece.shown[start - piece.start : end - piece.start]
            yield _Piece(start, end, shown, piece.whole)


def _with_bold(text: str) -> str:
    """Bold for the placeholders; white space just inside moves outside, as Markdown requires."""
    text = re.sub(rf"{_ON}(\s*)", rf"\1{_ON}", text)
    text = re.sub(rf"(\s*){_OFF}", rf"{_OFF}\1", text)
    return text.replace(_ON + _OFF, "").replace(_OFF + _ON, "").replace(_ON, "**").replace(_OFF, "**")
