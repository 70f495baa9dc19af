"""The words by which questions for records are read, each with its concepts, from ``config/question_words.toml``."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from retrieval.settings import PROJECT
from retrieval.text.spelling import one_spelling

QUESTION_WORDS_FILE: Final = PROJECT / "config" / "question_words.toml"
_VOWELS: Final = "aeiou"
_SHORT: Final = 4
"""Letters of a verb that doubles its last one: "dropped", but not "offerred"."""

Phrase = tuple[str, ...]
"""The words of a phrase, lowered, in one spelling."""


class _QuestionWordsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    nouns: dict[str, list[str]]
    verbs: dict[str, list[str]]
    words: dict[str, list[str]]
    short_forms: dict[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The concepts of each phrase, the length of the longest one by its first word, and what short forms stand for."""

    concepts: Mapping[Phrase, frozenset[str]]
    longest: Mapping[str, int]
    short_forms: Mapping[str, str]

    @property
    def cues(self) -> frozenset[str]:
        """The single words of which a word may be a slip."""
        return frozenset(words[0] for words, of in self.concepts.items() if len(words) == 1 and of & _MISTYPED)


_MISTYPED: Final = frozenset(
    """
    paper papers any_paper author authors votes vote popular popularity code codes category categories version
    newest oldest recent trending list lists cited citation citations write come_out available about count most least
    with without exclude abstract site order_by collective from date link who_wrote newer older best
    """.split()
)
"""Concepts whose words are what questions are read by most."""


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the file, with the forms of nouns and verbs."""
    file = _QuestionWordsFile.model_validate(tomllib.loads(QUESTION_WORDS_FILE.read_text(encoding="utf-8")))
    concepts, longest = defaultdict[Phrase, frozenset[str]](frozenset), defaultdict[str, int](int)
    for text, concept in _forms(file):
        words = phrase(text)
        concepts[words] |= {concept}
        longest[words[0]] = max(longest[words[0]], len(words))
    return Vocabulary(dict(concepts), dict(longest), file.short_forms)


def phrase(text: str) -> Phrase:
    """A text as a key of the vocabulary."""
    return tuple(map(one_spelling, text.lower().replace("’", "'").split()))


def _forms(file: _QuestionWordsFile) -> Iterator[tuple[str, str]]:
    for concept, texts in file.words.items():
        yield from ((text, concept) for text in texts)
    for concept, texts in file.nouns.items():
        yield from ((text, concept) for text in texts)
        yield from ((_plural(text), f"{concept}s") for text in texts)
    for concept, texts in file.verbs.items():
        for text in texts:
            verb, _, particle = text.partition(" ")
            yield from ((f"{form} {particle}".strip(), concept) for form in _verb_forms(verb))


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "sh", "ch", "x")) else f"{noun}s"


def _verb_forms(verb: str) -> Iterator[str]:
    last, before = verb[-1], verb[-2]
    yield verb
    yield _plural(verb)
    if last == "e":
        yield from (f"{verb}d", f"{verb[:-1]}ing")
    elif last == "y" and before not in _VOWELS:
        yield from (f"{verb[:-1]}ied", f"{verb}ing")
    else:
        doubled = last not in "wxyr" and before in _VOWELS and verb[-3] not in _VOWELS and len(verb) <= _SHORT
        whole = verb + last if doubled else verb
        yield from (f"{whole}ed", f"{whole}ing")
