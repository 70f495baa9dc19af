"""LaTeX as Unicode, for showing only: what is stored, quoted and counted stays the slice.

What cannot be converted is shown as it stands in the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from bot.cards.markup import plain

Span = tuple[int, int]

_FORMULA: Final = re.compile(
    r"""
      \$\$ [^$]{1,400} \$\$                                    # displayed mathematics
    | \$ (?=\S) (?P<inline> (?: \\. | [^$\\] ){1,300} ) (?<=\S) \$ (?!\d)
    | \\ [A-Za-z]+ \*? (?: \{ (?: [^{}] | \{[^{}]*\} )* \} )*  # a command with its arguments
    | \\ [%$&\#_{}]                                            # an escaped character
    | [\^_] \{ [^{}]{1,40} \}                                  # a script outside of mathematics
    """,
    re.VERBOSE,
)
_MONEY: Final = re.compile(r"\d[\d.,]*\s?(?:[kKmMbB]\b|thousand|million|billion)?[^\\^_{}]*\s")
_SCRIPT: Final = re.compile(r"(?P<kind>[\^_])\s*(?:\{(?P<group>[^{}]*)\}|(?P<single>[0-9A-Za-z+\-]))")
_RAISED: Final = str.maketrans("0123456789+-=()niTabcdefghjklmoprstuvwxyz−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁻")
_LOWERED: Final = str.maketrans("0123456789+-=()aehijklmnoprstuvx−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₋")
_MARK_ON: Final = "\ue000"  # private characters: stand for the marks until the text between is escaped
_MARK_OFF: Final = "\ue001"


def readable(text: str) -> str:
    """``text`` with its LaTeX as Unicode."""
    return "".join(_unicode(text[start:end]) if formula else text[start:end] for start, end, formula in _pieces(text))


def marked(text: str, start: int, end: int, highlights: Sequence[Span]) -> str:
    """The slice ``text[start:end]``, readable and harmless, its highlights in bold.

    Highlights are spans of ``text`` inside the slice. They are widened to whole words and whole
    formulas, so that bold breaks neither.
    """
    slice_ = text[start:end].replace(_MARK_ON, "").replace(_MARK_OFF, "")
    shifted = [(from_ - start, to - start) for from_, to in highlights]
    out, on = list[str](), False
    for from_, to, formula in _cut(slice_, _widened(slice_, shifted)):
        inside = any(a <= from_ and to <= b for a, b in _widened(slice_, shifted))
        if inside != on:
            out.append(_MARK_ON if inside else _MARK_OFF)
            on = inside
        out.append(_unicode(slice_[from_:to]) if formula else slice_[from_:to])
    if on:
        out.append(_MARK_OFF)
    return _with_marks(plain("".join(out), links=True))


def _with_marks(text: str) -> str:
    """Bold where the marks stand; white space just inside a mark is moved outside, where Markdown wants it."""
    text = re.sub(rf"{_MARK_ON}(\s*)", rf"\1{_MARK_ON}", text)
    text = re.sub(rf"(\s*){_MARK_OFF}", rf"{_MARK_OFF}\1", text)
    return text.replace(_MARK_ON + _MARK_OFF, "").replace(_MARK_ON, "**").replace(_MARK_OFF, "**")


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """The text in pieces: start, end, whether it is a formula."""
    at = 0
    for found in _FORMULA.finditer(text):
        if found["inline"] and _MONEY.match(found["inline"]):
            continue
        if at < found.start():
            yield at, found.start(), False
        yield found.start(), found.end(), True
        at = found.end()
    if at < len(text):
        yield at, len(text), False


def _cut(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """The pieces, cut once more where a span begins or ends (never inside a formula)."""
    edges = sorted({edge for span in spans for edge in span})
    for start, end, formula in _pieces(text):
        inner = [] if formula else [edge for edge in edges if start < edge < end]
        bounds = [start, *inner, end]
        for from_, to in zip(bounds, bounds[1:], strict=False):
            yield from_, to, formula


def _widened(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans grown to whole words and whole formulas, joined where they meet."""
    formulas = [(start, end) for start, end, formula in _pieces(text) if formula]
    grown = list[Span]()
    for start, end in sorted(spans):
        start, end = max(0, start), min(len(text), end)
        while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        for from_, to in formulas:
            if from_ < end and start < to:
                start, end = min(start, from_), max(end, to)
        if grown and start <= grown[-1][1]:
            grown[-1] = (grown[-1][0], max(end, grown[-1][1]))
        elif start < end:
            grown.append((start, end))
    return grown


@cache
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", strict_latex_spaces="macros")


@lru_cache(maxsize=4096)
def _unicode(formula: str) -> str:
    """One formula as Unicode, or itself where the converter cannot read it."""
    try:
        converted = str(_converter().latex_to_text(_SCRIPT.sub(_script, formula)))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - untyped library
    except (LatexWalkerError, IndexError, ValueError, KeyError, AttributeError, RecursionError):
        return formula
    return " ".join(converted.split()) or formula


def _script(found: re.Match[str]) -> str:
    """A script whose every character Unicode has raised or lowered; others stay as they were."""
    content = (found["group"] if found["group"] is not None else found["single"]).replace(" ", "")
    table = _RAISED if found["kind"] == "^" else _LOWERED
    return content.translate(table) if content and all(ord(each) in table for each in content) else found[0]
