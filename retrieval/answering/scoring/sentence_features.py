"""What speaks for a sentence as the answer: each feature one pure function, most in 0..1.

A feature takes the table of a question and yields a number for each sentence. Fitted weights
(``config/answers.json``) say how much each counts; ``python -m retrieval fit`` makes them. A
feature's first line says why it helps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

import numpy as np

from retrieval.answering.passages.names import squeeze
from retrieval.answering.passages.passages import LOOKS
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring.match_table import Floats, Mask, Table
from retrieval.answering.scoring.paper_features import (
    SHORTEST_HEAD,
    bm25_lead,
    bm25_of_possible,
    bm25_share,
    earlier_first,
    earlier_first_fits,
    earlier_first_goes_on,
    earlier_first_leans,
    earlier_first_named_else,
    earlier_first_pronoun,
    earlier_first_short,
    earlier_other,
    named_head,
    named_paper,
    named_title,
    paper,
    paper_likeness,
    paper_likeness_share,
    paper_meant,
    paper_near,
    share,
    title,
)

Feature = Callable[[Table], Floats]


def _rest(table: Table, having: Floats | Mask) -> Floats:
    """Coverage of the words that the paper's title leaves over; 0 where it leaves none."""
    left = np.where(table.in_title[table.paper_of], 0.0, table.weights)
    totals = left.sum(axis=1)
    return np.divide((left * having).sum(axis=1), totals, out=np.zeros(len(table)), where=totals > 0)


# --- words of the question in the sentence -----------------------------------------------------


def coverage(table: Table) -> Floats:
    """The sentence that says what was asked uses the question's words."""
    return table.exact @ table.weights


def coverage_meant(table: Table) -> Floats:
    """People ask in everyday words; the lexicon knows what the field calls them."""
    return table.meant @ table.weights


def coverage_related(table: Table) -> Floats:
    """Slips and derived forms share a beginning, if not a stem."""
    return table.related @ table.weights


def coverage_near(table: Table) -> Floats:
    """A paraphrase uses words that stand beside the same words in other papers."""
    return table.near @ table.weights


def rest(table: Table) -> Floats:
    """Words that name the paper stand in its title; what is asked of it are the other words."""
    return _rest(table, table.exact)


def rest_meant(table: Table) -> Floats:
    """The same through the lexicon."""
    return _rest(table, table.meant)


def rest_near(table: Table) -> Floats:
    """The same through word associations."""
    return _rest(table, table.near)


def unique(table: Table) -> Floats:
    """Among the sentences of one abstract the telling words are those that only one of them has."""
    holders = np.add.reduceat(table.exact.astype(np.float64), table.starts, axis=0)[table.paper_of]
    return (table.exact / np.maximum(holders, 1)) @ table.weights


def unique_near(table: Table) -> Floats:
    """The same for words that come near: how far the sentence is ahead of its best rival, word by word."""
    own = table.near
    best = np.maximum.reduceat(own, table.starts, axis=0)[table.paper_of]
    holders = np.add.reduceat((own >= best - 1e-9).astype(np.float64), table.starts, axis=0)[table.paper_of]
    return np.where(own >= best - 1e-9, own / np.maximum(holders, 1), 0.0) @ table.weights


def ahead(table: Table) -> Floats:
    """Sentences of one abstract are rivals: what counts is being ahead of the best other one."""
    own = table.near @ table.weights
    return own - table.best_other(own)


def rest_ahead(table: Table) -> Floats:
    """The same on the words that the title leaves over."""
    own = _rest(table, table.near)
    return own - table.best_other(own)


def introduced(table: Table) -> Floats:
    """A thing is explained where an abstract first names it."""
    new = np.zeros(len(table))
    for start, end in zip(table.starts, [*table.starts[1:], len(table)], strict=True):
        seen = np.maximum.accumulate(table.exact[start:end], axis=0)
        first = seen.copy()
        first[1:] &= ~seen[:-1]
        new[start:end] = first @ table.weights
    return new


def explained(table: Table) -> Floats:
    """What a thing is stands right behind its name: "X, a …", "X is a …", "X (…)", "called X"."""
    telling = sorted(table.analysis.weights, key=lambda word: -table.analysis.weights[word])[:3]
    columns = [list(table.analysis.weights).index(word) for word in telling]
    values = np.zeros(len(table))
    for row in np.flatnonzero(table.exact[:, columns].any(axis=1)):  # no other sentence can explain one of them
        values[row] = sum(word in table.passages[row].explained for word in telling) / len(telling)
    return values


def pairs(table: Table) -> Floats:
    """Two words side by side in question and sentence are a term, not two words."""
    asked = list(itertools.pairwise(table.analysis.words))
    if not asked:
        return np.zeros(len(table))
    return np.sum([table.having_pair(*pair) for pair in asked], axis=0) / len(asked)


def last_word(table: Table) -> Floats:
    """English questions end with what they are about."""
    return table.meant[:, -1].astype(np.float64) if table.analysis.words else np.zeros(len(table))


def first_word(table: Table) -> Floats:
    """And what is asked for often stands first, after the question word."""
    return table.meant[:, 0].astype(np.float64) if table.analysis.words else np.zeros(len(table))


def before(table: Table) -> Floats:
    """The sentence that introduces a thing uses its words, the next one says more about it."""
    return table.neighbour(table.value(coverage_near), -1)


def after(table: Table) -> Floats:
    """And the one before it may say what it is for."""
    return table.neighbour(table.value(coverage_near), 1)


def before_leaning(table: Table) -> Floats:
    """Most of all where it begins with "This" or "It", which stands for those words."""
    return table.value(before) * table.looks[:, LOOKS.index("leaning")]


def behind_name(table: Table) -> Floats:
    """What a thing does is told right after it was named."""
    return table.neighbour(share(table.named_here), -1) * (1 - share(table.named_here))


def fresh(table: Table) -> Floats:
    """An answer says something that neither question nor title said."""
    return np.log1p(table.news) / 4


def left_over(table: Table) -> Floats:
    """What is asked of a paper are the words that neither title nor name accounts for, the telling ones most."""
    left = np.where(table.left_over[table.paper_of], table.telling, 0.0)
    totals = left.sum(axis=1)
    return np.divide((left * table.near).sum(axis=1), totals, out=np.zeros(len(table)), where=totals > 0)


def left_over_before(table: Table) -> Floats:
    """Where the sentence before has them, this one goes on with what was asked."""
    return table.neighbour(table.value(left_over), -1)


def left_over_most_telling(table: Table) -> Floats:
    """The most telling of them is what the question turns on, however many others a rival has."""
    if not table.analysis.weights:
        return np.zeros(len(table))
    left = np.where(table.left_over[table.paper_of], table.telling, 0.0)
    most = left.argmax(axis=1)
    return table.near[np.arange(len(table)), most] * (left.max(axis=1) > 0)


def left_over_likeness(table: Table) -> Floats:
    """A sentence may be about all of them together without having any: "quality suffers", "at similar performance"."""
    return table.likeness_left_over


def left_over_ahead(table: Table) -> Floats:
    """And on these the sentence must be ahead of its rivals."""
    own = table.value(left_over)
    return own - table.best_other(own)


def coverage_telling(table: Table) -> Floats:
    """What a word tells is learned from what texts are about, not only from how rare it is."""
    return table.near @ table.telling


def likeness(table: Table) -> Floats:
    """A sentence about the same things, whatever its words."""
    return table.likeness


def likeness_ahead(table: Table) -> Floats:
    """More about them than its rivals in the abstract."""
    return table.likeness - table.best_other(table.likeness)


def named_here(table: Table) -> Floats:
    """What is said of a named thing is said in a sentence with its name."""
    return share(table.named_here)


def own_name(table: Table) -> Floats:
    """Who asks about a paper asks what it does: that stands beside its own system's name, not in the background."""
    named = [
        each.sentences_with(each.head) if len(each.head) >= SHORTEST_HEAD else [False] * len(each.passages)
        for each in table.readings
    ]
    return np.array(list(itertools.chain.from_iterable(named)), np.float64)


def asked_before(table: Table) -> Floats:
    """What the last question asked for was answered already; a follow-up wants what stands beside it."""
    words = table.analysis.before
    if not words or not table.analysis.leans:
        return np.zeros(len(table))
    return np.sum([table.having(word) for word in words], axis=0) / len(words)


# --- the look of the sentence ------------------------------------------------------------------


def place(table: Table) -> Floats:
    """Abstracts go from background to results: where the sentence stands, 0 first to 1 last."""
    last = np.append(table.starts[1:], len(table))[table.paper_of] - 1 - table.starts[table.paper_of]
    return table.order / np.maximum(1, last)


def is_first(table: Table) -> Floats:
    """First sentences say what everybody knows."""
    return (table.order == 0).astype(np.float64)


def length(table: Table) -> Floats:
    """Very short sentences answer little; long ones match by chance."""
    return np.log1p(table.lengths) / 4


def number_beside_counted(table: Table) -> Floats:
    """The number of what was counted stands beside its noun."""
    counted = table.analysis.counted
    if not counted:
        return np.zeros(len(table))
    return table.of_sentences(lambda passage: bool(counted & passage.beside_numbers))


def number_beside_word(table: Table) -> Floats:
    """A question for a number has a word beside which the number stands."""
    words = frozenset(table.analysis.words) if table.analysis.wants_number else frozenset[str]()
    if not words:
        return np.zeros(len(table))
    return table.of_sentences(lambda passage: bool(words & passage.beside_numbers))


def unit_given(table: Table) -> Floats:
    """A question for hours is answered by hours, one for money by money."""
    units = table.analysis.units
    if not units:
        return np.zeros(len(table))
    return table.of_sentences(lambda passage: len(passage.gives(units)) / len(units))


def unit_wanted_and_missing(table: Table) -> Floats:
    """And not by a sentence that has no such number."""
    units = table.analysis.units if table.analysis.wants_number else frozenset[str]()
    if not units:
        return np.zeros(len(table))
    return (table.value(unit_given) == 0).astype(np.float64)


def asked_for(table: Table) -> Floats:
    """What "which" or "what" asks for is called so, or nearly so, where it is given."""
    words = list(table.analysis.weights)
    if table.analysis.asked_for not in words:
        return np.zeros(len(table))
    return table.near[:, words.index(table.analysis.asked_for)]


def number_near_counted(table: Table) -> Floats:
    """Participants are subjects, annotators and users as well: what is beside the number need only come near."""
    if not table.analysis.counted:
        return np.zeros(len(table))
    return table.of_sentences(lambda passage: nearest(table, table.analysis.counted, passage.beside_numbers))


def new_names(table: Table) -> Floats:
    """Which dataset, which model: the answer is a name that the question did not have."""
    if not table.analysis.asked_for or table.analysis.wants_number:
        return np.zeros(len(table))
    asked = squeeze(table.analysis.text)
    return table.of_sentences(lambda passage: min(3, sum(name not in asked for name in passage.names)) / 3)


def nearest(table: Table, asked: frozenset[str], given: frozenset[str]) -> float:
    """The highest cosine between words of two sets, at least 0; 1 where they share one."""
    if asked & given:
        return 1.0
    words = table.associations
    left, right = words.known(asked), words.known(given)
    if not len(left) or not len(right):
        return 0.0
    return max(0.0, float((words.units[left] @ words.units[right].T).max()))


_PLAIN: Final[tuple[Feature, ...]] = (
    coverage, coverage_meant, coverage_related, coverage_near, rest, rest_meant, rest_near, unique, unique_near,
    ahead, rest_ahead, introduced, explained, pairs, last_word, first_word, before, after, before_leaning,
    behind_name, fresh, left_over, left_over_ahead, coverage_telling, likeness,
    likeness_ahead, title, paper, paper_meant, paper_near, paper_likeness, paper_likeness_share, bm25_share,
    bm25_of_possible, bm25_lead, named_head, named_title, named_paper, named_here, earlier_first,
    earlier_first_leans, earlier_first_pronoun, earlier_first_goes_on, earlier_first_short,
    earlier_first_named_else, earlier_first_fits, earlier_other, asked_before, place, is_first, length,
    number_beside_counted, number_beside_word, number_near_counted, asked_for, new_names, unit_given,
    unit_wanted_and_missing,
)  # fmt: skip
_OF_SENTENCES: Final[tuple[Feature, ...]] = (
    own_name, left_over_before, left_over_most_telling, left_over_likeness,
)  # fmt: skip
"""Features of rivals within an abstract, which tell no papers apart."""
_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.LIST)
_CROSSED: Final = (place, is_first, introduced, explained, before, unique_near, unit_given, own_name)

PAPER_NAMES: Final[tuple[str, ...]] = tuple(feature.__name__ for feature in _PLAIN)
"""The features that tell papers apart: the functions above, in the order of the weights."""

NAMES: Final[tuple[str, ...]] = (
    *PAPER_NAMES,
    *(feature.__name__ for feature in _OF_SENTENCES),
    *(f"cue:{look}" for look in LOOKS),
    *(f"{kind}:{look}" for kind in _KINDS for look in (*LOOKS, *(feature.__name__ for feature in _CROSSED))),
)
"""The features in the order of the weights: the functions above, then what a sentence looks like
(``cue:``), then each kind of question with each look and with the place in the abstract."""


def describe(table: Table) -> Floats:
    """All features of all sentences: a row a sentence, columns in the order of ``NAMES``."""
    plain = np.stack([table.value(feature) for feature in (*_PLAIN, *_OF_SENTENCES)], axis=1)
    crossed = np.zeros((len(table), len(_KINDS), len(LOOKS) + len(_CROSSED)))
    looks_there = np.column_stack([table.looks, *(table.value(feature) for feature in _CROSSED)])
    kinds = [kind for kind in table.analysis.kinds if kind in _KINDS]
    for at, kind in enumerate(kinds):
        crossed[:, _KINDS.index(kind)] = looks_there * (1.0 if not at else 0.5)
    return np.hstack([plain, table.looks, crossed.reshape(len(table), -1)])
