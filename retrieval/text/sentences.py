"""Sentences with exact offsets, which count characters of the original string."""

from __future__ import annotations

import re
from bisect import bisect_left

Span = tuple[int, int]
"""Start and end (exclusive) in characters."""

_NEVER_LAST = frozenset("a.k.a aka approx avg ca cf e.g eg et ex i.e ie s.t v.s viz vs w.r.t wrt".split())
"""Abbreviations that never end a sentence."""

_TITLES = frozenset("Dr Drs Mr Mrs Ms Prof St Messrs".split())

_SELDOM_LAST = frozenset(
    """
    acc al co conf corp dept diff ed eds est et.al inc incl inst jr ltd ph.d phd resp sp spp sr sub subsp suppl
    univ var
    """.split()
)
"""Abbreviations that end a sentence only if a typical first word follows."""

_NUMBERED = frozenset(
    """
    alg algs app art c ch chap def eq eqn eqns eqs fig figs lem max min no nos nr op p pp prop ref refs sec secs sect
    suppl tab thm v ver vol vols
    """.split()
)
"""Words that are abbreviations only before a number: ``Fig. 3``, but ``the state of the art. We …``."""

_FIRST_WORDS = frozenset(
    """
    Additionally After Although Among An And Another As At Based Because Besides Beyond Both Building But By Code
    Comprehensive Consequently Current Despite Due During Each Empirically Even Existing Experimental Experiments
    Extensive Finally First For From Furthermore Given Hence Here How However If Importantly In Inspired Instead It Its
    Many Meanwhile Moreover Most Motivated Notably On Our Overall Previous Prior Rather Recent Recently Results
    Second Several Similarly Since Specifically Such Surprisingly That The Their Then There Therefore These They This
    Those Through Thus To Today Together Towards Traditional Ultimately Under Unlike Using We What When Where
    Whereas Whether Which While Why With Yet
    """.split()
)
"""Words that often start a sentence, and hardly ever a name."""

_END = re.compile(
    r"[.!?…。！？](?:"  # starts with a plain set, so that the search jumps from mark to mark
    r"(?<=[.!?…])(?<![.!?…]{2})[.!?…]*[\"'”’»)\]}$*_`]*(?:\[\d[\d,\s–-]{0,20}\])?(?=\s)"
    r"|(?<=[。！？])[”’」』）】]*"
    rf"|(?<=[a-z)\]%}}]{{2}}\.)(?=(?:{'|'.join(sorted(_FIRST_WORDS))})[\s,])"  # a forgotten space: "budgets.While"
    r")"
)
_SPACE = re.compile(r"\s*")
_FOLLOWING = re.compile(r"[\"'“‘«(\[{*_`]*(?P<first>\w+|[$\\#]|[%>~@•+–—-])")
_NUMBER = re.compile(r"[(\[{$]*(?:\d|[IVXLC]{2,}\b|[B-HJ-Z]\b|[A-Z]\.?\d)")
_NAME = re.compile(r"[a-z]+[A-Z]|[a-z][A-Za-z]*-\w|[a-z]+\d")  # vLLM, dKV-Cache, o1
_BREAK = re.compile(r"[\s(\[{\"'“‘`$*]")
_LIST_NUMBER = re.compile(r"(?:^|[:;]\s+)\(?(?:1?\d|[a-z]|[ivx]{2,4})\)?$")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_FORMULA = re.compile(r"\$(?!\d[^$]{0,300}(?:\s\$|\$\d))[^$]{1,300}\$")  # but not "$5 or $10"
_NO_ABBREVIATION = 8
"""Words of this many letters are never abbreviations."""
_BEFORE = 48
"""Characters before a full stop that are examined: more than the longest abbreviation."""


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order: trimmed and disjoint, together all of it except white space."""
    spans, start = list[Span](), 0
    formulas = [found.span() for found in _FORMULA.finditer(text)]
    for stop in _END.finditer(text):
        if not _inside(formulas, stop) and _ends_sentence(text, start, stop):
            spans.append((start, stop.end()))
            start = stop.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trimmed(text, span))]


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _inside(formulas: list[Span], stop: re.Match[str]) -> bool:
    """Whether the stop is inside a formula."""
    at = bisect_left(formulas, (stop.start(), 0)) - 1
    return at >= 0 and stop.end() < formulas[at][1]


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether the stop ends the sentence from ``start``, by the word before it and the text after it."""
    mark = stop[0]
    following = _FOLLOWING.match(text, _SPACE.match(text, stop.end()).end())  # pyright: ignore[reportOptionalMemberAccess]
    if mark[0] in "。！？" or not following:
        return mark[0] in "。！？"
    if mark[0] == "." and mark[:2] != "..":
        plain = mark == "." or mark[1] == "["
        return (plain or _begins(following)) and _may_be_last(text, (start, stop.start()), following)
    return _begins(following) and (mark[:2] != ".." or not following["first"][0].islower())


def _begins(following: re.Match[str]) -> bool:
    """Whether what follows looks like a first word: a capital, a number, a formula, ``vLLM``."""
    first = following["first"]
    if first[0].isalpha():
        return not first[0].islower() or bool(_NAME.match(following.string, following.start("first")))
    return first[0].isalnum() or first[0] in "$\\#"


def _may_be_last(text: str, span: Span, following: re.Match[str]) -> bool:
    """Whether the word at the end of the span can end a sentence, given how the text goes on."""
    if span[1] - span[0] >= _NO_ABBREVIATION and text[span[1] - _NO_ABBREVIATION : span[1]].isalpha():
        return True
    first = following["first"]
    before = text[max(span[0], span[1] - _BEFORE) : span[1]].lstrip()
    word = _BREAK.split(before)[-1]
    lowered = word if word.isupper() else word.lower()  # "SP" isn't "sp."
    if lowered in _NEVER_LAST or word in _TITLES or _LIST_NUMBER.search(before):
        return False
    if lowered in _NUMBERED:
        return not _NUMBER.match(text, following.start()) and not first[0].islower()
    if lowered in {"etc", "e.t.c"} or (len(word) == 1 and not word.isupper()):
        return not first[0].islower()
    if lowered in _SELDOM_LAST or _DOTTED.fullmatch(word) or (len(word) == 1 and word.isalpha()):
        return first in _FIRST_WORDS
    return True
