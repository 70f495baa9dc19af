"""The answerer's input and output: plain data, and the check that quotes are slices of abstracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from retrieval.english import Text
from retrieval.errors import UnfaithfulQuote
from retrieval.papers import Paper

Span = tuple[int, int]
"""Start and end (exclusive), in characters of a paper's normalised abstract."""


NO_PAPERS: Final = Text("I don't have any papers yet.")
"""What is said instead of an answer while there are none."""


class Outcome(StrEnum):
    """The outcome of a question."""

    ANSWERED = "answered"
    RECORD = "record"
    UNANSWERED = "unanswered"
    CHAT = "chat"


class MatchLevel(StrEnum):
    """How certain an answer from abstracts is, in the words that people see.

    At least 93% of the strong ones are right on questions that nothing was fitted to: see docs/answers.md.
    """

    STRONG = "Strong match"
    POSSIBLE = "Possible match"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation and the papers its answer named, best first."""

    question: str
    paper_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``history`` is oldest first, and empty without a conversation.

    ``about`` is the id of the paper that the question is about, if it names one by its id or a link.
    """

    text: str
    history: tuple[Turn, ...] = ()
    about: str | None = None


@dataclass(frozen=True, slots=True)
class ScoredPaper:
    """A paper with a score: BM25 for search hits, 0..1 for papers named by an answer."""

    paper: Paper
    score: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an abstract: ``paper.abstract[start:end]``.

    ``highlights`` are the words that answer: sorted spans of the same abstract, inside ``start..end`` and
    without overlaps. ``score`` is 0..1.
    """

    paper: Paper
    start: int
    end: int
    highlights: tuple[Span, ...]
    score: float

    @property
    def text(self) -> str:
        """The quoted text, exactly as in the abstract."""
        return self.paper.abstract[self.start : self.end]


FactValue = str | int | tuple[str, ...] | None
"""What a record says: text, a number, several names; ``None`` where it doesn't say."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a paper's record. ``paper_id`` is ``None`` for what is said of several papers: their number."""

    paper_id: str | None
    field: str
    value: FactValue


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a question.

    ``quotes`` and ``papers`` are best first; an unanswered question still has the nearest papers. ``also`` are the
    next best sentences, for "other quotes"; for an unanswered question what the meant paper does say. ``kind``
    is the kind of question. ``confidence`` is the probability, 0..1, that the first quote answers, or that all listed
    papers fit; ``match`` is its level, for answered questions only. ``reply`` is the text of a chat or record outcome,
    and what a refusal or a partly answered question says in words;
    a record outcome also has the requested ``facts`` and the ``query`` of the search that found its papers, among those
    on the lists of ``list_days`` (the first and the last day) where the lists were asked for.
    """

    question: Question
    outcome: Outcome
    kind: str
    quotes: tuple[Quote, ...] = ()
    also: tuple[Quote, ...] = ()
    papers: tuple[ScoredPaper, ...] = ()
    confidence: float = 0.0
    match: MatchLevel | None = None
    reply: Text | None = None
    facts: tuple[Fact, ...] = ()
    query: str = ""
    list_days: tuple[date, date] | None = None
    elapsed_ms: float = 0.0


class Original(Protocol):
    """A paper's text as the library stores it; a ``Paper`` is one."""

    @property
    def title(self) -> str:
        """The title, with normalised white space."""
        ...

    @property
    def abstract(self) -> str:
        """The abstract, with normalised white space."""
        ...


def check_quotes(quotes: Sequence[Quote], originals: Mapping[str, Original]) -> None:
    """Compare every quote with its paper's abstract as the library stores it.

    ``originals`` maps paper ids to texts fetched by the library itself. Raises ``UnfaithfulQuote`` for a missing paper,
    a different title or abstract, offsets outside the abstract, an empty slice, or highlights that are unsorted or
    outside the quote.
    """
    for quote in quotes:
        original = originals.get(quote.paper.id)
        if original is None or (original.title, original.abstract) != (quote.paper.title, quote.paper.abstract):
            raise UnfaithfulQuote(
                f"A quote names paper {quote.paper.id}, but the stored title or abstract is different."
            )
        if not 0 <= quote.start < quote.end <= len(original.abstract):
            raise UnfaithfulQuote(f"A quote from paper {quote.paper.id} is outside its abstract.")
        at = quote.start
        for start, end in quote.highlights:
            if not at <= start < end <= quote.end:
                raise UnfaithfulQuote(f"A highlight in a quote from paper {quote.paper.id} is out of place.")
            at = end
