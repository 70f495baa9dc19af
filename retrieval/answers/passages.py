"""Candidate papers as the answerer reads them: their sentences, and what is in each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from retrieval.answers.cues import cues_of
from retrieval.answers.units import given_units
from retrieval.papers import Paper
from retrieval.text import Span, Token, sentences, stem, terms, tokens

_KEPT: Final = 4_096
_NO_LETTERS: Final = re.compile(r"[\W_]+")
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


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence. ``order`` counts from 0; ``words`` are its stems in order.

    What only some questions ask for is read when it is first asked for, and then kept: most sentences
    that are looked at are never looked at so closely.
    """

    span: Span
    order: int
    text: str
    words: tuple[str, ...]
    stems: frozenset[str]

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Beginnings of the stems that are long enough to have one."""
        return frozenset(beginning(each) for each in self.stems if len(each) >= _FUZZY)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Stems side by side."""
        return frozenset(itertools.pairwise(self.words))

    @cached_property
    def cues(self) -> frozenset[str]:
        """What the sentence looks like."""
        return cues_of(self.text, {token.text for token in tokens(self.text)})

    @cached_property
    def units(self) -> frozenset[str]:
        """Units beside its numbers."""
        return given_units(self.text)

    @cached_property
    def beside_numbers(self) -> frozenset[str]:
        """Stems next to a number."""
        return _beside_numbers(tokens(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names behind its first word, squeezed."""
        return frozenset(squeeze(name) for name in _NAME.findall(self.text))

    @cached_property
    def explained(self) -> frozenset[str]:
        """Stems of the names that it explains; all of them are among ``stems``."""
        return _explained(self.text)

    @cached_property
    def squeezed(self) -> str:
        """Its letters and digits."""
        return squeeze(self.text)


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def squeezed(self) -> str:
        """Title and abstract squeezed, sentence by sentence."""
        return self.squeezed_title + " " + " ".join(passage.squeezed for passage in self.passages)


@lru_cache(maxsize=_KEPT)
def read_paper(paper: Paper) -> Reading:
    """A paper's sentences. Kept for the papers asked about last: people ask several times about one."""
    passages = tuple(_passage(paper.abstract, span, order) for order, span in enumerate(sentences(paper.abstract)))
    title_stems = frozenset(terms(paper.title))
    head = _HEAD.match(paper.title)
    stems = title_stems.union(*(passage.stems for passage in passages))
    return Reading(
        paper,
        passages,
        title_stems,
        stems,
        tuple(sorted(stems)),
        squeeze(head[1]) if head else "",
        squeeze(paper.title),
    )


def squeeze(text: str) -> str:
    """Letters and digits alone, lowered."""
    return _NO_LETTERS.sub("", text.lower())


def _passage(abstract: str, span: Span, order: int) -> Passage:
    text = abstract[span[0] : span[1]]
    words = tuple(terms(text))
    return Passage(span=span, order=order, text=text, words=words, stems=frozenset(words))


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
