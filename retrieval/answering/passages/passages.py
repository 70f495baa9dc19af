"""Candidate papers as the answerer reads them: their sentences, and what is in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.cues import CUES, cues_of, named
from retrieval.answering.passages.encoded import Coded
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.roles import Role, roles_of
from retrieval.answering.passages.units import given_units
from retrieval.answering.passages.wordbook import MEASURE
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.papers import Paper
from retrieval.text import Span, sentences, stem, terms, words

_KEPT: Final = 1_024
"""Papers whose readings are kept: enough for a conversation. Each is some 35 objects, and the collector
stops everything to look at all that is kept: more papers, longer stops."""
_HEAD: Final = re.compile(r"^\W*([^:?]{2,60}?)\s*(?::|\s[-–—]{1,3}\s)")
_BESIDE: Final = r"\s?(?:an?|the|which|where|i\.e\.)\s"
_EXPLAINS: Final = re.compile(  # begins with a plain set, by which the search leaps
    r"[\s,:–—-](?:(?<=\s)(?:(?:is|are|was|means|refers to|denotes|stands for|consists of|defined as|aims to)\s|"
    rf"\((?=[A-Za-z])|[-–—]{{1,3}}{_BESIDE})|(?<=[,:]){_BESIDE}|(?<=[-–—])[-–—]{{0,2}}{_BESIDE})"
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
_BIT_OF: Final = {role: 1 << place for place, role in enumerate(Role, len(CUES))}


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence. ``order`` counts from 0, ``signs`` are the bits of its cues, ``role`` is what it is there for;
    ``in_words`` says whether it may give a measure without digits.

    What only some questions ask for is read when it is first asked for, and then kept: most sentences
    that are looked at are never looked at so closely.
    """

    span: Span
    order: int
    text: str
    signs: int
    role: Role
    in_words: bool

    @property
    def cues(self) -> frozenset[str]:
        """What it looks like."""
        return named(self.signs)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its stems, each once."""
        return frozenset(terms(self.text))

    @cached_property
    def units(self) -> frozenset[str]:
        """Units beside its numbers."""
        return given_units(self.text, in_words=self.in_words)

    def gives(self, units: frozenset[str]) -> frozenset[str]:
        """Those of some units that stand beside its numbers."""
        return given_units(self.text, units, in_words=self.in_words)

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
class PaperPassages:
    """A paper with its sentences.

    ``coded`` are the words of its title and then of each sentence, ``looks`` what each sentence looks
    like, a bit each in the order of ``LOOKS``. Squeezed text is lowered and without anything but letters and
    digits, so that "KV-Cache" is "kv cache" is "kvcache".
    """

    paper: Paper
    passages: tuple[Passage, ...]
    coded: Coded
    looks: NDArray[np.int32]

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of title and abstract together."""
        return frozenset(terms(self.paper.title)).union(*(passage.stems for passage in self.passages))

    @cached_property
    def head(self) -> str:
        """The name before the colon of the title, squeezed; empty where there is none."""
        head = _HEAD.match(self.paper.title)
        return squeeze(head[1]) if head else ""

    def sentences_with(self, name: str) -> list[bool]:
        """Which sentences have a squeezed name, not empty, as words of their own."""
        if name not in self._squeezed_abstract:
            return [False] * len(self.passages)
        return [holds_name(passage.text, passage.squeezed, name) for passage in self.passages]

    @cached_property
    def _squeezed_abstract(self) -> str:
        return squeeze(self.paper.abstract)

    @cached_property
    def squeezed_title(self) -> str:
        """The title's letters and digits."""
        return squeeze(self.paper.title)

    @cached_property
    def squeezed(self) -> str:
        """Title and abstract squeezed, sentence by sentence."""
        return self.squeezed_title + " " + " ".join(passage.squeezed for passage in self.passages)


@lru_cache(maxsize=_KEPT)
def read_paper(paper: Paper, associations: WordVectors) -> PaperPassages:
    """A paper's sentences. Kept for the papers asked about last: people ask several times about one."""
    spans = sentences(paper.abstract)
    texts = [paper.abstract[start:end] for start, end in spans]
    coded = Coded.of([words(paper.title), *map(words, texts)], associations)
    of_cues, of_roles, traits = coded.signs[1:].T.tolist()
    cues = [cues_of(text, signs) for text, signs in zip(texts, of_cues, strict=True)]
    roles = roles_of(texts, of_roles)
    measures = [bool(each & MEASURE) for each in traits]
    return PaperPassages(
        paper,
        tuple(map(Passage, spans, range(len(spans)), texts, cues, roles, measures)),
        coded,
        np.array([cue | _BIT_OF[role] for cue, role in zip(cues, roles, strict=True)], np.int32),
    )


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
