"""Candidate papers as the answerer needs them: their sentences, and what's in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats, Rows
from retrieval.answering.passages.cues import CUES, cues_of
from retrieval.answering.passages.encoded import CompactTexts, EncodedTexts
from retrieval.answering.passages.names import holds_name, squeeze, squeeze_all
from retrieval.answering.passages.roles import Role, roles_of
from retrieval.answering.passages.units import given_units
from retrieval.answering.passages.wordbook import MEASURE
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.papers import Paper
from retrieval.text import Span, sentences, stem, terms, words

_CACHED: Final = 16_384
"""Papers that are cached, the latest that were read. Each takes 3 KB with its text, and few objects that the garbage
collector has to visit."""
SHORTEST_NAME: Final = 3
"""Letters in a system's name; shorter names are too ambiguous."""
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
OWN_NAME: Final = 1 << len(SIGNALS)
"""The bit of a sentence with the name of its paper's own system, the one before the colon of the title."""
_IN_WORDS: Final = OWN_NAME << 1
"""The bit of a sentence that may give a measurement without digits."""


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


@dataclass(frozen=True, eq=False, slots=True)
class EncodedPaper:
    """What was found when a title and an abstract were read, in a few arrays.

    ``head`` is the name before the colon of the title, squeezed; empty if there is none. ``texts`` are the title and
    the sentences without stop words, ``spans`` a row a sentence, ``signals`` its bits: those of ``SIGNALS`` and two
    more. ``length`` is that of the sum of the word vectors of all stems, ``lengths`` the same of each sentence.
    """

    head: str
    texts: CompactTexts
    spans: NDArray[np.int32]
    signals: NDArray[np.int32]
    length: float
    lengths: Floats


@dataclass(frozen=True, eq=False)
class PaperPassages:
    """A paper with its sentences. Squeezed text is lowercased and has only letters and digits."""

    paper: Paper
    encoded: EncodedPaper

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self.encoded.spans)

    @property
    def head(self) -> str:
        """The name before the colon of the title, squeezed; empty if there is none."""
        return self.encoded.head

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The sentences."""
        return tuple(map(self.passage, range(len(self))))

    def passage(self, at: int) -> Passage:
        """The sentence at a position."""
        start, end = self.encoded.spans[at].tolist()
        return Passage((start, end), self.paper.abstract[start:end], bool(self.encoded.signals[at] & _IN_WORDS))

    def sentences_with(self, name: str) -> list[bool]:
        """Which sentences contain a squeezed name (not empty) as whole words."""
        if name not in self._squeezed_abstract:
            return [False] * len(self)
        return _holding(name, self._texts, self._squeezed)

    @cached_property
    def _squeezed_abstract(self) -> str:
        return squeeze(self.paper.abstract)

    @cached_property
    def squeezed_title(self) -> str:
        """The title's letters and digits."""
        return squeeze(self.paper.title)

    @property
    def squeezed(self) -> str:
        """Title and abstract squeezed, sentence by sentence."""
        return " ".join([self.squeezed_title, *self._squeezed])

    @property
    def _texts(self) -> list[str]:
        return [self.paper.abstract[start:end] for start, end in self.encoded.spans.tolist()]

    @cached_property
    def _squeezed(self) -> list[str]:
        return squeeze_all(self._texts)


def read_paper(paper: Paper, word_vectors: WordVectors) -> PaperPassages:
    """Split a paper into sentences. What was found is cached, because people ask several questions about a paper."""
    return PaperPassages(paper, encode_paper(paper.title, paper.abstract, word_vectors))


@lru_cache(maxsize=_CACHED)
def encode_paper(title: str, abstract: str, word_vectors: WordVectors) -> EncodedPaper:
    """Find what questions need to know about a title and an abstract."""
    spans = sentences(abstract)
    texts = [abstract[start:end] for start, end in spans]
    compact = CompactTexts.of([words(title), *map(words, texts)], word_vectors)
    encoded, head = EncodedTexts.joined([compact]), _head(title)
    cue_flags, role_flags, word_flags = encoded.flags[1:].T.tolist()
    own_name = _holding(head, texts, squeeze_all(texts)) if len(head) >= SHORTEST_NAME else repeat(False)
    signals = [
        cues_of(text, cue) | _BIT_OF[role] | own * OWN_NAME | bool(measure & MEASURE) * _IN_WORDS
        for text, cue, role, own, measure in zip(
            texts, cue_flags, roles_of(texts, role_flags), own_name, word_flags, strict=False
        )
    ]
    return EncodedPaper(
        head,
        compact.without_stop_words(encoded),
        np.array(spans, np.int32).reshape(len(spans), 2),
        np.array(signals, np.int32),
        float(_lengths(encoded, np.zeros(len(encoded), np.intp), 1, word_vectors)[0]),
        _lengths(encoded, np.arange(-1, len(texts)), len(texts), word_vectors),
    )


def _lengths(encoded: EncodedTexts, group_of: Rows, groups: int, word_vectors: WordVectors) -> Floats:
    """The lengths of the sums of the vectors of each group's stems, each once; 0 without a known stem."""
    numbers, owners = encoded.known(group_of)
    lengths = np.zeros(groups)
    if len(numbers):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        sums = np.add.reduceat(word_vectors.vectors[numbers], starts, axis=0, dtype=np.float64)
        lengths[owners[starts]] = np.linalg.norm(sums, axis=1)
    return lengths


def _head(title: str) -> str:
    head = _HEAD.match(title)
    return squeeze(head[1]) if head else ""


def _holding(name: str, texts: Sequence[str], squeezed: Sequence[str]) -> list[bool]:
    """Which texts contain a squeezed name (not empty) as whole words; ``squeezed`` are the texts squeezed."""
    return [holds_name(text, short, name) for text, short in zip(texts, squeezed, strict=True)]


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
