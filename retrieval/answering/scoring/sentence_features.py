"""What suggests that a sentence answers the question.

Each feature is a pure function from a question's table to a number for each sentence, most of them 0..1. Its
docstring says why it helps. Fitted weights (``config/answers.json``) say how much it counts; ``python -m retrieval
fit`` makes them, and ``python -m retrieval features`` measures what each feature contributes.
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.passages.names import squeeze
from retrieval.answering.passages.passages import SIGNALS
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring.kind_features import KindFeatures
from retrieval.answering.scoring.match_table import Feature, MatchTable

_KEY_WORDS: Final = 3


def _non_title(table: MatchTable, matches: Floats | Mask) -> Floats:
    """The coverage of the words that aren't in the paper's title; 0 if all are."""
    return _coverage(np.where(table.words.in_title, 0.0, table.words.weights)[table.paper_of], matches)


def _open(table: MatchTable) -> Floats:
    """The importance of each word that's open in the sentence's paper, 0 for the others."""
    return np.where(table.open_words, table.words.importance, 0.0)[table.paper_of]


def _coverage(weights: Floats, matches: Floats | Mask) -> Floats:
    totals = weights.sum(axis=1)
    return np.divide((weights * matches).sum(axis=1), totals, out=np.zeros(len(weights)), where=totals > 0)


# --- words of the question in the sentence -----------------------------------------------------


def coverage(table: MatchTable) -> Floats:
    """A sentence that answers uses the question's words."""
    return table.words.exact @ table.words.weights


def expanded_coverage(table: MatchTable) -> Floats:
    """People ask in everyday words; the lexicon knows the field's terms."""
    return table.words.expanded @ table.words.weights


def family_coverage(table: MatchTable) -> Floats:
    """Derived forms share their first letters, if not a stem."""
    return table.words.family @ table.words.weights


def similarity(table: MatchTable) -> Floats:
    """A paraphrase uses words with similar vectors."""
    return table.words.similar @ table.words.weights


def importance_coverage(table: MatchTable) -> Floats:
    """How important a word is shows in what texts are about, not only in how rare it is."""
    return table.words.similar @ table.words.importance


def non_title_coverage(table: MatchTable) -> Floats:
    """Title words say which paper is meant; the other words say what's asked about it."""
    return _non_title(table, table.words.exact)


def non_title_expanded(table: MatchTable) -> Floats:
    """The same, counting lexicon terms."""
    return _non_title(table, table.words.expanded)


def non_title_similarity(table: MatchTable) -> Floats:
    """The same, counting similar words."""
    return _non_title(table, table.words.similar)


def unique_coverage(table: MatchTable) -> Floats:
    """A word that only one sentence of an abstract has points to that sentence."""
    holders = np.add.reduceat(table.words.exact.astype(np.float64), table.starts, axis=0)[table.paper_of]
    return (table.words.exact / np.maximum(holders, 1)) @ table.words.weights


def unique_similarity(table: MatchTable) -> Floats:
    """The same for the sentence with the most similar word."""
    own = table.words.similar
    best = np.maximum.reduceat(own, table.starts, axis=0)[table.paper_of]
    is_best = own >= best - 1e-9
    holders = np.add.reduceat(is_best.astype(np.float64), table.starts, axis=0)[table.paper_of]
    return np.where(is_best, own / np.maximum(holders, 1), 0.0) @ table.words.weights


def first_mention(table: MatchTable) -> Floats:
    """A thing is explained where the abstract first mentions it."""
    new = np.zeros(len(table))
    for start, end in zip(table.starts, [*table.starts[1:], len(table)], strict=True):
        seen = np.maximum.accumulate(table.words.exact[start:end], axis=0)
        first = seen.copy()
        first[1:] &= ~seen[:-1]
        new[start:end] = first @ table.words.weights
    return new


def explanation(table: MatchTable, rows: Rows | None = None) -> Floats:
    """What a thing is comes right after its name: "X, a …", "X is a …", "X (…)", "called X"."""
    words = list(table.analysis.weights)
    key_words = sorted(words, key=lambda word: -table.analysis.weights[word])[:_KEY_WORDS]
    columns = [words.index(word) for word in key_words]
    having = np.flatnonzero(table.words.exact[:, columns].any(axis=1))  # others can't explain any of them
    rows = having if rows is None else np.intersect1d(having, rows)
    return table.per_passage(
        lambda passage: sum(word in passage.explained for word in key_words) / len(key_words), rows
    )


def word_pairs(table: MatchTable) -> Floats:
    """Two words that are neighbours in both question and sentence form a term."""
    asked = list(itertools.pairwise(table.analysis.words))
    if not asked:
        return np.zeros(len(table))
    return np.sum([table.words.having_pair(*pair) for pair in asked], axis=0) / len(asked)


def last_word(table: MatchTable) -> Floats:
    """English questions end with what they are about."""
    return table.words.expanded[:, -1].astype(np.float64) if table.analysis.words else np.zeros(len(table))


def first_word(table: MatchTable) -> Floats:
    """What's requested often comes first, after the question word."""
    return table.words.expanded[:, 0].astype(np.float64) if table.analysis.words else np.zeros(len(table))


def previous_sentence(table: MatchTable) -> Floats:
    """One sentence introduces a thing by name, the next one says more about it."""
    return table.neighbour(table.value(similarity), -1)


def next_sentence(table: MatchTable) -> Floats:
    """The sentence before a name may say what the thing is for."""
    return table.neighbour(table.value(similarity), 1)


def new_words(table: MatchTable) -> Floats:
    """An answer says something that neither question nor title says."""
    return np.log1p(table.words.new_words) / 4


def open_coverage(table: MatchTable) -> Floats:
    """What's asked about a paper are the open words: those that neither its title nor a name accounts for."""
    return _coverage(_open(table), table.words.similar)


def open_before(table: MatchTable) -> Floats:
    """If the previous sentence has the open words, this one continues with them."""
    return table.neighbour(table.value(open_coverage), -1)


def open_key_word(table: MatchTable) -> Floats:
    """The most important open word decides, however many others a rival has."""
    if not table.analysis.weights:
        return np.zeros(len(table))
    weights = _open(table)
    most = weights.argmax(axis=1)
    return table.words.similar[np.arange(len(table)), most] * (weights.max(axis=1) > 0)


def open_topic(table: MatchTable) -> Floats:
    """A sentence can be about the open words without having any: "quality suffers", "at similar performance"."""
    return table.topics.open_words(table.open_words)


def open_lead(table: MatchTable) -> Floats:
    """An answer has more of the open words than the other sentences of its abstract."""
    return table.lead(table.value(open_coverage))


def topic(table: MatchTable) -> Floats:
    """A sentence can be about the same topic in other words."""
    return table.topics.sentences


def name_in_sentence(table: MatchTable) -> Floats:
    """What's said about a named thing is in a sentence with its name."""
    names = table.names.in_sentence
    return names.mean(axis=1) if names.shape[1] else np.zeros(len(table))


def own_system(table: MatchTable) -> Floats:
    """Questions are about what the paper's own system does, not about the background."""
    return table.names.own_name


def previous_question_words(table: MatchTable) -> Floats:
    """The previous question has been answered; a follow-up asks for what's next to that answer."""
    words = table.analysis.previous_words
    if not words or not table.analysis.needs_context:
        return np.zeros(len(table))
    return np.sum([table.words.having(word) for word in words], axis=0) / len(words)


# --- position, numbers, names ------------------------------------------------------------------


def position(table: MatchTable) -> Floats:
    """Abstracts go from background to results: 0 for the first sentence, 1 for the last."""
    last = np.append(table.starts[1:], len(table))[table.paper_of] - 1 - table.starts[table.paper_of]
    return table.order / np.maximum(1, last)


def is_first(table: MatchTable) -> Floats:
    """First sentences say what everybody knows."""
    return (table.order == 0).astype(np.float64)


def number_beside_counted(table: MatchTable, rows: Rows | None = None) -> Floats:
    """The number of things is next to their noun."""
    counted = table.analysis.counted
    if not counted:
        return np.zeros(len(table))
    return table.per_passage(lambda passage: bool(counted & passage.beside_numbers), rows)


def number_beside_similar(table: MatchTable, rows: Rows | None = None) -> Floats:
    """Participants can be called subjects, annotators or users: the noun may also be a similar one."""
    if not table.analysis.counted:
        return np.zeros(len(table))
    return table.per_passage(lambda passage: nearest(table, table.analysis.counted, passage.beside_numbers), rows)


def unit_given(table: MatchTable, rows: Rows | None = None) -> Floats:
    """A question about hours is answered in hours, one about money in money."""
    units = table.analysis.units
    if not units:
        return np.zeros(len(table))
    return table.per_passage(lambda passage: len(passage.gives(units)) / len(units), rows)


def unit_missing(table: MatchTable, given: Floats) -> Floats:
    """A sentence without such a number doesn't answer it; ``given`` is ``unit_given``."""
    if not table.analysis.units or not table.analysis.wants_number:
        return np.zeros(len(table))
    return (given == 0).astype(np.float64)


def new_names(table: MatchTable) -> Floats:
    """Which dataset, which model: the answer is a name that the question doesn't have."""
    if not table.analysis.requested or table.analysis.wants_number:
        return np.zeros(len(table))
    asked = squeeze(table.analysis.text)
    return table.per_passage(lambda passage: min(3, sum(name not in asked for name in passage.names)) / 3)


def nearest(table: MatchTable, asked: frozenset[str], given: frozenset[str]) -> float:
    """The highest cosine between words of two sets, at least 0; 1 if they share one."""
    if asked & given:
        return 1.0
    words = table.word_vectors
    left, right = words.known(asked), words.known(given)
    if not len(left) or not len(right):
        return 0.0
    return max(0.0, float((words.units[left] @ words.units[right].T).max()))


_PLAIN: Final[tuple[Feature, ...]] = (
    non_title_coverage, unique_coverage, unique_similarity, first_mention, word_pairs, last_word, first_word,
    previous_sentence, next_sentence, open_lead, open_before, open_key_word, open_topic, topic, name_in_sentence,
    own_system, position, is_first,
)  # fmt: skip
_OF_TEXT: Final = (explanation, number_beside_counted, number_beside_similar)
"""Features for which the text of a sentence is read again."""
_SIGNALS: Final = ("definition", "finding", "dependent")
_BY_KIND: Final[dict[Kind, str]] = {
    Kind.NUMBER: "number comparison in_background unit_given",
    Kind.DEFINITION: "position first_mention",
    Kind.METHOD: "number result proposal reason finding purpose in_background in_method",
    Kind.REASON: "proposal purpose in_background is_first",
    Kind.RESULT: "finding materials in_result",
    Kind.COMPARISON: "reason comparison",
    Kind.ITEMS: "dependent items is_first own_system",
    Kind.AVAILABILITY: "availability",
    Kind.OTHER: "number proposal in_result in_conclusion unique_similarity",
}
"""What counts differently for a kind of question: signals and features."""

_SOURCES: Final[tuple[Feature, ...]] = (
    position, is_first, first_mention, unique_similarity, own_system
)  # fmt: skip
_KIND_FEATURES: Final = KindFeatures.of(
    _BY_KIND, (*SIGNALS, *(feature.__name__ for feature in _SOURCES), unit_given.__name__)
)
_SIGNAL_COLUMNS: Final = [SIGNALS.index(name) for name in _SIGNALS]

NAMES: Final[tuple[str, ...]] = (
    *(feature.__name__ for feature in (*_PLAIN, *_OF_TEXT, unit_missing)),
    *_SIGNALS,
    *_KIND_FEATURES.names,
)
"""The features in the order of the weights: the functions above, signals, and those of single kinds of questions."""


def describe(table: MatchTable, rows: Rows | None = None) -> Floats:
    """All features of all sentences: a row a sentence, columns in the order of ``NAMES``.

    ``rows`` are those of papers that may be meant: the others' text isn't read again, which takes time.
    """
    given = unit_given(table, rows)
    plain = [table.value(feature) for feature in _PLAIN]
    of_text = [*(feature(table, rows) for feature in _OF_TEXT), unit_missing(table, given)]
    sources = np.column_stack([table.signals, *(table.value(feature) for feature in _SOURCES), given])
    by_kind = _KIND_FEATURES.describe(sources, table.analysis.kinds)
    return np.column_stack([*plain, *of_text, table.signals[:, _SIGNAL_COLUMNS], by_kind])
