"""Answers made of verbatim quotes.

The library calls ``analysis = answerer.analyse(question, index)``, then ``hits = answerer.find(analysis, index)``,
reads the papers of these hits from the catalogue, and calls ``answerer.compose(analysis, candidates, index)``. All of
it is synchronous and pure.
"""

from __future__ import annotations

from retrieval.answering.answerer import Answerer

__all__ = ["Answerer"]
