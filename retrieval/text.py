"""Text as retrieval reads it: sentences with exact offsets, tokens, stems.

Offsets always count characters of the string that was given: text is lowered token by token, after
it was cut, because lowering can change a string's length (``İ`` becomes two characters).
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import NamedTuple

import Stemmer

Span = tuple[int, int]
"""Start and end (exclusive) in characters."""

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can cannot could couldn did didn do does doesn doing don down during each either else et
    few for from further get gets give gives had hadn has hasn have haven having he her here hers herself him
    himself his how however i if in into is isn it its itself just let may me might more most much must my myself
    nor not of off on once one only onto or other our ours ourselves out over own per please quite rather s same
    shall she should shouldn so some such t than that the their theirs them themselves then there therefore these
    they this those through thus to too under until up upon us very via was wasn we were weren what whatever when
    where whether which while who whom whose why will with within without won would wouldn yet you your yours
    yourself yourselves
    """.split()
)
"""Function and question words: they stand in every abstract and tell none apart."""


class Token(NamedTuple):
    """A word or number of a text: ``text`` is its lowered form, the offsets are those of the original."""

    start: int
    end: int
    text: str


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_](?:[^\W_]|['’](?=[^\W\d_]))*", re.UNICODE)

_ABBREVIATIONS = frozenset(
    """
    al approx art avg ca cf ch chap co corp deg dept diff dr ed eds eg e.g eq eqn eqs esp est et etc ex fig figs
    ff i.e ie incl inc jr ltd max min mr mrs ms no nos nr op ph.d phd prof ref refs resp s.t sec sect sp spp
    sr st subsp suppl tab univ var viz vol vols vs w.r.t wrt
    """.split()
)
"""Words after which a full stop does not end a sentence."""

_END = re.compile(r"[.!?…]+[\"'”’»)\]}]*(?=\s)")
_MAY_BEGIN = re.compile(r"[\"'“‘«(\[{*]*(?:[a-z]\)|[A-Z0-9À-ÖØ-ÞΑ-Ω$\\]|[a-z]+[A-Z]|[a-z][A-Za-z]*-|[^\W\d_a-zA-Z])")
_FORMULA = re.compile(r"\$[^$]{1,300}\$")


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order: trimmed, disjoint, together all of it but white space."""
    spans, start = list[Span](), 0
    formulas = [found.span() for found in _FORMULA.finditer(text)]
    for stop in _END.finditer(text):
        if _ends_sentence(text, stop) and not any(a < stop.start() < b for a, b in formulas):
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


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    """Whether the stop ends a sentence: by the word before it and by how the next one begins."""
    following = text[stop.end() :].lstrip()
    if not _MAY_BEGIN.match(following):
        return False
    if stop[0][0] in "!?…" or len(stop[0]) > 1:
        return not stop[0].startswith("..") or following[0].isupper()
    before = text[max(0, stop.start() - 40) : stop.start()]
    word = before.rsplit(None, 1)[-1].lstrip("([{\"'“‘").lower() if before.strip() else ""
    if word in _ABBREVIATIONS:
        return word == "etc" and following[0].isupper()
    is_initial = len(word) == 1 and before[-1].isupper()  # "J. Smith"
    return not is_initial or not following[0].isupper()


def tokens(text: str) -> list[Token]:
    """Words and numbers of a text. A hyphenated word is its parts; ``2.4`` and ``10,000`` are one token each."""
    return [Token(found.start(), found.end(), found[0].lower()) for found in _TOKEN.finditer(text)]


_local = threading.local()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball English stem of a lowered word. Source: https://snowballstem.org/algorithms/english"""
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # one for each thread: a Stemmer keeps state while it works
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """What is indexed and searched: the stems of all words that are no stop words, in order, with repeats."""
    return [stem(word) for found in _TOKEN.findall(text) if (word := found.lower()) not in STOP_WORDS]
