"""Sentences of candidate papers, ready to be compared with a question."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.answers.kinds import CUES
from retrieval.papers import Paper
from retrieval.text import Span, sentences, stem, terms, tokens

_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence. ``order`` counts from 0; ``beside_numbers`` are stems next to a number in it."""

    span: Span
    order: int
    text: str
    lowered: str
    words: tuple[str, ...]
    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    cues: frozenset[str]
    beside_numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper with its sentences. ``stems`` are those of title and abstract together."""

    paper: Paper
    passages: tuple[Passage, ...]
    title_stems: frozenset[str]
    stems: frozenset[str]
    lowered_title: str
    lowered: str


@lru_cache(maxsize=2_048)
def read_paper(paper: Paper) -> Reading:
    """A paper's sentences. Kept for the papers asked about last: people ask several times about one."""
    passages = tuple(_passage(paper.abstract, span, order) for order, span in enumerate(sentences(paper.abstract)))
    title_stems = frozenset(terms(paper.title))
    stems = title_stems.union(*(passage.stems for passage in passages))
    return Reading(paper, passages, title_stems, stems, paper.title.lower(), f"{paper.title} {paper.abstract}".lower())


def _passage(abstract: str, span: Span, order: int) -> Passage:
    text = abstract[span[0] : span[1]]
    words = tuple(terms(text))
    cues = frozenset(name for name, pattern in CUES.items() if pattern.search(text))
    pairs = frozenset(itertools.pairwise(words))
    return Passage(span, order, text, text.lower(), words, frozenset(words), pairs, cues, _beside_numbers(text))


def _beside_numbers(text: str) -> frozenset[str]:
    """Stems of the three words after each number: what it counts, or its unit."""
    found, words = set[str](), tokens(text)
    for at, token in enumerate(words):
        if _NUMBER.match(token.text):
            found.update(stem(word.text) for word in words[at + 1 : at + 4])
    return frozenset(found)
