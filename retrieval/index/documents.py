"""A paper as the index sees it: which terms, how often."""

from __future__ import annotations

import Stemmer

from retrieval.papers import Paper
from retrieval.text import terms

TITLE_WEIGHT = 2

_VERSION = 1
"""To be raised whenever ``terms`` or ``document_terms`` yields anything else for the same paper."""


def document_terms(paper: Paper, title_weight: int = TITLE_WEIGHT) -> list[str]:
    """The terms that a paper is found by: those of its title ``title_weight`` times, then its abstract's."""
    return terms(paper.title) * title_weight + terms(paper.abstract)


def analysis_name(title_weight: int = TITLE_WEIGHT) -> str:
    """Names all that decides what ``document_terms`` yields; a saved index is only good for one name."""
    return f"{_VERSION}, Snowball {Stemmer.version()}, titles x{title_weight}"


ANALYSIS = analysis_name()
