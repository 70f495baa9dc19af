"""The terms by which a search ranks its papers."""

from __future__ import annotations

from typing import Final

from retrieval.index import Index
from retrieval.query.conditions import Prefix
from retrieval.query.query import Query
from retrieval.search.facets import Selector
from retrieval.search.most_words import required_words

_BEGUN: Final = 8
"""Terms that rank papers for a prefix, the most common ones."""
_USUAL: Final = 4
"""A joined form is usual if it is at least this fraction as common as the word."""


def ranking_terms(query: Query, index: Index, selector: Selector) -> tuple[str, ...]:
    """The terms that rank papers: those of the words; what a prefix stands for; joined forms that are usual.

    A joined form ranks if it isn't much rarer than the word: VQVAE for ``VQ VAE``, but not the rare "neuralnetwork".
    """
    prefixes = [part for part in query.parts if isinstance(part, Prefix)]
    begun = [term for prefix in prefixes for term in selector.terms_with(prefix)[:_BEGUN]]
    parts = required_words(query.parts)
    own = index.document_frequencies([part.stems[0] for part in parts])
    joined = list(dict.fromkeys(term for part in parts for term in part.stems[1:]))
    counts = dict(zip(joined, index.document_frequencies(joined), strict=True))
    usual = [
        term
        for part, count in zip(parts, own, strict=True)
        for term in part.stems[1:]
        if counts[term] and counts[term] * _USUAL >= count
    ]
    return (*query.terms, *begun, *dict.fromkeys(term for term in usual if term not in query.terms))
