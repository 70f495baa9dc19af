"""Text analysis: sentences with exact offsets, tokens, stems.

Offsets always count characters of the original string: text is put into lower case token by token, because that can
change the length of a string (``İ`` becomes two characters).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import Stemmer

Span = tuple[int, int]
"""Start and end (exclusive) in characters."""

_FUNCTION_WORDS = """
    a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can cannot could couldn did didn do does doesn doing don down during each either else et
    few for from further get gets give gives had hadn has hasn have haven having he her here hers herself him
    himself his how however i if in into is isn it its itself just let may me might more most much must my myself
    nor not of off on once one only onto or other our ours ourselves out over own per please quite rather s same
    shall she should shouldn so some such t than that the their theirs them themselves then there therefore these
    they this those through thus to too under until up upon us very via was wasn we were weren what whatever when
    where whether which while who whom whose why will with within without won would wouldn yet you your yours
    yourself yourselves
"""
_CONTRACTIONS = """
    aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't
    he's here's how's it's let's she's that's there's what's when's where's who's why's i'm you're we're they're
    i've you've we've they've i'd he'd she'd you'd we'd they'd what're i'll it'll you'll we'll they'll that'll
"""
STOP_WORDS = frozenset(f"{_FUNCTION_WORDS}{_CONTRACTIONS}{_CONTRACTIONS.replace(chr(39), '’')}".split())
"""Function and question words in lower case, which occur in every abstract."""


class Token(NamedTuple):
    """A word or number: ``text`` is in lower case, the offsets are those of the original."""

    start: int
    end: int
    text: str


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_](?:[^\W_]+|[\u0300-\u036f]+|['’](?=[^\W\d_]))*")
_PLAIN_TOKEN = re.compile(r"[a-z][a-z0-9]*(?:'[a-z][a-z0-9]*)*|\d+(?:[.,]\d+)*")
"""The same for lower-case ASCII, where it takes half the time."""

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


def tokens(text: str) -> list[Token]:
    """Words and numbers of a text. Hyphenated words are split; ``2.4`` and ``10,000`` are one token each."""
    return [Token(found.start(), found.end(), found[0].lower()) for found in _TOKEN.finditer(text)]


_local = threading.local()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball English stem of a lower-case word without its accents, so that ``naive`` finds ``naïve``.

    Source: https://snowballstem.org/algorithms/english
    """
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # one for each thread: a Stemmer isn't thread-safe
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word if word.isascii() else plain(word)))


def plain(word: str) -> str:
    """A word without accents, ligatures, typographic apostrophes."""
    decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare) or word


def words(text: str) -> list[str]:
    """The words and numbers of a text in lower case, including stop words: ``tokens`` without offsets."""
    if text.isascii():  # then lower case changes no length
        return _PLAIN_TOKEN.findall(text.lower())
    return [found.lower() for found in _TOKEN.findall(text)]


def terms(text: str) -> list[str]:
    """The terms that are indexed and searched: stems of all words except stop words, in order, with repeats."""
    return terms_of(words(text))


def terms_of(lowered: Iterable[str]) -> list[str]:
    """The stems of these words except stop words, in order, with repeats."""
    return [stem(word) for word in lowered if word not in STOP_WORDS]
