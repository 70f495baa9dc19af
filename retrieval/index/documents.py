"""The terms of a paper: what the index counts."""

from __future__ import annotations

import Stemmer

from retrieval.papers import Paper
from retrieval.text import ANALYSER_VERSION, index_terms, term_lines

TITLE_WEIGHT = 2
BREAK = ""
"""Ends the words of a title and of an abstract in a document whose order is known."""


def document_terms(paper: Paper, title_weight: int = TITLE_WEIGHT) -> list[str]:
    """The terms that find a paper: those of its title ``title_weight`` times, then those of its abstract."""
    return index_terms(paper.title) * title_weight + index_terms(paper.abstract)


def ordered_terms(paper: Paper, title_weight: int = TITLE_WEIGHT) -> list[str]:
    """``document_terms`` in the order in which the index keeps it.

    First the words of the title, a ``BREAK``, the words of the abstract, a ``BREAK``, then what only counts: joined
    terms, and the title again.
    """
    return ordered_line(paper.title, paper.abstract, title_weight).split(" ")


def ordered_line(title: str, abstract: str, title_weight: int = TITLE_WEIGHT) -> str:
    """``ordered_terms`` joined with spaces."""
    said, beside = term_lines(title)
    said_later, beside_later = term_lines(abstract)
    rest = said * (title_weight - 1) + beside * title_weight + beside_later
    return f"{said}{BREAK} {said_later}{BREAK} {rest}"[:-1]


def analysis_name(title_weight: int = TITLE_WEIGHT) -> str:
    """A name for everything that determines ``document_terms``; a saved index is only valid for one name."""
    return f"{ANALYSER_VERSION}, Snowball {Stemmer.version()}, titles x{title_weight}"


ANALYSIS = analysis_name()
