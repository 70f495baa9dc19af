"""Which of the ranked sentences are shown: usually one, more if several probably answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.arrays import Floats
from retrieval.answering.output.highlights import highlights
from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.types import Quote, ScoredPaper, Span

_QUOTES: Final = 3
_ALSO: Final = 3
_NEAREST: Final = 5
_CONSIDERED: Final = 40
_WORTH_QUOTING: Final = 0.05
"""Share, relative to the best sentence's, that a second or third quote must have."""
_WORTH_MARKING: Final = 0.3
"""The same from which its answering words are marked: it's then about as likely to answer."""
_NEAR_ENOUGH: Final = 0.01
"""Share, relative to the likeliest paper's, that another paper must have to be named."""
_SAME: Final = 0.8
"""Shared words, relative to the shorter sentence, from which two sentences say the same."""
_MEANT: Final = 0.9
"""Share from which a paper is taken to be the one that was meant, even if it doesn't answer."""
_RELATED: Final = 2


@dataclass(frozen=True, slots=True)
class QuoteSelection:
    """The quotes of an answer, and the sentences that came next."""

    quotes: tuple[Quote, ...]
    also: tuple[Quote, ...]


def select_quotes(
    ranking: Ranking, weights: Floats, first: int, adds: Callable[[int], bool] = lambda _: True
) -> QuoteSelection:
    """The sentence of row ``first`` and the best others; none repeats another. ``weights`` are those of highlights.

    If one paper is clearly meant, no other one is quoted. ``adds`` says whether another row may be.
    """
    _, *others = distinct_rows(ranking, _QUOTES + _ALSO, first)
    least = _WORTH_QUOTING * float(ranking.shares[ranking.first])
    meant = int(ranking.table.paper_of[first])
    clear = ranking.paper_shares[meant] >= _MEANT
    shown = [
        row
        for row in [row for row in others if adds(row)][: _QUOTES - 1]
        if ranking.shares[row] >= least and (not clear or ranking.table.paper_of[row] == meant)
    ]
    rest = [row for row in others if row not in shown]
    return QuoteSelection(
        (quote(ranking, first, weights), *(quote(ranking, row, weights, brief=True) for row in shown)),
        tuple(quote(ranking, row, weights, brief=True) for row in rest[:_ALSO]),
    )


def related_quotes(ranking: Ranking) -> tuple[Quote, ...]:
    """What the meant paper does say, best first and without highlights, if its abstract doesn't answer.

    Empty if no paper was clearly meant.
    """
    meant = int(ranking.table.paper_of[ranking.first])
    if ranking.paper_shares[meant] < _MEANT:
        return ()
    near = [row for row in distinct_rows(ranking, _CONSIDERED) if ranking.table.paper_of[row] == meant][:_RELATED]
    return tuple(_quote(ranking, row, ()) for row in near)


def distinct_rows(ranking: Ranking, most: int, first: int | None = None) -> list[int]:
    """The best rows that don't repeat each other, best first; before them ``first`` if it is another than the best."""
    kept = [] if first is None else [first]
    for row in (int(each) for each in ranking.order[:_CONSIDERED]):
        if len(kept) == most:
            break
        if all(ranking.table.words.overlap(row, other) < _SAME for other in kept):
            kept.append(row)
    return kept


def quote(ranking: Ranking, row: int, weights: Floats, *, brief: bool = False) -> Quote:
    """A sentence as a quote. ``brief`` highlights less of it or nothing, for quotes that only add to an answer."""
    if brief and ranking.shares[row] < _WORTH_MARKING * ranking.shares[ranking.first]:
        return _quote(ranking, row, ())
    return _quote(ranking, row, highlights(ranking.table.analysis, ranking.passage(row), weights, brief=brief))


def _quote(ranking: Ranking, row: int, spans: tuple[Span, ...]) -> Quote:
    start, end = ranking.passage(row).span
    return Quote(ranking.paper(row).paper, start, end, spans, score=float(ranking.shares[row]))


def nearest_papers(ranking: Ranking, most: int = _NEAREST) -> tuple[ScoredPaper, ...]:
    """The likeliest papers, starting with that of the best sentence; without those far behind the likeliest."""
    first = int(ranking.table.paper_of[ranking.first])
    shares = ranking.paper_shares
    order = sorted(range(len(shares)), key=lambda at: (at != first, -shares[at]))
    least = _NEAR_ENOUGH * float(shares.max())
    return scored_papers(ranking, [at for at in order[:most] if at == first or shares[at] >= least])


def scored_papers(ranking: Ranking, places: Sequence[int]) -> tuple[ScoredPaper, ...]:
    """The papers at these positions with their shares."""
    return tuple(ScoredPaper(ranking.table.papers[at].paper, float(ranking.paper_shares[at])) for at in places)
