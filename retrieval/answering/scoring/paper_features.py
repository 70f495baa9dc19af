"""What speaks for a paper as the one that is meant: its words, its names, the conversation.

Features as in ``features``, with the same value for all sentences of a paper.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.scoring.match_table import Floats, Mask, Table

SHORTEST_HEAD: Final = 3
"""Letters of a system's name: shorter ones stand for too many things."""
_OWN_WORDS: Final = 2
"""Words from which on a question says what it is about."""
_OWN_SHARE: Final = 0.25
"""Share of them that a paper must have something near to, for the question to follow up what it says."""


def share(having: Mask) -> Floats:
    """The share of the columns that each row has; 0 where there are none."""
    return having.mean(axis=1) if having.shape[1] else np.zeros(len(having))


# --- the paper ---------------------------------------------------------------------------------


def title(table: Table) -> Floats:
    """A question about a paper often names it by words of its title."""
    return table.of_paper(table.in_title @ table.weights)


def paper(table: Table) -> Floats:
    """The right paper has nearly all of the question's words somewhere."""
    return table.of_paper(table.in_paper(table.exact) @ table.weights)


def paper_meant(table: Table) -> Floats:
    """The same through the lexicon."""
    return table.of_paper(table.in_paper(table.meant) @ table.weights)


def paper_near(table: Table) -> Floats:
    """The same through word associations."""
    return table.of_paper(table.in_paper(table.near) @ table.weights)


def paper_likeness(table: Table) -> Floats:
    """A paper about the same things, whatever its words."""
    return table.of_paper(table.paper_likeness)


def paper_likeness_share(table: Table) -> Floats:
    """How near it comes to the likest one."""
    likeness = np.maximum(table.paper_likeness, 0)
    best = float(likeness.max(initial=0.0))
    return table.of_paper(likeness / best) if best > 0 else np.zeros(len(table))


def bm25_share(table: Table) -> Floats:
    """How near the paper comes to the best one."""
    best = float(table.scores.max(initial=0.0))
    return table.of_paper(table.scores / best) if best > 0 else np.zeros(len(table))


def bm25_of_possible(table: Table) -> Floats:
    """How good the match is at all: the score beside what a paper with every word might get."""
    possible = 2.5 * table.analysis.total
    return table.of_paper(np.clip(table.scores / possible, 0, 1)) if possible > 0 else np.zeros(len(table))


def bm25_lead(table: Table) -> Floats:
    """A paper that is far ahead of the next one is hardly ever the wrong one."""
    best, second = (*sorted(table.scores, reverse=True), 0.0, 0.0)[:2]
    if best <= 0:
        return np.zeros(len(table))
    rivals = np.where(table.scores == best, second, best)
    return table.of_paper((table.scores - rivals) / best)


def named_head(table: Table) -> Floats:
    """A system's name, which stands before the colon of its title, is the paper that was meant."""
    asked = table.analysis.text
    squeezed = squeeze(asked)
    heads = [each.head for each in table.readings]
    return table.of_paper(
        np.array([float(len(head) >= SHORTEST_HEAD and holds_name(asked, squeezed, head)) for head in heads])
    )


def named_title(table: Table) -> Floats:
    """A name in the title."""
    return table.of_paper(share(table.named_in_title))


def named_paper(table: Table) -> Floats:
    """A name in the abstract, too, points at the paper."""
    return table.of_paper(share(table.named_in_paper))


# --- the conversation --------------------------------------------------------------------------


def earlier_first(table: Table) -> Floats:
    """A follow-up that names no other paper stays with the one that was answered from."""
    first = table.analysis.earlier[:1]
    there = np.array([float(each.paper.id in first) for each in table.readings])
    return table.of_paper(there * _may_follow_up(table))


def _may_follow_up(table: Table) -> Floats:
    """0 for papers that say next to nothing of a question's own words, unless it plainly goes on; 1 for the others."""
    analysis = table.analysis
    if analysis.goes_on or len(analysis.words) < _OWN_WORDS:
        return np.ones(len(table.readings))
    return (table.in_paper(table.near) @ table.weights >= _OWN_SHARE).astype(np.float64)


def earlier_first_leans(table: Table) -> Floats:
    """And all the more when it cannot stand alone."""
    return table.value(earlier_first) * table.analysis.leans


def earlier_first_pronoun(table: Table) -> Floats:
    """It, they, that: what was spoken of."""
    return table.value(earlier_first) * table.analysis.points_back


def earlier_first_goes_on(table: Table) -> Floats:
    """And, but, what about: the talk goes on."""
    return table.value(earlier_first) * table.analysis.goes_on


def earlier_first_short(table: Table) -> Floats:
    """Few words of its own leave most to what was said before."""
    return table.value(earlier_first) / max(1, len(table.analysis.words))


def earlier_first_named_else(table: Table) -> Floats:
    """A name that the paper does not have is another paper's."""
    if not table.analysis.names:
        return np.zeros(len(table))
    return table.value(earlier_first) * (1 - table.value(named_paper))


def earlier_first_fits(table: Table) -> Floats:
    """A follow-up speaks of what the paper speaks of; who changes the subject does not."""
    return table.value(earlier_first) * table.value(paper_near)


def earlier_other(table: Table) -> Floats:
    """The other papers of the last answer are more likely than strangers."""
    others = table.analysis.earlier[1:]
    return table.of_paper(np.array([float(each.paper.id in others) for each in table.readings]))
