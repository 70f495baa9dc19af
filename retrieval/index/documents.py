"""The terms of a paper: what the index counts."""

from __future__ import annotations

import Stemmer

from retrieval.papers import Paper
from retrieval.text import ANALYSER_VERSION, index_terms

TITLE_WEIGHT = 2


def document_terms(paper: Paper, title_weight: int = TITLE_WEIGHT) -> list[str]:
    """The terms that find a paper: those of its title ``title_weight`` times, then those of its abstract."""
    return index_terms(paper.title) * title_weight + index_terms(paper.abstract)


def analysis_name(title_weight: int = TITLE_WEIGHT) -> str:
    """A name for everything that determines ``document_terms``; a saved index is only valid for one name."""
    return f"{ANALYSER_VERSION}, Snowball {Stemmer.version()}, titles x{title_weight}"


ANALYSIS = analysis_name()
