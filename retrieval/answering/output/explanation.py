"""Why an answer is what it is, in a member's words: what matched, what spoke for it, what came next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from retrieval.answering.output.quotes import apart, quote
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import answerability, sentence_features
from retrieval.answering.scoring.match_table import NEAR, Floats
from retrieval.answering.scoring.model import Model
from retrieval.answering.scoring.ranking import Ranking, of_papers
from retrieval.answering.types import Answer, Outcome, Quote
from retrieval.text import stem, tokens

_RIVALS: Final = 2
_REASONS: Final = 3
_COUNTS: Final = 0.15
"""Score from which on something is worth being told."""

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.NUMBER: "a number",
    Kind.DEFINITION: "what something is",
    Kind.METHOD: "how it is done",
    Kind.REASON: "a reason",
    Kind.RESULT: "a result",
    Kind.COMPARISON: "a comparison",
    Kind.ITEMS: "names or parts of something",
    Kind.AVAILABILITY: "where code or data is",
    Kind.LOOKUP: "a certain paper",
    Kind.LIST: "a list of papers",
    Kind.OTHER: "anything about it",
}
_OF_PAPER: Final[Mapping[str, str]] = {
    "the title has your words": "title named_head named_title",
    "the paper has more of your words than others": (
        "coverage coverage_meant coverage_related rest rest_meant unique pairs paper paper_meant bm25_share "
        "bm25_of_possible bm25_lead named_paper named_here"
    ),
    "the paper is about the same things": (
        "coverage_near coverage_telling rest_near unique_near likeness paper_near paper_likeness paper_likeness_share"
    ),
    "we were talking about this paper": (
        "earlier_first earlier_first_leans earlier_first_pronoun earlier_first_goes_on earlier_first_short "
        "earlier_first_named_else earlier_first_fits earlier_other"
    ),
}
_OF_SENTENCE: Final[Mapping[str, str]] = {
    "the sentence has your words": (
        "coverage coverage_meant coverage_related rest rest_meant pairs last_word first_word named_here"
    ),
    "the sentence is about the same things": "coverage_near coverage_telling rest_near likeness",
    "it has what you ask about the paper": "left_over left_over_most_telling left_over_likeness",
    "no other sentence of the abstract comes as near": (
        "unique unique_near ahead rest_ahead likeness_ahead left_over_ahead"
    ),
    "the sentence before it says what it is about": "before before_leaning behind_name left_over_before",
    "it says what the paper's own system does": "own_name",
    "it says something new": "fresh",
    "it says what the thing is": "introduced explained definition naming",
    "it gives the kind of number you asked for": (
        "number number_beside_counted number_beside_word number_near_counted unit_given unit_wanted_and_missing"
    ),
    "it names what you asked for": "asked_for new_names names items materials",
    "it stands where abstracts say such things": (
        "place is_first after asked_before length background_part aim_part method_part result_part conclusion_part"
    ),
    "it tells a result": "result finding comparison",
    "it tells a reason": "reason purpose",
    "it tells how it is done": "method proposal leaning",
    "it says where to get it": "availability",
}
_OF_DOUBT: Final[Mapping[str, str]] = {
    "a name in your question is missing there": "names_missing a_name_missing a_name_missing_here names_nowhere",
    "a word of your question stands in no abstract at all": "unknown unknown_rare small_and_unknown",
    "the abstract says nothing of that sort": (
        "attribute_missing attribute_missing_here cue_missing_here cue_missing_there asked_for_missing_here "
        "asked_for_missing_there"
    ),
    "the abstract gives no such number": (
        "number_missing_here number_missing_there unit_missing_here unit_missing_there counted_missing_there "
        "counted_without_number counted_near_number"
    ),
    "what you ask about it is not said there": "left_missing_here left_missing_there left_least_here left_least_there",
    "the most telling words of your question are missing": (
        "rarest_missing rarest_missing_near missing_here_and_there lookup_without_match telling_missing_here "
        "telling_missing_there"
    ),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """A word of the question and the word of the quote for it; ``same`` where they are one word."""

    asked: str
    found: str
    same: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What an answer rests on; for a refusal, what was missing from the sentence that came nearest.

    ``wanted`` is the kind of answer, ``missing`` are words of the question without a match, ``reasons``
    what spoke most for the answer or against giving one, ``rivals`` the sentences that came next.
    """

    wanted: str
    matched: tuple[Matched, ...]
    missing: tuple[str, ...]
    reasons: tuple[str, ...]
    rivals: tuple[Quote, ...]


def explain(answer: Answer, ranking: Ranking, model: Model, corpus_size: int) -> Why:
    """Why ``answer``, which came out of ``ranking``."""
    analysis, passage = ranking.table.analysis, ranking.passage(ranking.first)
    matched = _matched(ranking, passage)
    said = {match.asked for match in matched}
    missing = [word for word in _asked_words(ranking) if word not in said]
    refused = answer.outcome is not Outcome.ANSWERED
    reasons = _doubts(ranking, model, corpus_size) if refused else _merits(ranking, model)
    nearest = apart(ranking, _RIVALS + 1)
    return Why(
        wanted=_KINDS[analysis.kind],
        matched=tuple(matched),
        missing=tuple(missing),
        reasons=tuple(reasons),
        rivals=tuple(quote(ranking, row, model.marked) for row in nearest[0 if refused else 1 :][:_RIVALS]),
    )


def _asked_words(ranking: Ranking) -> list[str]:
    """The question's words that count, as they were typed."""
    weights = ranking.table.analysis.weights
    asked = [token.text for token in tokens(ranking.table.analysis.text) if stem(token.text) in weights]
    return list(dict.fromkeys(asked))


def _matched(ranking: Ranking, passage: Passage) -> list[Matched]:
    expansion, words = ranking.table.analysis.expansion, ranking.table.associations
    given = {stem(token.text): token.text for token in reversed(tokens(passage.text))}
    found = list[Matched]()
    for asked in _asked_words(ranking):
        own = stem(asked)
        meant = next((each for each in sorted(expansion.get(own, ())) if each in given), None)
        if own in given:
            found.append(Matched(asked, given[own], same=True))
        elif meant is not None:
            found.append(Matched(asked, given[meant], same=False))
        elif own in words.numbers and (known := [each for each in given if each in words.numbers]):
            likeness = words.units[words.known(known)] @ words.units[words.numbers[own]]
            if likeness.max() >= NEAR:
                found.append(Matched(asked, given[known[int(likeness.argmax())]], same=False))
    return found


def _merits(ranking: Ranking, model: Model) -> list[str]:
    """What raised the first sentence above those of its abstract, and its paper above the others."""
    table, row = ranking.table, ranking.first
    described = sentence_features.describe(table)
    paper = int(table.paper_of[row])
    by_paper = of_papers(table, described)
    rivals = described[table.paper_of == paper]
    told = _told(_OF_SENTENCE, sentence_features.NAMES, (described[row] - rivals.mean(axis=0)) * model.sentence)
    told |= _told(_OF_PAPER, sentence_features.PAPER_NAMES, (by_paper[paper] - by_paper.mean(axis=0)) * model.paper)
    return _most_telling(told)


def _doubts(ranking: Ranking, model: Model, corpus_size: int) -> list[str]:
    against = -model.answerable.shares(answerability.describe(ranking, corpus_size))
    return _most_telling(_told(_OF_DOUBT, answerability.NAMES, against)) or ["no sentence comes near enough"]


def _told(phrases: Mapping[str, str], names: Iterable[str], shares: Floats) -> dict[str, float]:
    """How much each phrase's features did together; a feature of one kind of question counts for its plain name."""
    of = {name: phrase for phrase, members in phrases.items() for name in members.split()}
    sums = dict.fromkeys(phrases, 0.0)
    for name, share in zip(names, shares, strict=True):
        phrase = of.get(name.rpartition(":")[2])
        if phrase is not None:
            sums[phrase] += float(share)
    return sums


def _most_telling(told: Mapping[str, float]) -> list[str]:
    best = sorted(told, key=lambda phrase: -told[phrase])[:_REASONS]
    return [phrase for phrase in best if told[phrase] >= _COUNTS]
