"""Words next to each other count more than the same words apart, and nothing else changes."""

from __future__ import annotations

import pytest

from retrieval.index import Index, document_terms
from retrieval.index.bigrams import WEIGHT, rescore
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.text import terms

OTHERS = [Paper(id=f"o{number}", title=f"Owls {number}", abstract="Birds hunt mice.") for number in range(20)]
APART = Paper(id="apart", title="Study", abstract="Graph owls attention.")
BESIDE = Paper(id="beside", title="Study", abstract="Owls graph attention.")
PAPERS = {paper.id: paper for paper in [*OTHERS, APART, BESIDE]}


@pytest.fixture
def index() -> Index:
    """An index of the papers."""
    return add_documents(Index.empty(), ((id, document_terms(paper)) for id, paper in PAPERS.items()))


def test_neighbouring_words_rank_first(index: Index) -> None:
    """Of two papers with the same words, the one that has them in the order of the query ranks first."""
    query = terms("graph attention")
    hits = index.search(query, 5)
    assert [hit.id for hit in hits] == ["apart", "beside"]
    assert hits[0].score == hits[1].score
    again = rescore(index, query, hits, PAPERS)
    assert [hit.id for hit in again] == ["beside", "apart"]
    assert again[1] == hits[0]
    assert 0 < again[0].score - hits[1].score < WEIGHT * hits[1].score


def test_a_pair_in_the_title_has_the_weight_of_titles(index: Index) -> None:
    """Titles have the same weight for pairs as for words."""
    titled = Paper(id="beside", title="Graph attention", abstract="Owls study study.")
    query = terms("graph attention")
    hits = index.search(query, 5)
    in_title = rescore(index, query, hits, PAPERS | {"beside": titled}, title_weight=4)[0].score
    assert in_title > rescore(index, query, hits, PAPERS | {"beside": titled}, title_weight=1)[0].score


@pytest.mark.parametrize("query", ["graph", "attention graph", "", "owls unknown"])
def test_without_a_pair_nothing_changes(index: Index, query: str) -> None:
    """One word, swapped words, or words that no paper has next to each other: the scores are those of BM25."""
    hits = index.search(terms(query), 50)
    assert rescore(index, terms(query), hits, PAPERS) == hits


def test_a_hit_without_a_text_keeps_its_score(index: Index) -> None:
    """A paper that was removed between search and reading isn't an error."""
    query = terms("graph attention")
    hits = index.search(query, 5)
    assert rescore(index, query, hits, {}) == hits
