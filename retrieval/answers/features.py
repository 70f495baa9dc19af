"""What speaks for a sentence as the answer: each feature one pure function, most in 0..1.

Fitted weights (``config/answers.json``) say how much each counts; ``python -m retrieval fit`` makes
them. A feature's first line says why it helps.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from retrieval.answers.analysis import Analysis
from retrieval.answers.kinds import CUES, Kind
from retrieval.answers.passages import Passage, Reading


@dataclass(frozen=True, slots=True)
class Context:
    """A question beside one candidate paper: BM25 score, the best and the next other paper's score."""

    analysis: Analysis
    reading: Reading
    bm25: float
    best: float
    rival: float
    is_earlier: bool


Feature = Callable[[Context, Passage], float]


def _covered(analysis: Analysis, stems: frozenset[str], words: Iterable[str] | None = None) -> float:
    """The share of the question's weight whose words are among ``stems``."""
    wanted = analysis.weights if words is None else list(words)
    total = sum(analysis.weights[word] for word in wanted)
    return sum(analysis.weights[word] for word in wanted if word in stems) / total if total else 0.0


def coverage(context: Context, passage: Passage) -> float:
    """The sentence that says what was asked uses the question's words."""
    return _covered(context.analysis, passage.stems)


def expanded_coverage(context: Context, passage: Passage) -> float:
    """People ask in everyday words; the lexicon knows what the field calls them."""
    analysis = context.analysis
    by_meaning = sum(
        analysis.weights[word]
        for word, meanings in analysis.expansion.items()
        if word not in passage.stems and meanings & passage.stems
    )
    return by_meaning / analysis.total if analysis.total else 0.0


def rest_coverage(context: Context, passage: Passage) -> float:
    """Words that name the paper stand in its title; what is asked of it are the other words."""
    rest = [word for word in context.analysis.weights if word not in context.reading.title_stems]
    return _covered(context.analysis, passage.stems, rest)


def rest_expanded(context: Context, passage: Passage) -> float:
    """The same through the lexicon."""
    analysis, title = context.analysis, context.reading.title_stems
    rest = {word: weight for word, weight in analysis.weights.items() if word not in title}
    total = sum(rest.values())
    found = sum(
        weight
        for word, weight in rest.items()
        if word in passage.stems or analysis.expansion.get(word, frozenset()) & passage.stems
    )
    return found / total if total else 0.0


def unique_coverage(context: Context, passage: Passage) -> float:
    """Among the sentences of one abstract the telling words are those that only one of them has."""
    others = [each.stems for each in context.reading.passages if each is not passage]
    unique = [word for word in context.analysis.weights if not any(word in stems for stems in others)]
    mine = sum(context.analysis.weights[word] for word in unique if word in passage.stems)
    return mine / context.analysis.total if context.analysis.total else 0.0


def pair_coverage(context: Context, passage: Passage) -> float:
    """Two words side by side in question and sentence are a term, not two words."""
    words = context.analysis.words
    pairs = list(itertools.pairwise(words))
    return sum(pair in passage.pairs for pair in pairs) / len(pairs) if pairs else 0.0


def fuzzy_coverage(context: Context, passage: Passage) -> float:
    """Slips and derived forms share a beginning, if not a stem."""
    analysis = context.analysis
    beginnings = {word[:5] for word in passage.stems if len(word) >= 5}  # noqa: PLR2004
    missing = [word for word in analysis.weights if word not in passage.stems and len(word) >= 5]  # noqa: PLR2004
    found = sum(analysis.weights[word] for word in missing if word[:5] in beginnings)
    return found / analysis.total if analysis.total else 0.0


def title_coverage(context: Context, _: Passage) -> float:
    """A question about a paper often names it by words of its title."""
    return _covered(context.analysis, context.reading.title_stems)


def paper_coverage(context: Context, _: Passage) -> float:
    """The right paper has nearly all of the question's words somewhere."""
    return _covered(context.analysis, context.reading.stems)


def paper_expanded(context: Context, _: Passage) -> float:
    """The same through the lexicon."""
    analysis = context.analysis
    found = sum(
        weight
        for word, weight in analysis.weights.items()
        if word in context.reading.stems or analysis.expansion.get(word, frozenset()) & context.reading.stems
    )
    return found / analysis.total if analysis.total else 0.0


def bm25_share(context: Context, _: Passage) -> float:
    """How near the paper comes to the best one."""
    return context.bm25 / context.best if context.best > 0 else 0.0


def bm25_raw(context: Context, _: Passage) -> float:
    """How good the match is at all, whatever the others are."""
    return math.log1p(max(0.0, context.bm25)) / 5


def bm25_lead(context: Context, _: Passage) -> float:
    """A paper that is far ahead of the next one is hardly ever the wrong one."""
    return (context.bm25 - context.rival) / context.best if context.best > 0 else 0.0


def name_in_title(context: Context, _: Passage) -> float:
    """A system's name at the head of a title is the paper that was meant."""
    return _named(context.analysis, context.reading.lowered_title)


def name_in_paper(context: Context, _: Passage) -> float:
    """A name in the abstract, too, points at the paper."""
    return _named(context.analysis, context.reading.lowered)


def name_in_sentence(context: Context, passage: Passage) -> float:
    """What is said of a named thing is said in a sentence with its name."""
    return _named(context.analysis, passage.lowered)


def _named(analysis: Analysis, lowered: str) -> float:
    return sum(name in lowered for name in analysis.names) / len(analysis.names) if analysis.names else 0.0


def is_earlier(context: Context, _: Passage) -> float:
    """A follow-up that names no other paper stays with the last one."""
    return float(context.is_earlier)


def earlier_and_leans(context: Context, _: Passage) -> float:
    """And all the more when it cannot stand alone."""
    return float(context.is_earlier and context.analysis.leans)


def place(context: Context, passage: Passage) -> float:
    """Abstracts go from background to results: where the sentence stands, 0 first to 1 last."""
    return passage.order / max(1, len(context.reading.passages) - 1)


def is_first(_: Context, passage: Passage) -> float:
    """First sentences say what everybody knows."""
    return float(passage.order == 0)


def length(_: Context, passage: Passage) -> float:
    """Very short sentences answer little; long ones match by chance."""
    return math.log1p(len(passage.words)) / 4


def number_beside_unit(context: Context, passage: Passage) -> float:
    """The number of what was counted stands beside its noun."""
    return float(bool(context.analysis.units & passage.beside_numbers))


def number_wanted_and_there(context: Context, passage: Passage) -> float:
    """A question for a number is answered by a sentence with one."""
    return float(context.analysis.wants_number and "number" in passage.cues)


def number_wanted_and_missing(context: Context, passage: Passage) -> float:
    """And not by one without."""
    return float(context.analysis.wants_number and "number" not in passage.cues)


def last_word_there(context: Context, passage: Passage) -> float:
    """English questions end with what they are about."""
    words = context.analysis.words
    return float(bool(words) and words[-1] in passage.stems)


_PLAIN: Final[tuple[Feature, ...]] = (
    coverage, expanded_coverage, rest_coverage, rest_expanded, unique_coverage, pair_coverage, fuzzy_coverage,
    title_coverage, paper_coverage, paper_expanded, bm25_share, bm25_raw, bm25_lead, name_in_title, name_in_paper,
    name_in_sentence, is_earlier, earlier_and_leans, place, is_first, length, number_beside_unit,
    number_wanted_and_there, number_wanted_and_missing, last_word_there,
)  # fmt: skip
_KINDS: Final = (
    Kind.NUMBER, Kind.DEFINITION, Kind.METHOD, Kind.REASON, Kind.RESULT, Kind.COMPARISON, Kind.ITEMS,
    Kind.AVAILABILITY, Kind.LOOKUP, Kind.OTHER,
)  # fmt: skip
_CUES: Final = tuple(CUES)

NAMES: Final[tuple[str, ...]] = (
    *(feature.__name__ for feature in _PLAIN),
    *(f"cue:{cue}" for cue in _CUES),
    *(f"{kind}x{cue}" for kind in _KINDS for cue in _CUES),
    *(f"{kind}xplace" for kind in _KINDS),
)
"""The features in the order of the weights: the functions above, then what a sentence looks like
(``cue:``), then each kind of question with each look (``x``) and with the place in the abstract."""


def describe(context: Context, passage: Passage) -> list[float]:
    """All features of one sentence, in the order of ``NAMES``."""
    cues = [float(cue in passage.cues) for cue in _CUES]
    values = [feature(context, passage) for feature in _PLAIN]
    crossed = [cue if kind is context.analysis.kind else 0.0 for kind in _KINDS for cue in cues]
    places = [place(context, passage) if kind is context.analysis.kind else 0.0 for kind in _KINDS]
    return [*values, *cues, *crossed, *places]
