"""Why an answer is what it is, in plain words: what matched, what supports it, what came next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from retrieval.answering.arrays import Floats
from retrieval.answering.output.quotes import distinct_rows, quote
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import answerability, paper_features, sentence_features
from retrieval.answering.scoring.model import Model
from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.scoring.word_matches import SIMILAR
from retrieval.answering.types import Answer, Outcome, Quote
from retrieval.text import stem, tokens

_RIVALS: Final = 2
_REASONS: Final = 3
_WORTH_SAYING: Final = 0.15
"""Contribution to a score from which a reason is given."""

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.NUMBER: "a number",
    Kind.DEFINITION: "a definition",
    Kind.METHOD: "how it works",
    Kind.REASON: "a reason",
    Kind.RESULT: "a result",
    Kind.COMPARISON: "a comparison",
    Kind.ITEMS: "names or parts of something",
    Kind.AVAILABILITY: "where to get code or data",
    Kind.LOOKUP: "a particular paper",
    Kind.LIST: "a list of papers",
    Kind.OTHER: "a description",
}
_PAPER_REASONS: Final[Mapping[str, str]] = {
    "the title has your words": "title_coverage system_name",
    "this paper has more of your words than the others": (
        "paper_coverage family_coverage word_pairs name_in_paper bm25_lead"
    ),
    "this paper is on the same topic": (
        "paper_similarity paper_topic non_title_similarity importance_coverage topic open_lead"
    ),
    "we were talking about this paper": (
        "context_paper context_paper_pronoun context_paper_continued context_paper_short context_paper_other_name "
        "context_other"
    ),
}
_SENTENCE_REASONS: Final[Mapping[str, str]] = {
    "the sentence has your words": "non_title_coverage word_pairs last_word first_word name_in_sentence",
    "the sentence is on the same topic": "topic",
    "it has what you ask about the paper": "open_key_word open_topic",
    "no other sentence of the abstract is as close": "unique_coverage unique_similarity open_lead",
    "the sentence before it introduces what you ask about": "previous_sentence open_before dependent",
    "it's about the paper's own system": "own_system",
    "it explains what the thing is": "first_mention explanation definition",
    "it gives the kind of number you asked for": (
        "number number_beside_counted number_beside_similar unit_given unit_missing"
    ),
    "it lists items": "items materials",
    "this is usually where abstracts state it": (
        "position is_first next_sentence in_background in_method in_result in_conclusion"
    ),
    "it states a result": "result finding comparison",
    "it gives a reason": "reason purpose",
    "it says what was done": "proposal",
    "it says where to get it": "availability",
}
_REFUSAL_REASONS: Final[Mapping[str, str]] = {
    "a name in your question isn't in it": (
        "name_missing_in_sentence name_missing_in_abstract name_missing_everywhere"
    ),
    "a word of your question isn't in any abstract": "unknown",
    "the abstract doesn't mention it": (
        "attribute_missing_in_sentence attribute_missing_in_abstract requested_missing_in_sentence "
        "requested_missing_in_abstract"
    ),
    "the abstract doesn't give such a number": (
        "unit_missing_in_sentence unit_missing_in_abstract counted_missing_beside_numbers"
    ),
    "it doesn't say what you ask about this paper": "open_missing_in_sentence open_missing_in_abstract open_words",
    "the key words of your question are missing": (
        "important_missing_in_sentence important_missing_in_abstract lookup_missing coverage expanded_coverage "
        "non_title_expanded bm25_of_possible"
    ),
}


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the question and the word of the quote that matches it; ``same`` if they have the same stem."""

    asked: str
    found: str
    same: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an answer is based on; for a refusal, what the nearest sentence lacks.

    ``wanted`` is the kind of answer, ``missing`` are the question's words without a match, ``reasons`` the strongest
    reasons for the answer or for refusing, ``rivals`` the next best sentences.
    """

    wanted: str
    matched: tuple[WordMatch, ...]
    missing: tuple[str, ...]
    reasons: tuple[str, ...]
    rivals: tuple[Quote, ...]


def explain(answer: Answer, ranking: Ranking, model: Model) -> Explanation:
    """Explain ``answer``, which is the result of ``ranking``."""
    matched = _matched(ranking, ranking.passage(ranking.first))
    found = {match.asked for match in matched}
    refused = answer.outcome is not Outcome.ANSWERED
    nearest = distinct_rows(ranking, _RIVALS + 1)[0 if refused else 1 :][:_RIVALS]
    return Explanation(
        wanted=_KINDS[ranking.table.analysis.kind],
        matched=tuple(matched),
        missing=tuple(word for word in _content_words(ranking) if word not in found),
        reasons=tuple(_refusal_reasons(ranking, model) if refused else _reasons(ranking, model)),
        rivals=tuple(quote(ranking, row, model.highlights) for row in nearest),
    )


def _content_words(ranking: Ranking) -> list[str]:
    """The question's content words as typed."""
    weights = ranking.table.analysis.weights
    asked = [token.text for token in tokens(ranking.table.analysis.text) if stem(token.text) in weights]
    return list(dict.fromkeys(asked))


def _matched(ranking: Ranking, passage: Passage) -> list[WordMatch]:
    expansion, words = ranking.table.analysis.expansion, ranking.table.word_vectors
    given = {stem(token.text): token.text for token in reversed(tokens(passage.text))}
    found = list[WordMatch]()
    for asked in _content_words(ranking):
        own = stem(asked)
        term = next((each for each in sorted(expansion.get(own, ())) if each in given), None)
        if own in given:
            found.append(WordMatch(asked, given[own], same=True))
        elif term is not None:
            found.append(WordMatch(asked, given[term], same=False))
        elif own in words.numbers and (known := [each for each in given if each in words.numbers]):
            cosines = words.units[words.known(known)] @ words.units[words.numbers[own]]
            if cosines.max() >= SIMILAR:
                found.append(WordMatch(asked, given[known[int(cosines.argmax())]], same=False))
    return found


def _reasons(ranking: Ranking, model: Model) -> list[str]:
    """What put the first sentence above those of its abstract, and its paper above the others."""
    table, row = ranking.table, ranking.first
    paper = int(table.paper_of[row])
    papers, sentences = paper_features.describe(table), sentence_features.describe(table)
    rivals = sentences[table.paper_of == paper]
    of_sentence = (sentences[row] - rivals.mean(axis=0)) * model.sentence
    of_paper = (papers[paper] - papers.mean(axis=0)) * model.paper
    return _strongest(
        _by_reason(_SENTENCE_REASONS, sentence_features.NAMES, of_sentence)
        | _by_reason(_PAPER_REASONS, paper_features.NAMES, of_paper)
    )


def _refusal_reasons(ranking: Ranking, model: Model) -> list[str]:
    against = -model.answerable.contributions(answerability.describe(ranking))
    return _strongest(_by_reason(_REFUSAL_REASONS, answerability.NAMES, against)) or ["no sentence is close enough"]


def _by_reason(reasons: Mapping[str, str], names: Iterable[str], contributions: Floats) -> dict[str, float]:
    """The contributions of each reason's features; "number:position" counts as "position"."""
    reason_of = {name: reason for reason, members in reasons.items() for name in members.split()}
    sums = dict.fromkeys(reasons, 0.0)
    for name, contribution in zip(names, contributions, strict=True):
        reason = reason_of.get(name.rpartition(":")[2])
        if reason is not None:
            sums[reason] += float(contribution)
    return sums


def _strongest(sums: Mapping[str, float]) -> list[str]:
    best = sorted(sums, key=lambda reason: -sums[reason])[:_REASONS]
    return [reason for reason in best if sums[reason] >= _WORTH_SAYING]
