"""Why an answer is what it is, in plain words: what was understood, what matched, what was missing, what came next.

Nothing is said that a quote refutes: a word is only missing if no quote that is shown with the explanation has it in
any form, and a reason is only given if it holds for the sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.output.quotes import distinct_rows, quote
from retrieval.answering.passages.attributes import statement_of
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.wordbook import PREFIX
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import paper_features, sentence_features
from retrieval.answering.scoring.model import Model
from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.scoring.word_matches import SIMILAR
from retrieval.answering.types import Answer, Outcome, Quote
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.english import Text, either
from retrieval.papers import Paper
from retrieval.text import STOP_WORDS, stem, tokens

_RIVALS: Final = 2
_REASONS: Final = 3
_WORTH_SAYING: Final = 0.15
"""Contribution to a score from which a reason is given."""
_CLEARLY: Final = 0.5
"""Share from which a paper is clearly the closest."""
_MOST_LISTED: Final = 5

_KINDS: Final[Mapping[Kind, Text]] = {
    Kind.NUMBER: Text("a number"),
    Kind.DEFINITION: Text("a definition"),
    Kind.METHOD: Text("how it works"),
    Kind.REASON: Text("a reason"),
    Kind.RESULT: Text("a result"),
    Kind.COMPARISON: Text("a comparison"),
    Kind.ITEMS: Text("names or parts of something"),
    Kind.AVAILABILITY: Text("where to get code or data"),
    Kind.LOOKUP: Text("a particular paper"),
    Kind.LIST: Text("a list of papers"),
    Kind.OTHER: Text("a description"),
}
_PAPER_REASONS: Final[Mapping[Text, str]] = {
    Text("The title has your words."): "title_coverage system_name",
    Text("This paper has more of your words than the others."): (
        "paper_coverage family_coverage word_pairs name_in_paper bm25_lead"
    ),
    Text("This paper is on the topic of your question."): (
        "paper_similarity paper_topic non_title_similarity importance_coverage topic open_lead"
    ),
    Text("We were talking about this paper."): (
        "context_paper context_paper_pronoun context_paper_continued context_paper_short context_paper_other_name "
        "context_other"
    ),
}
_SENTENCE_REASONS: Final[Mapping[Text, str]] = {
    Text("The sentence has your words."): "non_title_coverage word_pairs last_word first_word name_in_sentence",
    Text("The sentence is on the topic of your question."): "topic",
    Text("It has what you ask about the paper."): "open_key_word open_topic",
    Text("No other sentence of the abstract is as close."): "unique_coverage unique_similarity open_lead",
    Text("The sentence before it introduces what you ask about."): "previous_sentence open_before dependent",
    Text("It's about the paper's own system."): "own_system",
    Text("It explains what the thing is."): "first_mention explanation definition",
    Text("It gives the kind of number you asked for."): (
        "number number_beside_counted number_beside_similar unit_given"
    ),
    Text("It lists items."): "items materials",
    Text("This is usually where abstracts state it."): (
        "position is_first next_sentence in_background in_method in_result in_conclusion"
    ),
    Text("It states a result."): "result finding comparison",
    Text("It gives a reason."): "reason purpose",
    Text("It says what was done."): "proposal",
    Text("It says where to get it."): "availability",
}


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the question and the word of the quote that matches it; ``same`` if they have the same stem."""

    asked: str
    found: str
    same: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an answer is based on; for a refusal, what the closest sentence lacks.

    ``wanted`` is the kind of answer, ``understood`` are sentences on what was read into the question. ``paper`` is that
    of the best or closest sentence; ``matched`` are the question's words in that sentence, ``titled`` those only in the
    paper's title, ``missing`` those that no quote shown with the explanation has. ``reasons`` are sentences: the
    strongest reasons for the answer, or what was missing. ``rivals`` are the next best sentences.
    """

    wanted: Text
    understood: tuple[Text, ...]
    paper: Paper
    matched: tuple[WordMatch, ...]
    titled: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: tuple[Text, ...]
    rivals: tuple[Quote, ...]


def explain(answer: Answer, ranking: Ranking, model: Model) -> Explanation:
    """Explain ``answer``, which is the result of ``ranking``."""
    refused = answer.outcome is not Outcome.ANSWERED
    nearest = distinct_rows(ranking, _RIVALS + 1)[0 if refused else 1 :][:_RIVALS]
    rivals = tuple(quote(ranking, row, model.highlights) for row in nearest)
    first = next(iter(answer.quotes), None) or rivals[0]
    words = QuestionWords(ranking.table.analysis, ranking.table.word_vectors)
    matched = words.matches(first.text)
    found = {match.asked for match in matched}
    titled = [match.asked for match in words.matches(first.paper.title) if match.asked not in found]
    shown = [each.text for each in (*answer.quotes, *answer.also[: 0 if answer.quotes else None], *rivals)]
    elsewhere = {match.asked for text in shown for match in words.matches(text)}
    missing = [word for word in words.typed if word not in found | elsewhere and word not in titled]
    reasons = _missing_parts(ranking, words, shown) if refused else _reasons(ranking, model)
    return Explanation(
        _KINDS[ranking.table.analysis.kind],
        tuple(_understood(ranking.table.analysis)),
        first.paper,
        tuple(matched),
        tuple(titled),
        tuple(missing),
        tuple(reasons),
        rivals,
    )


@dataclass(frozen=True, eq=False)
class QuestionWords:
    """The content words of a question, to find in texts in any form that the matching knows."""

    analysis: Analysis
    vectors: WordVectors

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """The words as typed, each once."""
        known = self.analysis.weights
        return tuple(dict.fromkeys(each.text for each in tokens(self.analysis.text) if stem(each.text) in known))

    def matches(self, text: str) -> list[WordMatch]:
        """The words that a text has, each with its form there."""
        given = {stem(each.text): each.text for each in reversed(tokens(text)) if each.text not in STOP_WORDS}
        found = [(word, self._form(word, text, given)) for word in self.typed]
        return [WordMatch(word, form, same=stem(word) in given) for word, form in found if form]

    def _form(self, word: str, text: str, given: Mapping[str, str]) -> str:
        """The form of a word in a text: itself, a term or a relative of it, what states it, or a similar word."""
        own = stem(word)
        if own in given:
            return given[own]
        terms = sorted(self.analysis.expansion.get(own, ()) & given.keys())
        family = [each for each in given if len(own) >= PREFIX and each[:PREFIX] == own[:PREFIX]]
        if terms or family:
            return given[(terms or family)[0]]
        if holds_name(text, squeeze(text), squeeze(word)):
            return word
        return statement_of(word, text) or self._similar(own, given)

    def _similar(self, own: str, given: Mapping[str, str]) -> str:
        known = [each for each in given if each in self.vectors.numbers]
        if own not in self.vectors.numbers or not known:
            return ""
        cosines = self.vectors.units[self.vectors.known(known)] @ self.vectors.units[self.vectors.numbers[own]]
        return given[known[int(cosines.argmax())]] if cosines.max() >= SIMILAR else ""


def _understood(analysis: Analysis) -> list[Text]:
    """Corrected typos, and the question that this one follows up."""
    typed, read = tokens(analysis.question.text), tokens(analysis.text)
    pairs = zip(typed, read, strict=True) if len(typed) == len(read) and not analysis.selects_earlier else ()
    corrected = [
        Text("I read “{typed}” as “{word}”.", typed=one.text, word=other.text)
        for one, other in pairs
        if one.text != other.text
    ]
    earlier = analysis.question.history[-1].question if analysis.needs_context else ""
    return [*corrected, *([Text("I took it as a follow-up to “{question}”.", question=earlier)] if earlier else [])]


def _missing_parts(ranking: Ranking, words: QuestionWords, shown: Sequence[str]) -> list[Text]:
    """Why a question is refused: what the papers, or the closest one, don't have. Each is checked before it's said."""
    table, paper = ranking.table, int(ranking.table.paper_of[ranking.first])
    analysis, closest = table.analysis, table.papers[paper].paper
    abstract = f"{closest.title} {closest.abstract}"
    there = {match.asked for text in (*shown, abstract) for match in words.matches(text)}
    unknown = [word for word in words.typed if stem(word) in analysis.unknown and word not in there]
    absent = [word for word in words.typed if word not in there and word not in unknown]
    units = frozenset[str]().union(*(each.units for each in table.papers[paper].passages))
    no_number = analysis.wants_number and analysis.units and not analysis.units & units
    unclear = ranking.paper_shares[paper] < _CLEARLY
    parts = list[Text]()
    if unknown:
        parts.append(Text("No abstract has {words}.", words=_listed(unknown)))
    if unclear:
        parts.append(Text("Several papers fit about equally well, so it isn't clear which one you mean."))
    elif absent:
        parts.append(Text("The closest paper doesn't mention {words}.", words=_listed(absent)))
    if no_number and not unclear:
        parts.append(Text("I found no number of that kind in its abstract."))
    return parts or [Text("No sentence seems to answer the question.")]


def _listed(words: Sequence[str]) -> Text:
    """Words in quotation marks: ``“a”``, ``“a” or “b”``."""
    return either([Text("“{word}”", word=word) for word in words[:_MOST_LISTED]])


def _reasons(ranking: Ranking, model: Model) -> list[Text]:
    """What put the first sentence above those of its abstract, and its paper above the others."""
    table, row = ranking.table, ranking.first
    paper = int(table.paper_of[row])
    papers, sentences = paper_features.describe(table), sentence_features.describe(table)
    rivals = sentences[table.paper_of == paper]
    of_sentence = _support(sentences[row], rivals.mean(axis=0), model.sentence)
    of_paper = _support(papers[paper], papers.mean(axis=0), model.paper)
    return _strongest(
        _by_reason(_SENTENCE_REASONS, sentence_features.NAMES, of_sentence)
        | _by_reason(_PAPER_REASONS, paper_features.NAMES, of_paper)
    )


def _support(values: Floats, usual: Floats, weights: Floats) -> Floats:
    """What features add to a score, if they're present, more than usual, and speak for it."""
    speaks = (values > 0) & (values > usual) & (weights > 0)
    return np.where(speaks, (values - usual) * weights, 0.0)


def _by_reason(reasons: Mapping[Text, str], names: Iterable[str], contributions: Floats) -> dict[Text, float]:
    """The contributions of each reason's features; "number:position" counts as "position"."""
    reason_of = {name: reason for reason, members in reasons.items() for name in members.split()}
    sums = dict.fromkeys(reasons, 0.0)
    for name, contribution in zip(names, contributions, strict=True):
        reason = reason_of.get(name.rpartition(":")[2])
        if reason is not None:
            sums[reason] += float(contribution)
    return sums


def _strongest(sums: Mapping[Text, float]) -> list[Text]:
    best = sorted(sums, key=lambda reason: -sums[reason])[:_REASONS]
    return [reason for reason in best if sums[reason] >= _WORTH_SAYING]
