"""Which of the ranked sentences are shown: one where one answers, more where the answer stands in several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.output.highlights import highlights
from retrieval.answering.scoring.match_table import Floats
from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.types import Quote, ScoredPaper, Span

_QUOTES: Final = 3
_ALSO: Final = 3
_NEAREST: Final = 5
_LOOKED_AT: Final = 40
_WORTH_QUOTING: Final = 0.02
"""Share of the best sentence's that a second or third quote must have."""
_NEAR_ENOUGH: Final = 0.01
"""Share of the likeliest paper's from which on another one is named beside it."""
_SAME: Final = 0.8
"""Shared words, of the shorter of two sentences, from which on they say the same."""
_JOINED: Final = 0.4
"""Share of a sentence's that the next one must have to be quoted in one piece with it, if it leans on it."""


_MEANT: Final = 0.9
"""Share of a paper from which on it is taken for the one that was meant, though it may not answer."""
_INSTEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """The quotes of an answer, and further sentences that nearly made it."""

    quotes: tuple[Quote, ...]
    also: tuple[Quote, ...]


def choose(ranking: Ranking, words: Floats) -> Chosen:
    """Sentences near the best one that do not repeat each other. ``words`` weigh what is marked in them."""
    rows = apart(ranking, _QUOTES + _ALSO)
    least = _WORTH_QUOTING * float(ranking.shares[ranking.first])
    first, *others = rows
    shown = [row for row in others[: _QUOTES - 1] if ranking.shares[row] >= least]
    return Chosen(
        (quote(ranking, first, words), *(quote(ranking, row, words, briefly=True) for row in shown)),
        tuple(quote(ranking, row, words, briefly=True) for row in others[len(shown) :][:_ALSO]),
    )


def said_instead(ranking: Ranking) -> tuple[Quote, ...]:
    """What the paper that was meant does say, nearest first and unmarked; nothing where no paper stands out.

    For a question that its abstract does not answer: these sentences do not answer it either.
    """
    meant = int(ranking.table.paper_of[ranking.first])
    if ranking.paper_shares[meant] < _MEANT:
        return ()
    near = [row for row in apart(ranking, _LOOKED_AT) if ranking.table.paper_of[row] == meant][:_INSTEAD]
    return tuple(_quoted(ranking, row, ()) for row in near)


def apart(ranking: Ranking, most: int) -> list[int]:
    """The best rows that do not repeat each other, best first."""
    kept = list[int]()
    for row in (int(each) for each in ranking.order[:_LOOKED_AT]):
        if len(kept) == most:
            break
        if all(ranking.table.in_common(row, other) < _SAME for other in kept):
            kept.append(row)
    return kept


def quote(ranking: Ranking, row: int, words: Floats, *, briefly: bool = False) -> Quote:
    """A sentence as a quote. ``briefly`` marks less of it: what only adds to an answer must not shout."""
    return _quoted(ranking, row, highlights(ranking.table.analysis, ranking.passage(row), words, briefly=briefly))


def _quoted(ranking: Ranking, row: int, marks: tuple[Span, ...]) -> Quote:
    start, end = ranking.passage(row).span
    return Quote(ranking.reading(row).paper, start, end, marks, score=float(ranking.shares[row]))


def nearest(ranking: Ranking, most: int = _NEAREST) -> tuple[ScoredPaper, ...]:
    """The candidate papers by their shares, that of the best sentence first; none that is far behind the likeliest."""
    first = int(ranking.table.paper_of[ranking.first])
    shares = ranking.paper_shares
    order = sorted(range(len(shares)), key=lambda at: (at != first, -shares[at]))
    least = _NEAR_ENOUGH * float(shares.max())
    return papers(ranking, [at for at in order[:most] if at == first or shares[at] >= least])


def papers(ranking: Ranking, places: Sequence[int]) -> tuple[ScoredPaper, ...]:
    """Papers of a ranking with their shares."""
    return tuple(ScoredPaper(ranking.table.readings[at].paper, float(ranking.paper_shares[at])) for at in places)
