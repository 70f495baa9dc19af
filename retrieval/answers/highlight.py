"""The words of a sentence that answer: the number with its unit, the address, the clause."""

from __future__ import annotations

import itertools
import re
from typing import Final

from retrieval.answers.analysis import Analysis
from retrieval.answers.kinds import Kind
from retrieval.answers.passages import Passage
from retrieval.text import STOP_WORDS, Span, terms

_URL: Final = re.compile(r"https?://[^\s,;)]*[\w/]")
_AVAILABLE: Final = re.compile(
    r"\b(?:(?:publicly|freely|openly) )?(?:released?|available|open[- ]sourced?|accessible)\b[^,.;]*", re.IGNORECASE
)
_NUMBER: Final = re.compile(
    r"(?:(?:up to|about|around|over|more than|nearly|approximately|at least|less than|only|by|from|an average of) )?"
    r"[<>≤≥~±+\-−$€£]?\\?\$?\d[\d.,]*\d?(?:\s?(?:to|-|–|±|/|\\times|x|×)\s?\d[\d.,]*)?\s?(?:\\?%|\\times|×|x\b|\$)?"
    r"(?:[ -][A-Za-z][\w/-]*){0,3}"
)
_CLAUSE: Final = re.compile(
    r"[,;:()—]|\s--\s|\s(?=(?:that|which|by|through|via|using|because|due to|while|whereas|to|with|where|and|for)\s)"
)


def highlights(analysis: Analysis, passage: Passage) -> tuple[Span, ...]:
    """Spans of the abstract inside the passage, sorted and disjoint, together at most about half of it."""
    start = passage.span[0]
    local = _special(analysis, passage.text) or _clauses(analysis, passage.text)
    return tuple((start + from_, start + to) for from_, to in sorted(local))


def _special(analysis: Analysis, text: str) -> list[Span]:
    if analysis.kind is Kind.AVAILABILITY:
        found = _URL.search(text) or _AVAILABLE.search(text)
        return [found.span()] if found else []
    if not analysis.wants_number:
        return []
    numbers = [_trimmed(text, found.span()) for found in _NUMBER.finditer(text)]
    near = [span for span in numbers if analysis.counted & set(terms(text[slice(*span)]))] or numbers
    return _within_half(text, near)


def _trimmed(text: str, span: Span) -> Span:
    """A number's span without function words at its end ("2.4x on the")."""
    start, end = span
    while end > start:
        last = re.search(r"[ -]([A-Za-z][\w/-]*)$", text[start:end])
        if last is None or last[1].lower() not in STOP_WORDS:
            break
        end = start + last.start()
    return start, end


def _within_half(text: str, spans: list[Span]) -> list[Span]:
    """The first spans, as long as they are at most half of the text together (one always may stay)."""
    kept, used = list[Span](), 0
    for start, end in spans:
        if kept and used + end - start > len(text) / 2:
            break
        if start < end:
            kept.append((start, end))
            used += end - start
    return kept


def _clauses(analysis: Analysis, text: str) -> list[Span]:
    """The clause that says most of what was not yet in the question, next to what was."""
    edges = [0, *(found.end() for found in _CLAUSE.finditer(text)), len(text)]
    spans = [_stripped(text, (start, end)) for start, end in itertools.pairwise(edges)]
    spans = [span for span in spans if span[1] - span[0] >= 3]  # noqa: PLR2004 - a comma is no clause
    if not spans:
        return []
    best = max(range(len(spans)), key=lambda at: (_clause_value(analysis, text, spans, at), -at))
    start, end = spans[best]
    while best + 1 < len(spans) and spans[best + 1][1] - start <= len(text) / 2:
        best += 1
        end = spans[best][1]
    return [(start, end)]


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start] in " ,;:()—-":
        start += 1
    while end > start and text[end - 1] in " ,;:(—-.":
        end -= 1
    return start, end


def _clause_value(analysis: Analysis, text: str, spans: list[Span], at: int) -> float:
    words = terms(text[slice(*spans[at])])
    asked = sum(analysis.weights.get(word, 0.0) for word in set(words))
    before = terms(text[slice(*spans[at - 1])]) if at else []
    asked_before = sum(analysis.weights.get(word, 0.0) for word in set(before))
    fresh = sum(word not in analysis.weights for word in words)
    return 0.6 * asked + 0.4 * asked_before + 0.5 * min(fresh, 6)
