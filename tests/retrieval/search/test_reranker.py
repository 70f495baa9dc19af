"""Of the best papers, those with the query's words in its order, and with its topic, come first."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from retrieval.__main__ import app
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors, load_word_vectors
from retrieval.index import Hit, Index, ordered_terms
from retrieval.index.bigrams import pair_scores
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.search.reranker import ABOUT, rerank
from retrieval.text import terms
from tests.shared_data import SHARED, needs_shared

PAPERS = {
    paper.id: paper
    for paper in (
        Paper(id="akin", title="Study", abstract="Owls hunt mice in forests."),
        Paper(id="far", title="Study", abstract="Owls sell cars in markets."),
        Paper(id="none", title="Study", abstract="Nothing of that kind."),
    )
}
WORDS = [*dict.fromkeys(term for paper in PAPERS.values() for term in terms(f"{paper.title} {paper.abstract}"))]


@pytest.fixture(scope="module")
def index() -> Index:
    """An index of the papers."""
    return add_documents(Index.empty(), ((id, ordered_terms(paper)) for id, paper in PAPERS.items()))


def paper_vectors(**directions: tuple[float, float]) -> PaperVectors:
    """Vectors of a few words, by their stems."""
    return PaperVectors(WordVectors.of(directions, np.array(list(directions.values()), np.float32)))


def test_a_paper_on_the_same_topic_comes_first(index: Index) -> None:
    """Papers with the same words of the query are ranked by their other words, up to the weight of the topic."""
    about = paper_vectors(bird=(1, 0), owl=(1, 0), mice=(1, 0.2), forest=(1, 0.1), car=(0, 1), market=(0, 1))
    query = terms("birds owls")
    hits, rows = index.best(query, 9)
    assert hits[0].score == hits[1].score
    first, second = rerank(index, query, hits[:2], rows[:2], about, 2)
    assert (first.id, second.id) == ("akin", "far")
    most = ABOUT * sum(max(0.0, index.idf(term)) for term in query)
    assert hits[0].score < first.score <= hits[0].score + most


def test_a_paper_on_another_topic_loses_nothing(index: Index) -> None:
    """A cosine below 0 doesn't change the score."""
    about = paper_vectors(bird=(-1, 0), owl=(0, 0), mice=(1, 0), car=(1, 0))
    query = terms("birds owls")
    hits, rows = index.best(query, 9)
    added = zip(hits, pair_scores(index, query, rows, 2).tolist(), strict=True)
    paired = sorted((Hit(id, score + more) for (id, score), more in added), key=lambda hit: (-hit.score, hit.id))
    assert rerank(index, query, hits, rows, about, 2) == paired


def test_one_word_is_ranked_by_bm25_alone(index: Index) -> None:
    """The topic of a single word is the word."""
    about = paper_vectors(owl=(1, 0), car=(1, 0))
    hits, rows = index.best(terms("owls"), 9)
    assert rerank(index, terms("owls"), hits, rows, about, 2) == hits


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.lists(st.sampled_from(WORDS), max_size=3))
def test_no_paper_is_lost_and_no_score_falls(query: list[str], known: list[str]) -> None:
    """With any query and word vectors: the same papers, best first, none with less than its BM25 score."""
    rng = np.random.default_rng(len(query))
    stems = dict.fromkeys(known)
    about = PaperVectors(WordVectors.of(stems, rng.normal(size=(len(stems), 4)).astype(np.float32)))
    index = add_documents(Index.empty(), ((id, ordered_terms(paper)) for id, paper in PAPERS.items()))
    hits, rows = index.best(query, 9)
    again = rerank(index, query, hits, rows, about, 2)
    before = {hit.id: hit.score for hit in hits}
    assert sorted(before) == sorted(hit.id for hit in again)
    assert all(hit.score >= before[hit.id] for hit in again)
    assert again == sorted(again, key=lambda hit: (-hit.score, hit.id))


def test_a_hit_that_is_gone_keeps_its_score(index: Index) -> None:
    """A paper that the index no longer has isn't an error."""
    query = terms("owls mice")
    hits, rows = index.best(query, 9)
    hits = [*hits, Hit("gone", 0.5)]
    again = rerank(index, query, hits, np.append(rows, -1), PaperVectors(load_word_vectors()), 2)
    assert {hit.id for hit in again} == {hit.id for hit in hits}
    assert next(hit for hit in again if hit.id == "gone").score == hits[-1].score


@needs_shared
def test_the_chosen_weights_are_better_than_none() -> None:
    """On questions that weren't used to choose them; the command prints a row for each pair of weights."""
    questions = SHARED / "data" / "questions"
    command = [
        "weigh-search", "--questions", str(questions / "questions.jsonl"),
        "--papers", str(questions / "papers.jsonl.gz"),
    ]  # fmt: skip
    rows = re.findall(r"\| (\S+) \| (\S+) \| (\S+) \|", CliRunner().invoke(app, command).stdout)
    found = {(float(pairs), float(about)): float(value) for pairs, about, value in rows[1:]}
    assert found[0.0, 0.0] < found[0.2, 0.0] < found[0.2, 0.4]
