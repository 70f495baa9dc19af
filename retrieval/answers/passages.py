"""Candidate papers as the answerer reads them: their sentences, and what is in each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from retrieval.answers.cues import cues_of
from retrieval.answers.naming import squeeze
from retrieval.answers.roles import Role, roles_of
from retrieval.answers.units import given_units
from retrieval.papers import Paper
from retrieval.text import Span, Token, sentences, stem, terms, tokens

_KEPT: Final = 4_096
_HEAD: Final = re.compile(r"^\W*([^:?]{2,60}?)\s*(?::|\s[-–—]{1,3}\s)")
_EXPLAINS: Final = re.compile(
    r"(?:,|\s?[-–—]{1,3}|:)\s?(?:an?|the|which|where|i\.e\.)\s|"
    r"\s(?:is|are|was|means|refers to|denotes|stands for|consists of|defined as|aims to)\s|\s\((?=[A-Za-z])"
)
"""What stands behind a name that is explained."""
_NAMES: Final = re.compile(r"\b(?:called?|termed?|dubbed|named|namely|introduce|propose|present|define)\s")
"""What stands before a name that is explained."""
_NAME: Final = re.compile(r"(?<=[\w,;:()–—/-] )[A-Z][\w.+-]*\w|\b\w*[a-z0-9-][A-Z][\w.+-]*\w")
"""A name in the middle of a sentence."""
_AROUND: Final = 4
"""Words that such a name may have."""
_FUZZY: Final = 5
"""Letters that words of one family share at the beginning."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence. ``order`` counts from 0; ``beside_numbers`` are stems next to a number in it,
    ``names`` the names behind its first word, squeezed. ``role`` is what it is there for in its abstract.
    """

    span: Span
    order: int
    role: Role
    text: str
    words: tuple[str, ...]
    stems: frozenset[str]
    beginnings: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    cues: frozenset[str]
    units: frozenset[str]
    beside_numbers: frozenset[str]
    names: frozenset[str]
    explained: frozenset[str]
    squeezed: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper with its sentences.

    ``stems`` are those of title and abstract together, ``words`` the same in alphabetical order. ``head``
    is the name before the colon of the title, squeezed, and empty where there is none. Squeezed text is
    lowered and without anything but letters and digits, so that "KV-Cache" is "kv cache" is "kvcache".
    """

    paper: Paper
    passages: tuple[Passage, ...]
    title_stems: frozenset[str]
    stems: frozenset[str]
    words: tuple[str, ...]
    head: str
    squeezed_title: str
    squeezed: str


@lru_cache(maxsize=_KEPT)
def read_paper(paper: Paper) -> Reading:
    """A paper's sentences. Kept for the papers asked about last: people ask several times about one."""
    spans = sentences(paper.abstract)
    roles = roles_of([paper.abstract[start:end] for start, end in spans])
    passages = tuple(
        _passage(paper.abstract, span, order, role) for order, (span, role) in enumerate(zip(spans, roles, strict=True))
    )
    title_stems = frozenset(terms(paper.title))
    head = _HEAD.match(paper.title)
    stems = title_stems.union(*(passage.stems for passage in passages))
    squeezed_title = squeeze(paper.title)
    return Reading(
        paper,
        passages,
        title_stems,
        stems,
        tuple(sorted(stems)),
        squeeze(head[1]) if head else "",
        squeezed_title,
        squeezed_title + " " + " ".join(passage.squeezed for passage in passages),
    )


def _passage(abstract: str, span: Span, order: int, role: Role) -> Passage:
    text = abstract[span[0] : span[1]]
    every = tokens(text)
    words = tuple(terms(text))
    stems = frozenset(words)
    return Passage(
        span=span,
        order=order,
        role=role,
        text=text,
        words=words,
        stems=stems,
        beginnings=frozenset(beginning(each) for each in stems if len(each) >= _FUZZY),
        pairs=frozenset(itertools.pairwise(words)),
        cues=cues_of(text, {token.text for token in every}),
        units=given_units(text),
        beside_numbers=_beside_numbers(every),
        names=frozenset(squeeze(name) for name in _NAME.findall(text)),
        explained=_explained(text),
        squeezed=squeeze(text),
    )


def beginning(word: str) -> str:
    """What the words of one family share, as far as letters tell."""
    return word[:_FUZZY]


def _explained(text: str) -> frozenset[str]:
    """Stems of the names that a sentence explains: "X, a …", "X is a …", "X (…)", "called X"."""
    found = set[str]()
    for match in _EXPLAINS.finditer(text):
        found.update(terms(" ".join(text[: match.start()].rsplit(None, _AROUND)[-_AROUND:])))
    for match in _NAMES.finditer(text):
        found.update(terms(" ".join(text[match.end() :].split(None, _AROUND)[:_AROUND])))
    return frozenset(found)


def _beside_numbers(words: Sequence[Token]) -> frozenset[str]:
    """Stems of the three words after each number: what it counts, or its unit."""
    places = [at for at, token in enumerate(words) if token.text[0].isdigit()]
    return frozenset(stem(word.text) for at in places for word in words[at + 1 : at + 4])
