"""Candidate papers as the answerer reads them: their sentences, and what is in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answers.associations import Associations
from retrieval.answers.coded import Coded
from retrieval.answers.cues import CUES, cues_of
from retrieval.answers.naming import squeeze
from retrieval.answers.roles import Role, roles_of
from retrieval.answers.units import given_units
from retrieval.papers import Paper
from retrieval.text import Span, sentences, stem, terms, terms_of, words

_KEPT: Final = 1_024
"""Papers whose readings are kept: enough for a conversation. Each is some 35 objects, and the collector
stops everything to look at all that is kept: more papers, longer stops."""
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
_DIGIT: Final = re.compile(r"\d")
_NONE: Final = frozenset[str]()

LOOKS: Final[tuple[str, ...]] = (*CUES, *(f"{role}_part" for role in Role))
"""What a sentence may look like: its cues, then its role in the abstract."""


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence. ``order`` counts from 0; ``words`` are its stems in order, ``cues`` what it looks like and
    ``role`` what it is there for.

    What only some questions ask for is read when it is first asked for, and then kept: most sentences
    that are looked at are never looked at so closely.
    """

    span: Span
    order: int
    text: str
    words: tuple[str, ...]
    cues: frozenset[str]
    role: Role

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its stems, each once."""
        return frozenset(self.words)

    @cached_property
    def units(self) -> frozenset[str]:
        """Units beside its numbers."""
        return given_units(self.text)

    def gives(self, units: frozenset[str]) -> frozenset[str]:
        """Those of some units that stand beside its numbers."""
        return given_units(self.text, units)

    @cached_property
    def beside_numbers(self) -> frozenset[str]:
        """Stems next to a number."""
        return _beside_numbers(words(self.text)) if _DIGIT.search(self.text) else _NONE

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

    ``coded`` are the stems of its title and then of each sentence, ``looks`` what each sentence looks
    like, with a column each in the order of ``LOOKS``. Squeezed text is lowered and without anything but letters and
    digits, so that "KV-Cache" is "kv cache" is "kvcache".
    """

    paper: Paper
    passages: tuple[Passage, ...]
    title_words: tuple[str, ...]
    coded: Coded
    looks: NDArray[np.bool_]

    @cached_property
    def title_stems(self) -> frozenset[str]:
        """The stems of the title."""
        return frozenset(self.title_words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of title and abstract together."""
        return self.title_stems.union(*(passage.words for passage in self.passages))

    @cached_property
    def head(self) -> str:
        """The name before the colon of the title, squeezed; empty where there is none."""
        head = _HEAD.match(self.paper.title)
        return squeeze(head[1]) if head else ""

    @cached_property
    def squeezed_title(self) -> str:
        """The title's letters and digits."""
        return squeeze(self.paper.title)

    @cached_property
    def squeezed(self) -> str:
        """Title and abstract squeezed, sentence by sentence."""
        return self.squeezed_title + " " + " ".join(passage.squeezed for passage in self.passages)


@lru_cache(maxsize=_KEPT)
def read_paper(paper: Paper, associations: Associations) -> Reading:
    """A paper's sentences. Kept for the papers asked about last: people ask several times about one."""
    spans = sentences(paper.abstract)
    roles = roles_of([paper.abstract[start:end] for start, end in spans])
    passages = tuple(
        _passage(paper.abstract, span, order, role) for order, (span, role) in enumerate(zip(spans, roles, strict=True))
    )
    title = tuple(terms(paper.title))
    coded = Coded.of([title, *(passage.words for passage in passages)], associations.numbers)
    looks = [[*(cue in passage.cues for cue in CUES), *(role is passage.role for role in Role)] for passage in passages]
    return Reading(paper, passages, title, coded, np.array(looks, np.bool_).reshape(len(passages), len(LOOKS)))


def _passage(abstract: str, span: Span, order: int, role: Role) -> Passage:
    text = abstract[span[0] : span[1]]
    lowered = words(text)
    return Passage(span, order, text, tuple(terms_of(lowered)), cues_of(text, lowered), role)


def _explained(text: str) -> frozenset[str]:
    """Stems of the names that a sentence explains: "X, a …", "X is a …", "X (…)", "called X"."""
    found = set[str]()
    for match in _EXPLAINS.finditer(text):
        found.update(terms(" ".join(text[: match.start()].rsplit(None, _AROUND)[-_AROUND:])))
    for match in _NAMES.finditer(text):
        found.update(terms(" ".join(text[match.end() :].split(None, _AROUND)[:_AROUND])))
    return frozenset(found)


def _beside_numbers(lowered: Sequence[str]) -> frozenset[str]:
    """Stems of the three words after each number: what it counts, or its unit."""
    places = [at for at, word in enumerate(lowered) if word[0].isdigit()]
    return frozenset(stem(word) for at in places for word in lowered[at + 1 : at + 4])
