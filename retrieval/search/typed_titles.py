"""Titles as people type them: with authors and year behind them, in quotation marks, with slips."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import unquote

from retrieval.names import title_words

_ALIKE: Final = 0.8
"""How alike two titles are that may be the same, by ``SequenceMatcher.ratio``."""
_HARDLY_LESS: Final = 0.05
_SHORTEST: Final = 8
"""Letters of a title that may have slips."""

_BEFORE: Final = re.compile(r"^\s*(?:title:|paper:|\[pdf\]|pdf:)\s*", re.IGNORECASE)
_AFTER: Final = re.compile(r"(?:\s*\[pdf\]|\.pdf|\s*[|•·–—-]\s*arxiv(?:\.org)?)\s*$", re.IGNORECASE)
_YEAR: Final = r"[(\[]?(?:19|20)\d\d[a-z]?[)\]]?"
_NAME: Final = r"[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,2}"
_NAMES: Final = rf"{_NAME}(?:(?:,\s+(?:and\s+)?|\s+(?:and|&)\s+){_NAME})*"
_CITATIONS: Final = (
    re.compile(r"\s*[(\[][^()\[\]]{0,60}?(?:(?:19|20)\d\d[a-z]?|\bet al\.?|['’]\d\d)[^()\[\]]{0,12}[)\]]\s*$"),
    re.compile(rf"(?:[,.;]|\s[–—-]|\s+by)\s+{_NAMES}(?:,?\s+et\.?\s+al\.?)?,?\.?\s*{_YEAR}\.?\s*$"),
    re.compile(rf"(?:(?:[,.;]|\s[–—-]|\s+by)\s+{_NAMES}|\s+[A-Z][\w'’-]*),?\s+et\.?\s+al\.?,?\s*(?:{_YEAR})?\.?\s*$"),
    re.compile(rf"\s+by\s+{_NAMES}\.?\s*$"),
    re.compile(
        r"\s+(?:paper|article|preprint)\s*$|^\s*(?:the|that)\s+(?=.*\s(?:paper|article|preprint)\s*$)", re.IGNORECASE
    ),
)
_LINKED: Final = re.compile(r"^\s*\[(.+)\]\([^()\s]*\)\s*$")
_QUOTED: Final = re.compile(r"[\"“„«]([^\"“”„«»]*(?:\"\w[^\"“”]*\"[^\"“”]*)?)[,.]?[\"”“»]|``(.+?),?''")
"""The title in the styles of many bibliographies."""
_QUOTED_WORDS: Final = 3
_CITED_FIRST: Final = re.compile(rf"^.{{3,300}}?[\s(\[]{_YEAR}[.,:]?\s+(?P<title>\S.*?\w[?!]?)(?:[.,]\s.*|\.)?$")
"""Authors, the year, the title, and where it was published."""
_FIELD: Final = re.compile(
    r"\btitle\s*=\s*[{\"]+(?P<bibtex>(?:[^{}\"]|\{[^{}]*\})+)|^(?:TI|T1|%T)\s+(?:-\s+)?(?P<ris>\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The title in BibTeX, RIS and EndNote's format."""
_LINK: Final = re.compile(
    r"\s*https?://[^\s?]+?/(?P<name>[^\s/?#]+?)(?:\.(?:pdf|html?))?(?:/[0-9a-f]{24,})?/?(?:[?#]\S*)?\s*"
)
_WORDS_OF_AUTHORS: Final = 4
"""Words that links have behind a title, at most."""
_BETWEEN: Final = re.compile(r"(?<=[\w)\]])[.:]\s+|\s[(\[]|(?<=[?!])\s+|\s[|•·–—-]\s+|[\n\"“”]")
"""What may separate the parts of a reference, and parts of a title."""
_PARTS: Final = 24
_TOGETHER: Final = 3
_SHORTEST_PART: Final = 8
_LONGEST: Final = 300
"""Characters of a reference of which each style is tried, at most."""
_BARE: Final = re.compile(r"\s*(?!.*\b(?:by|paper|article|preprint|al)\b)\w[\w-]*(?:\s+\w[\w-]*)*\s*", re.IGNORECASE)
"""Words with nothing around them."""
_NO_WORDS: Final = re.compile(r"^[^\w$\\(]+|[^\w)?!$}]+$")
_AROUND: Final = " .,;:\"“”„'‘’*_`"


def typed_titles(text: str) -> list[str]:
    """What the title may be in what was typed: all of it, or without what is around it; the likeliest first."""
    if link := _LINK.fullmatch(text):
        return _in_link(link["name"]) or [text]
    bare = _AFTER.sub("", _BEFORE.sub("", _LINKED.sub(r"\1", text)))
    cut = [citation.sub("", bare) for citation in _CITATIONS if len(bare) <= _LONGEST]
    cut += [found[1] or found[2] for found in _QUOTED.finditer(bare) if len(found[0].split()) >= _QUOTED_WORDS]
    cut += [found["title"]] if (found := _CITED_FIRST.match(bare)) else []
    cut += [re.sub("[{}]", "", found["bibtex"] or found["ris"]) for found in _FIELD.finditer(text)]
    found = [text.strip(), *(each.strip(_AROUND) for each in (bare, *cut))]
    return [each for each in dict.fromkeys(found) if each] or [text]


def _in_link(name: str) -> list[str]:
    """The title that the last part of a link may be, with and without the names of authors behind it."""
    words = [word for word in re.split(r"[-_+:\s]+", unquote(name)) if word and not re.fullmatch(r"\d{5,}", word)]
    fewest = max(2, len(words) - _WORDS_OF_AUTHORS)
    return [" ".join(words[:size]) for size in range(len(words), fewest - 1, -1)]


def exact_titles(text: str) -> list[str]:
    """``typed_titles``, and all parts of a text that would be its title if a paper has just this title."""
    if _BARE.fullmatch(text):
        return [text.strip()]
    ends = [found.span() for found in _BETWEEN.finditer(text)][: _PARTS - 1]
    starts, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)]
    parts = [text[start:stop] for at, start in enumerate(starts) for stop in stops[at : at + _TOGETHER]]
    bare = [_NO_WORDS.sub("", part) for part in (text, *parts)]
    long = [part for part in bare[1:] if len(part) >= _SHORTEST_PART and " " in part]
    return list(dict.fromkeys([*typed_titles(text), *filter(None, bare[:1]), *long]))


def titles_alike(typed: str, titles: Mapping[str, str]) -> list[str]:
    """The ids of titles that are nearly the typed one: the nearest, and those that are hardly less near."""
    wanted = " ".join(title_words(typed))
    if len(wanted) < _SHORTEST:
        return []
    likeness = {id: _likeness(wanted, title) for id, title in titles.items()}
    least = max(_ALIKE, max(likeness.values(), default=0.0) - _HARDLY_LESS)
    return [id for id in sorted(likeness, key=lambda id: -likeness[id]) if likeness[id] >= least]


def _likeness(wanted: str, title: str) -> float:
    """How alike a title, or what is before its colon, is to what was typed; 0 if less than ``_ALIKE``."""
    matcher = SequenceMatcher(b=wanted, autojunk=False)
    best = 0.0
    for part in dict.fromkeys((title, title.partition(":")[0])):
        matcher.set_seq1(" ".join(title_words(part)))
        if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
            best = max(best, matcher.ratio())
    return best
