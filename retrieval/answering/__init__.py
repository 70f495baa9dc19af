"""Questions in, verbatim quotes out.

The library's side of the seam: ``analysis = answerer.analyse(question, index)``, then ``hits =
answerer.find(analysis, index)``, the papers of these hits from the catalogue, and ``answer =
answerer.compose(analysis, candidates, index)``. All of it is synchronous and pure.
"""

from __future__ import annotations

from retrieval.answering.answerer import Answerer

__all__ = ["Answerer"]
