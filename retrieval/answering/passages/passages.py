"""Candidate papers as the answerer needs them: their sentences, and what's in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.cues import CUES, cues_of
from retrieval.answering.passages.encoded import EncodedTexts
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.roles import Role, roles_of
from retrieval.answering.passages.units import given_units
from retrieval.answering.passages.wordbook import MEASURE
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.papers import Paper
from retrieval.text import Span, sentences, stem, terms, words

_CACHED: Final = 1_024
"""Papers that are cached, enough for a conversation. Each has some 35 objects, and more would make the pauses of the
garbage collector longer."""
_HEAD: Final = re.compile(r"^\W*([^:?]{2,60}?)\s*(?::|\s[-–—]{1,3}\s)")
_BESIDE: Final = r"\s?(?:an?|the|which|where|i\.e\.)\s"
_AFTER_NAME: Final = re.compile(  # starts with a character set, which is fast to search
    r"[\s,:–—-](?:(?<=\s)(?:(?:is|are|was|means|refers to|denotes|stands for|consists of|defined as|aims to)\s|"
    rf"\((?=[A-Za-z])|[-–—]{{1,3}}{_BESIDE})|(?<=[,:]){_BESIDE}|(?<=[-–—])[-–—]{{0,2}}{_BESIDE})"
)
"""What follows a name that is explained."""
_BEFORE_NAME: Final = re.compile(r"\b(?:called?|termed?|dubbed|named|namely|introduce|propose|present|define)\s")
"""What precedes a name that is explained."""
_NAME: Final = re.compile(r"(?<=[\w,;:()–—/-] )[A-Z][\w.+-]*\w|\b\w*[a-z0-9-][A-Z][\w.+-]*\w")
"""A name in the middle of a sentence."""
_NAME_WORDS: Final = 4
"""Words that such a name may have."""
_DIGIT: Final = re.compile(r"\d")
_NONE: Final = frozenset[str]()

SIGNALS: Final[tuple[str, ...]] = (*CUES, *(f"in_{role}" for role in Role))
"""What a sentence's wording can signal: its cues, then its role in the abstract."""
_BIT_OF: Final = {role: 1 << place for place, role in enumerate(Role, len(CUES))}


@dataclass(frozen=True, eq=False)
class Passage:
    """One sentence. ``in_words`` says whether it may give a measurement without digits.

    What only some questions need is computed on first use.
    """

    span: Span
    text: str
    in_words: bool

    @cached_property
    def units(self) -> frozenset[str]:
        """The units it gives."""
        return given_units(self.text, in_words=self.in_words)

    def gives(self, units: frozenset[str]) -> frozenset[str]:
        """Which of these units it gives."""
        return given_units(self.text, units, in_words=self.in_words)

    @cached_property
    def beside_numbers(self) -> frozenset[str]:
        """The stems next to its numbers."""
        return _beside_numbers(words(self.text)) if _DIGIT.search(self.text) else _NONE

    @cached_property
    def names(self) -> frozenset[str]:
        """The names after its first word, squeezed."""
        return frozenset(squeeze(name) for name in _NAME.findall(self.text))

    @cached_property
    def explained(self) -> frozenset[str]:
        """The stems of the names that it explains."""
        return _explained(self.text)

    @cached_property
    def squeezed(self) -> str:
        """Its letters and digits."""
        return squeeze(self.text)


@dataclass(frozen=True, eq=False)
class PaperPassages:
    """A paper with its sentences.

    ``encoded`` are its title and sentences, ``signals`` the bits of ``SIGNALS`` for each sentence. Squeezed text is
    lowercased and has only letters and digits.
    """

    paper: Paper
    passages: tuple[Passage, ...]
    encoded: EncodedTexts
    signals: NDArray[np.int32]

    @cached_property
    def head(self) -> str:
        """The name before the colon of the title, squeezed; empty if there is none."""
        head = _HEAD.match(self.paper.title)
        return squeeze(head[1]) if head else ""

    def sentences_with(self, name: str) -> list[bool]:
        """Which sentences contain a squeezed name (not empty) as whole words."""
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


@lru_cache(maxsize=_CACHED)
def read_paper(paper: Paper, word_vectors: WordVectors) -> PaperPassages:
    """Split a paper into sentences. Cached, because people ask several questions about a paper."""
    spans = sentences(paper.abstract)
    texts = [paper.abstract[start:end] for start, end in spans]
    encoded = EncodedTexts.of([words(paper.title), *map(words, texts)], word_vectors)
    cue_flags, role_flags, word_flags = encoded.flags[1:].T.tolist()
    cues = map(cues_of, texts, cue_flags)
    roles = roles_of(texts, role_flags)
    measures = [bool(each & MEASURE) for each in word_flags]
    return PaperPassages(
        paper,
        tuple(map(Passage, spans, texts, measures)),
        encoded,
        np.array([cue | _BIT_OF[role] for cue, role in zip(cues, roles, strict=True)], np.int32),
    )


def _explained(text: str) -> frozenset[str]:
    """The stems of the names that a sentence explains: "X, a …", "X is a …", "X (…)", "called X"."""
    found = set[str]()
    for match in _AFTER_NAME.finditer(text):
        found.update(terms(" ".join(text[: match.start()].rsplit(None, _NAME_WORDS)[-_NAME_WORDS:])))
    for match in _BEFORE_NAME.finditer(text):
        found.update(terms(" ".join(text[match.end() :].split(None, _NAME_WORDS)[:_NAME_WORDS])))
    return frozenset(found)


def _beside_numbers(lowered: Sequence[str]) -> frozenset[str]:
    """The stems of the three words after each number: what it counts, or its unit."""
    places = [at for at, word in enumerate(lowered) if word[0].isdigit()]
    return frozenset(stem(word) for at in places for word in lowered[at + 1 : at + 4])
