"""Reading a question: its words and their weights, its kind, the names in it, what it leans on."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from retrieval.answering.passages.units import asked_units
from retrieval.answering.question.kinds import Kind, kinds_of
from retrieval.answering.question.lexicon import lexicon
from retrieval.answering.question.small_talk import small_talk
from retrieval.answering.types import Question, Turn
from retrieval.text import STOP_WORDS, stem, terms, tokens
from retrieval.typos import corrected

# Words that ask rather than tell: they steer the kind of answer and find no paper.
_ASKING: Final = frozenset(
    stem(word)
    for word in """
    paper papers work works study studies article articles author authors pls please tell anyone know
    list show give say says said exactly actually thing things something anything mean called does dose wat
    many much pls plz hey btw ok lol u ur people say about using use used whats hows
    summarize summarise summary overview gist tldr nutshell explain
    """.split()
)
_PRONOUN: Final = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|this|that|these|those|he|she|there|here|one|ones|both|other|latter|former|"
    r"the same (?:one|ones|paper|authors?|people|thing)|"
    r"the (?:method|model|paper|authors?|approach|system|dataset|benchmark|framework|baseline))\b",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"^(?:and|but|so|or|also|then|ok(?:ay)?|what about|how about|vs\.?|versus|why|really)\b", re.IGNORECASE
)
_NAME: Final = re.compile(r"(?<![\w-])(?=[\w.+-]*[A-Z0-9])(?=[\w.+-]*[A-Za-z])[\w.+-]*\w")
_LOOKED_AT: Final = 40  # words in which slips are repaired: more than a question has, fewer than would take long
_ASKS_FOR: Final = re.compile(
    r"\b(?:which|what|whats|what's|how many|how much|name the|list the|number of)\s+"
    r"(?:(?:kinds?|types?|sorts?|set|pieces?) of\s+|(?:other|exact|specific|exactly|else)\s+)*(.{1,60})",
    re.IGNORECASE,
)
_NO_NOUN: Final = frozenset(
    "get gets got come comes make makes made give gives go goes happen happens want wants".split()
)
_NOUN_WORDS: Final = 3  # words of a noun phrase: "zero-shot image classification"
_PLACE: Final = {
    word: place
    for place, words in enumerate(
        (
            "first 1st 1 one former",
            "second 2nd 2 two latter",
            "third 3rd 3 three",
            "fourth 4th 4 four",
            "fifth 5th 5 five",
        )
    )
    for word in words.split()
} | {"last": -1}
_ORDINAL: Final = re.compile(
    r"\bthe (?P<order>first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last) (?:one|paper|work|study|article)\b|"
    r"\b(?:paper|number|nr|no)[. ]*(?P<count>[1-5]|one|two|three|four|five)\b|(?<!\w)#(?P<sign>[1-5])\b|"
    r"\bthe (?P<pair>former|latter)\b|\bthe (?P<other>other)(?: one| paper)?(?=\W*$|\W*[?.!])",
    re.IGNORECASE,
)
_AFRESH: Final = re.compile(
    r"^\W*(?:(?:a |an )?(?:new|different|another|unrelated) (?:question|topic|subject|thing)|"
    r"change of (?:topic|subject)|"
    r"something (?:else|different)|(?:forget|drop|leave) (?:it|that|this|about (?:it|that))|never ?mind(?: that)?)"
    r"(?:\W+|$)",
    re.IGNORECASE,
)
"""How people say that what was spoken of is over."""


_ASKS: Final = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|then|also|please)\W+)*"
    r"(?:what|whats|which|who|whose|why|when|where|how|hows|is|are|was|were|does|do|did|can|could|compare|compared|"
    r"explain|summari[sz]e|(?:tell|show|give) (?:me|us))\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_SHORT: Final = 10  # words of a message that only goes on: what is longer tells something


class Corpus(Protocol):
    """What the answerer must know of the corpus; ``retrieval.index.Index`` is one."""

    def idf(self, term: str) -> float:
        """The weight of a stem; 0 where no paper holds it."""
        ...

    def document_frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """How many papers hold each of these stems."""
        ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question as it was read.

    ``weights`` maps each content stem to its weight in this corpus, in the order of the question;
    ``unknown`` are the stems that no paper holds; ``expansion`` maps stems to the field's stems for
    them; ``names`` are names of systems or papers as they were typed, lowered. ``earlier`` are ids of
    papers that the conversation is about, the one that was answered from first; ``pointed`` whether it is
    the one that the question points at ("the second one"), and ``leans`` whether
    the question cannot stand without them; it ``points_back`` by a pronoun and ``goes_on`` by its
    beginning. ``before`` are the stems of the question before. ``asked_for`` is the stem of the thing
    that "which", "what" or "how many" asks for; empty where that is not said.
    """

    question: Question
    text: str
    kind: Kind
    kinds: tuple[Kind, ...]
    words: tuple[str, ...]
    weights: Mapping[str, float]
    unknown: frozenset[str]
    expansion: Mapping[str, frozenset[str]]
    names: tuple[str, ...]
    earlier: tuple[str, ...]
    pointed: bool
    leans: bool
    points_back: bool
    goes_on: bool
    before: tuple[str, ...]
    wants_number: bool
    asked_for: str
    counted: frozenset[str]
    units: frozenset[str]
    reply: str | None

    @property
    def total(self) -> float:
        """The weight of all content words together."""
        return sum(self.weights.values())


def analyse(question: Question, corpus: Corpus, known: Mapping[str, int]) -> Analysis:
    """Read a question against a corpus. ``known`` are stems that are words, whether or not the corpus has them."""
    asked = _afresh(question)
    text = _without_slips(" ".join(asked.text.split()), corpus, known)
    pointed = _pointed_at(text, asked.history)
    if pointed:
        text = _ORDINAL.sub("it", text)  # what is left of it are no words of the matter
    words = _content(text)
    rarest = math.log(len(corpus) + 0.5) - math.log(0.5) if len(corpus) else 1.0
    unknown = frozenset(
        word for word, holding in zip(words, corpus.document_frequencies(words), strict=True) if not holding
    )
    weights = {word: rarest if word in unknown else max(corpus.idf(word), 0.1 * rarest) for word in words}
    meanings = lexicon()
    kinds = kinds_of(text)
    last = asked.history[-1] if asked.history and not _names_strangers(text, unknown) else Turn("")
    leans = bool(last.paper_ids) and _leans(text, words)
    return Analysis(
        question=question,
        text=text,
        kind=kinds[0],
        kinds=kinds,
        words=words,
        weights=weights,
        unknown=unknown,
        expansion={word: meanings[word] for word in words if word in meanings},
        names=_names(text),
        earlier=(pointed,) if pointed else last.paper_ids,
        pointed=pointed is not None,
        leans=leans,
        points_back=bool(last.paper_ids) and bool(_PRONOUN.search(text)),
        goes_on=bool(last.paper_ids) and bool(_GOES_ON.match(text)),
        before=_content(last.question),
        wants_number=Kind.NUMBER in kinds,
        asked_for=_asked_for(text),
        counted=_counted(text),
        units=asked_units(text),
        reply=small_talk(text),
    )


def reads_as_question(text: str) -> bool:
    """Whether a message asks something by its form: a question mark, or words that questions begin with."""
    text = _ADDRESS.sub(" ", text)
    return "?" in text or bool(_ASKS.match(text))


def reads_as_following_up(text: str) -> bool:
    """Whether a message goes on from what was said, question or not: "and the total delay", "the second one"."""
    short = len(text.split()) <= _SHORT
    return short and bool(_GOES_ON.match(text.strip()) or _ORDINAL.search(text))


def _content(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in terms(text) if word not in _ASKING))


def _without_slips(text: str, corpus: Corpus, known: Mapping[str, int]) -> str:
    """The text with its mistyped words put right, so far as it is a question; all else stays to the letter."""

    def how_common(words: Sequence[str]) -> list[int]:
        stems = list(map(stem, words))
        return [
            len(corpus) if word in STOP_WORDS else holding or int(stemmed in known)
            for word, stemmed, holding in zip(words, stems, corpus.document_frequencies(stems), strict=True)
        ]

    pieces, at = list[str](), 0
    for token in tokens(text)[:_LOOKED_AT]:
        better = corrected(token.text, how_common)
        pieces += [text[at : token.start], text[token.start : token.end] if better == token.text else better]
        at = token.end
    return "".join([*pieces, text[at:]])


def _names(text: str) -> tuple[str, ...]:
    """Names: words with a capital inside or after the first word, or with digits among letters."""
    found = list[str]()
    for match in _NAME.finditer(text):
        word = match[0]
        sentence_start = match.start() == 0 and not re.search(r"[A-Z0-9]", word[1:])
        if not sentence_start and word.lower() not in STOP_WORDS and len(word) > 1:
            found.append(word.lower())
    return tuple(dict.fromkeys(found))


def _leans(text: str, words: tuple[str, ...]) -> bool:
    """Whether a question needs the conversation: a pronoun, a beginning that goes on, or next to no words."""
    if _names(text) and not _GOES_ON.match(text):
        return False
    return bool(_PRONOUN.search(text) or _GOES_ON.match(text) or len(words) <= 2)  # noqa: PLR2004


def _afresh(question: Question) -> Question:
    """The question without its conversation where it says that it is a new one ("new question: …")."""
    opening = _AFRESH.match(question.text)
    if opening is None or not question.text[opening.end() :].strip():
        return question
    return Question(question.text[opening.end() :])


def _names_strangers(text: str, unknown: frozenset[str]) -> bool:
    """Whether a name in the question stands in no paper at all: then it is not of what was spoken of."""
    names = [terms(name) for name in _names(text) if name[0].isalpha()]  # "3rd" and "7B" are nobody's names
    return any(stems and unknown.issuperset(stems) for stems in names)


def _pointed_at(text: str, history: Sequence[Turn]) -> str | None:
    """The earlier paper that is pointed at ("the second one", "paper 3", "the other one").

    Counted are those of the newest turn that named several: "and the first one?" may follow "the second one?".
    """
    found = _ORDINAL.search(text)
    earlier = next((turn.paper_ids for turn in reversed(history) if len(turn.paper_ids) > 1), ())
    if found is None or not earlier:
        return None
    place = 1 if found["other"] else _PLACE[next(word for word in found.groups() if word).lower()]
    return earlier[place] if place < len(earlier) else None


def _asked_for(text: str) -> str:
    """The stem of the noun behind the question word: of "which public datasets were used" that of "datasets"."""
    found = _ASKS_FOR.search(text)
    nouns = [word.text for word in tokens(found[1])] if found else []
    for at, word in enumerate(nouns):
        if word in STOP_WORDS or word in _NO_NOUN or at == _NOUN_WORDS:
            nouns = nouns[:at]
            break
    return stem(nouns[-1]) if nouns and stem(nouns[-1]) not in _ASKING else ""


def _counted(text: str) -> frozenset[str]:
    """Stems of what is counted: the words after "how many", "how much", "what percentage of"."""
    found = re.search(
        r"\b(?:how (?:many|manny|much)|number of|amount of|percentage of|share of)\b(.{0,40})", text, re.IGNORECASE
    )
    if not found:
        return frozenset()
    counted = [token.text for token in tokens(found[1])][:3]
    return frozenset(stem(word) for word in counted if word not in STOP_WORDS)
