"""Question analysis: its content words and their weights, its kind, names, and links to the conversation."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.passages.units import asked_units
from retrieval.answering.question.kinds import Kind, asks_for_list, kinds_of
from retrieval.answering.question.lexicon import lexicon
from retrieval.answering.question.subjects import (
    Subject,
    bare,
    loosely_requested_topic,
    read_subject,
    requested_topic,
)
from retrieval.answering.question.unwanted import without_unwanted
from retrieval.answering.types import Question, Turn
from retrieval.index.typos import corrected, typo_candidates
from retrieval.text import STOP_WORDS, stem, terms, tokens

# Words that only phrase the question: they determine the kind of answer but don't describe any paper.
_ASKING: Final = frozenset(
    """
    paper papers work works study studies article articles author authors pls please tell anyone know
    list show give say says said exactly actually thing things something anything mean called does dose wat
    many much pls plz hey btw ok lol u ur people say about using use used whats hows
    summarize summarise summary overview gist tldr nutshell explain
    """.split()
)
_QUESTION_WORDS: Final = frozenset(map(stem, _ASKING))
_SWAPPED: Final = {
    swapped: word for word in _ASKING for swapped, cost in typo_candidates(word, shortest=5).items() if not cost
}
"""These words with two letters swapped, even where that is a word: "papres", whose stem is an abbreviation."""
_PRONOUN: Final = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|this|that|these|those|he|she|there|here|one|ones|both|other|latter|former|"
    r"the same (?:one|ones|paper|authors?|people|thing)|"
    r"the (?:method|model|paper|authors?|approach|system|dataset|benchmark|framework|baseline))\b",
    re.IGNORECASE,
)
_DEFINITE: Final = re.compile(r"\bthe (?P<noun>[a-z]{4,})\b", re.IGNORECASE)
_REFERS: Final = re.compile(
    r"(?<!before )(?<!after )(?<!when )(?<!while )(?<!because )(?<!until )(?<!once )(?<!if )\b(?:it|they)\b"
    r"|\b(?:the|this|that) (?:paper|authors?|study|article)\b",
    re.IGNORECASE,
)
"""What hardly means anything but the paper of the conversation."""
_CONTINUATION: Final = re.compile(
    r"^(?:and|but|so|or|also|then|ok(?:ay)?|what about|how about|vs\.?|versus|why|really)\b", re.IGNORECASE
)
_NAME: Final = re.compile(r"(?<![\w-])(?=[\w.+-]*[A-Z0-9])(?=[\w.+-]*[A-Za-z])[\w.+-]*\w")
_MOST_EARLIER: Final = 16  # papers of the answer before that a follow-up may be about: a list can have many
_MOST_CORRECTED: Final = 40  # words checked for typos: more than a question has, few enough to be quick
_REQUESTED: Final = re.compile(
    r"\b(?:which|what|whats|what's|how many|how much|name the|list the|number of)\s+"
    r"(?:(?:kinds?|types?|sorts?|set|pieces?) of\s+|(?:other|exact|specific|exactly|else)\s+)*(.{1,60})",
    re.IGNORECASE,
)
_NOT_NOUNS: Final = frozenset(
    "get gets got come comes make makes made give gives go goes happen happens want wants".split()
)
_NOUN_WORDS: Final = 3  # words in a noun phrase: "zero-shot image classification"
_ORDINAL_PLACES: Final = {
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
_AMONG: Final = re.compile(r"^(?:and |but |so |ok(?:ay)?,? )?(?:wh?ich|what) of (?:them|those|these)\b", re.IGNORECASE)
_FRESH_START: Final = re.compile(
    r"^\W*(?:(?:a |an )?(?:new|different|another|unrelated) (?:question|topic|subject|thing)|"
    r"change of (?:topic|subject)|"
    r"something (?:else|different)|(?:forget|drop|leave) (?:it|that|this|about (?:it|that))|never ?mind(?: that)?)"
    r"(?:\W+|$)",
    re.IGNORECASE,
)
"""How people say that they're changing the subject."""
_QUESTION_START: Final = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|then|also|please)\W+)*"
    r"(?:what|whats|which|who|whose|why|when|where|how|hows|is|are|was|were|does|do|did|can|could|compare|compared|"
    r"explain|summari[sz]e|(?:tell|show|give) (?:me|us))\b",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_SHORT: Final = 10  # words in a message that only continues the conversation; longer ones have content of their own


class Corpus(Protocol):
    """The corpus statistics that the analysis needs; ``retrieval.index.Index`` provides them."""

    def idf(self, term: str) -> float:
        """The weight of a stem; 0 if no paper contains it."""
        ...

    def document_frequencies(self, terms: Sequence[str]) -> Sequence[int]:
        """The number of papers that contain each stem."""
        ...

    def score_of(self, query: Sequence[str], ids: Sequence[str]) -> Floats:
        """The scores of papers for stems, 0 for those that have none of them."""
        ...

    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysed question.

    ``words`` are the stems of its content words, ``weights`` their weights in this corpus, in question order;
    ``unknown`` are the stems that no paper contains; ``expansion`` maps stems to the field's stems for
    them; ``names`` are names of systems or papers as typed, lowercased. ``earlier_papers`` are the ids of the
    papers the conversation is about, the quoted one first; ``selects_earlier`` is true if the question picks
    one of them ("the second one"), which is then the only one, or asks which of those listed before have something;
    then there are no others. ``unwanted`` are the stems of what the papers in a list must not be about. The question
    ``needs_context`` if it makes no sense on its own; it ``has_pronoun``, or "the" before a word of the earlier paper,
    that may refer to that; it ``refers`` to one if it hardly can mean another; it ``continues`` if it starts like
    "and …".
    ``previous_words`` are the stems of the previous question. ``requested`` is the stem of the noun after "which",
    "what" or "how many", or empty; ``counted`` are the stems after "how many"; ``subject`` is what it asks about as a
    whole, if it does.
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
    unwanted: frozenset[str]
    earlier_papers: tuple[str, ...]
    selects_earlier: bool
    needs_context: bool
    has_pronoun: bool
    refers: bool
    continues: bool
    previous_words: tuple[str, ...]
    wants_number: bool
    requested: str
    counted: frozenset[str]
    units: frozenset[str]
    subject: Subject | None

    @property
    def topic(self) -> Sequence[str]:
        """The stems that say what it is about: of a request for papers only the content words."""
        return self.words if self.kind is Kind.LIST else terms(self.text)

    @property
    def total(self) -> float:
        """The sum of the weights of all content words."""
        return sum(self.weights.values())


def analyse(question: Question, corpus: Corpus, known: Mapping[str, int]) -> Analysis:
    """Analyse a question against a corpus. ``known`` are stems of real words, whether or not the corpus has them."""
    asked = without_dropped_context(question)
    text = _spell_corrected(" ".join(asked.text.split()), corpus, known)
    selected = question.about or selected_paper(text, asked.history)
    if selected:
        text = _ORDINAL.sub("it", text)  # "the second one" says nothing about the subject
    last = asked.history[-1] if asked.history else Turn("")
    among = bool(last.paper_ids) and _picks_among(text, last.question)
    loosely = None if among else _loose_topic(text, last.paper_ids[:1], corpus)
    kinds = (Kind.LIST,) if among or loosely else kinds_of(text)
    text, unwanted = without_unwanted(text) if kinds[0] is Kind.LIST else (text, "")
    topic = requested_topic(text) or loosely or (bare(text) if kinds[0] is Kind.LIST else text)
    words = _content_words(topic)
    unknown, weights = _weights(words, corpus)
    synonyms = lexicon()
    subject = read_subject(text)
    if not among and (_has_unknown_name(text, unknown) or _begins_a_subject(text, subject, last.paper_ids, corpus)):
        last = Turn("")
    has_context = bool(last.paper_ids)
    return Analysis(
        question=question,
        text=text,
        kind=kinds[0],
        kinds=kinds,
        words=words,
        weights=weights,
        unknown=unknown,
        expansion={word: synonyms[word] for word in words if word in synonyms},
        names=_names(text),
        unwanted=frozenset(_content_words(unwanted)).difference(words),
        earlier_papers=(selected,) if selected else last.paper_ids[:_MOST_EARLIER],
        selects_earlier=selected is not None or among,
        needs_context=has_context and _needs_context(text, words),
        has_pronoun=has_context and (bool(_PRONOUN.search(text)) or _says_the_known(text, last.paper_ids[:1], corpus)),
        refers=has_context and len(text.split()) <= _SHORT and bool(_REFERS.search(text)),
        continues=has_context and bool(_CONTINUATION.match(text)),
        previous_words=_content_words(last.question),
        wants_number=Kind.NUMBER in kinds,
        requested=_requested(text),
        counted=_counted(text),
        units=asked_units(text),
        subject=subject,
    )


def reads_as_question(text: str) -> bool:
    """Whether a message looks like a question: it has a question mark or starts with a question word."""
    text = _URL.sub(" ", text)
    return "?" in text or bool(_QUESTION_START.match(text))


def reads_as_following_up(text: str) -> bool:
    """Whether a message continues the conversation, question or not: "and the total delay", "the second one"."""
    short = len(text.split()) <= _SHORT
    return short and bool(_CONTINUATION.match(text.strip()) or _ORDINAL.search(text))


def _content_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in terms(text) if word not in _QUESTION_WORDS))


def _weights(words: Sequence[str], corpus: Corpus) -> tuple[frozenset[str], dict[str, float]]:
    """The stems that no paper contains, and the weight of every stem: its idf, but at least a tenth of the highest."""
    highest = math.log(len(corpus) + 0.5) - math.log(0.5) if len(corpus) else 1.0
    frequencies = corpus.document_frequencies(words)
    unknown = frozenset(word for word, papers in zip(words, frequencies, strict=True) if not papers)
    return unknown, {word: highest if word in unknown else max(corpus.idf(word), 0.1 * highest) for word in words}


def _spell_corrected(text: str, corpus: Corpus, known: Mapping[str, int]) -> str:
    """The text with typos corrected in its first words; everything else stays exactly as typed."""

    def frequencies(words: Sequence[str]) -> list[int]:
        stems = list(map(stem, words))
        return [
            len(corpus) if word in STOP_WORDS else papers or int(stemmed in known)
            for word, stemmed, papers in zip(words, stems, corpus.document_frequencies(stems), strict=True)
        ]

    corpus.document_frequencies(terms(text))  # looks all of them up at once, and remembers them
    pieces, at = list[str](), 0
    for token in tokens(text)[:_MOST_CORRECTED]:
        word = _SWAPPED.get(token.text)
        if word is None or any(corpus.document_frequencies([stem(token.text)])):
            word = corrected(token.text, frequencies)
        pieces += [text[at : token.start], text[token.start : token.end] if word == token.text else word]
        at = token.end
    return "".join([*pieces, text[at:]])


def _names(text: str) -> tuple[str, ...]:
    """The lowered ``written_names`` of a text."""
    return tuple(dict.fromkeys(name.lower() for name in written_names(text)))


def written_names(text: str) -> tuple[str, ...]:
    """Names: words with a capital letter (beyond the first letter of the text), or with both letters and digits."""
    found = list[str]()
    for match in _NAME.finditer(text):
        word = match[0]
        sentence_start = match.start() == 0 and not re.search(r"[A-Z0-9]", word[1:])
        if not sentence_start and word.lower() not in STOP_WORDS and len(word) > 1:
            found.append(word)
    return tuple(dict.fromkeys(found))


def _needs_context(text: str, words: tuple[str, ...]) -> bool:
    """Whether a question only makes sense in its conversation: a pronoun, "and …", or hardly any words."""
    if _names(text) and not _CONTINUATION.match(text):
        return False
    return bool(_PRONOUN.search(text) or _CONTINUATION.match(text) or len(words) <= 2)  # noqa: PLR2004


def without_dropped_context(question: Question) -> Question:
    """The question without its conversation if it says that it starts a new one ("new question: …")."""
    opening = _FRESH_START.match(question.text)
    if opening is None or not question.text[opening.end() :].strip():
        return question
    return Question(question.text[opening.end() :])


def _has_unknown_name(text: str, unknown: frozenset[str]) -> bool:
    """Whether a name in the question is in no paper: the question is then not about the earlier papers."""
    names = [terms(name) for name in _names(text) if name[0].isalpha()]  # "3rd" and "7B" aren't names
    return any(stems and unknown.issuperset(stems) for stems in names)


def _begins_a_subject(text: str, subject: Subject | None, earlier: Sequence[str], corpus: Corpus) -> bool:
    """Whether the question names what no earlier paper has, and doesn't continue: "what is RLHF?" after GRPO."""
    if not earlier or _PRONOUN.search(text) or _CONTINUATION.match(text):
        return False
    names = [tuple(terms(name)) for name in _names(text) if name[0].isalpha()]
    if subject is not None and subject.is_name:
        names.append(_content_words(subject.name))
        earlier = earlier[:1]
    return any(names) and not any(_in_papers(stems, earlier, corpus) for stems in names if stems)


def _says_the_known(text: str, earlier: Sequence[str], corpus: Corpus) -> bool:
    """Whether the question speaks of "the simulation" and names nothing, and the paper before has a simulation."""
    known = [(stem(found["noun"].lower()),) for found in _DEFINITE.finditer(text)]
    return not _names(text) and any(_in_papers(stems, earlier, corpus) for stems in known)


def _in_papers(stems: Sequence[str], ids: Sequence[str], corpus: Corpus) -> bool:
    """Whether one of these papers has all stems."""
    found = np.all([corpus.score_of([stem], ids) != 0 for stem in stems], axis=0)
    return bool(found.any())


def picks_a_paper(text: str) -> bool:
    """Whether a text picks one of several papers: "the second one"."""
    return bool(_ORDINAL.search(text))


def selected_paper(text: str, history: Sequence[Turn]) -> str | None:
    """The earlier paper that the question picks ("the second one", "paper 3", "the other one").

    Ordinals count in the latest turn that named several papers: "and the first one?" may follow "the second one?".
    """
    found = _ORDINAL.search(text)
    earlier = next((turn.paper_ids for turn in reversed(history) if len(turn.paper_ids) > 1), ())
    if found is None or not earlier:
        return None
    place = 1 if found["other"] else _ORDINAL_PLACES[next(word for word in found.groups() if word).lower()]
    return earlier[place] if place < len(earlier) else None


def _picks_among(text: str, previous: str) -> bool:
    """Whether a question asks which of the papers that were listed before have something: "which of those …"."""
    return bool(_AMONG.match(text)) and asks_for_list(previous)


def _loose_topic(text: str, earlier: Sequence[str], corpus: Corpus) -> str | None:
    """The topic that a text asks for papers on, unless it may be about a paper of the conversation."""
    topic = loosely_requested_topic(text)
    about_it = topic is not None and bool(earlier) and _in_papers(_content_words(topic), earlier, corpus)
    return None if about_it else topic


def _requested(text: str) -> str:
    """The stem of the noun after the question word: "dataset" in "which public datasets were used"."""
    found = _REQUESTED.search(text)
    nouns = [word.text for word in tokens(found[1])] if found else []
    for at, word in enumerate(nouns):
        if word in STOP_WORDS or word in _NOT_NOUNS or at == _NOUN_WORDS:
            nouns = nouns[:at]
            break
    return stem(nouns[-1]) if nouns and stem(nouns[-1]) not in _QUESTION_WORDS else ""


def _counted(text: str) -> frozenset[str]:
    """The stems after "how many", "how much" or "percentage of": what the question counts."""
    found = re.search(
        r"\b(?:how (?:many|manny|much)|number of|amount of|percentage of|share of)\b(.{0,40})", text, re.IGNORECASE
    )
    if not found:
        return frozenset()
    counted = [token.text for token in tokens(found[1])][:3]
    return frozenset(stem(word) for word in counted if word not in STOP_WORDS)
