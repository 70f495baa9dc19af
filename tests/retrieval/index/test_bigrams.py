"""Words next to each other count more than the same words apart, and nothing else changes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import Index, document_terms, keys, ordered_terms
from retrieval.index.bigrams import contain_in_order, pair_scores, warm_up
from retrieval.index.builder import build, merge
from retrieval.index.numba_engine import NumbaEngine
from retrieval.index.numpy_search import Engine, NumpyEngine
from retrieval.index.pairs import WEIGHT, WordPairs
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
    return add_documents(Index.empty(), ((id, ordered_terms(paper)) for id, paper in PAPERS.items()))


def test_neighbouring_words_rank_first(index: Index) -> None:
    """Of two papers with the same words, the one that has them in the order of the query ranks first."""
    query = terms("graph attention")
    hits, rows = index.best(query, 5)
    assert [hit.id for hit in hits] == ["apart", "beside"]
    assert hits[0].score == hits[1].score
    apart, beside = pair_scores(index, query, rows).tolist()
    assert apart == 0 < beside < WEIGHT * hits[1].score


def test_a_pair_in_the_title_has_the_weight_of_titles(index: Index) -> None:
    """Titles have the same weight for pairs as for words."""
    titled = Paper(id="beside", title="Graph attention", abstract="Owls study study.")
    query, index = terms("graph attention"), add_documents(index, [(titled.id, ordered_terms(titled))])
    rows = index.documents.rows_of(["beside"])
    assert pair_scores(index, query, rows, title_weight=4) > pair_scores(index, query, rows, title_weight=1)


@pytest.mark.parametrize("query", ["graph", "attention graph", "", "owls unknown"])
def test_without_a_pair_nothing_changes(index: Index, query: str) -> None:
    """One word, swapped words, or words that no paper has next to each other: the scores are those of BM25."""
    _, rows = index.best(terms(query), 50)
    assert not pair_scores(index, terms(query), rows).any()


def test_a_document_that_is_gone_or_has_no_order_has_no_pairs(index: Index) -> None:
    """Neither is an error."""
    index = add_documents(index, [("beside", document_terms(BESIDE))])
    rows = [*index.documents.rows_of(["beside"]).tolist(), -1]
    assert pair_scores(index, terms("graph attention"), np.array(rows)).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("title", "abstract", "query", "expected"),
    [
        ("graph attention", "", "graph attention", True),
        ("", "owls graph attention nets", "graph attention nets", True),
        ("graph", "attention", "graph attention", False),
        ("", "graph owls attention", "graph attention", False),
        ("", "attention graph", "graph attention", False),
        ("", "graph graph attention", "graph attention", True),
        ("", "graph attention owls nets", "graph attention nets", False),
        ("", "graph nets attention", "graph attention nets", False),
        ("", "owls " * 300 + "graph attention", "graph attention", True),
    ],
)
def test_words_in_a_row_are_known_without_the_text(title: str, abstract: str, query: str, *, expected: bool) -> None:
    """In the title or in the abstract, also of a long text, never across both."""
    documents = {"it": [*title.split(), "", *abstract.split(), ""], "other": ["owls", "", "mice", ""]}
    for engine in (NumpyEngine(), NumbaEngine()):
        index = Index([build(list(documents.items()))], engine)
        found = contain_in_order(index, query.split(), index.documents.rows_of(["it", "other"]))
        assert found.tolist() == [expected, False]


def test_a_document_without_an_order_may_have_any_words_in_a_row(index: Index) -> None:
    """So its text is read."""
    index = add_documents(index, [("new", ["graph", "attention"])])
    assert contain_in_order(index, ["graph", "attention"], index.documents.rows_of(["new"])).tolist() == [True]


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=12)
LONG = st.tuples(st.lists(st.sampled_from("abcdefgh"), max_size=2), st.integers(60, 200)).map(lambda of: of[0] * of[1])
TEXTS = st.lists(st.tuples(WORDS, WORDS | LONG), min_size=1, max_size=8)


@given(TEXTS, st.lists(st.sampled_from("abcdefghx"), max_size=5, unique=True), st.sets(st.integers(0, 7)), st.data())
def test_the_words_of_texts_are_where_they_were_written(
    texts: list[tuple[list[str], list[str]]], query: list[str], removed: set[int], data: st.DataObject
) -> None:
    """Of short and long texts, with either engine, before and after segments are merged."""
    documents = {str(at): [*title, "", *abstract, "", *title, "a"] for at, (title, abstract) in enumerate(texts)}
    cut = data.draw(st.integers(0, len(texts)))
    halves = [each for each in (list(documents.items())[:cut], list(documents.items())[cut:]) if each]
    gone = keys([str(at) for at in removed])
    segments = [build(half).without_ids(gone) for half in halves]
    engines: list[Engine] = [NumpyEngine(), NumbaEngine()]
    places, ones = np.arange(len(query)), np.ones(len(query) ** 2)
    numbers = np.arange(len(query) ** 2).reshape(2 * (len(query),))
    every_pair = WordPairs(numbers, places.repeat(len(query)), np.tile(places, len(query)), ones, ones)
    alive = [id for id in documents if int(id) not in removed]
    for engine in engines:
        for index in (Index(segments, engine), Index([merge(segments)], engine)):
            found = index.word_places(query, index.documents.rows_of(alive))
            there = [
                (number, place, query.index(word))
                for number, id in enumerate(alive)
                for place, word in enumerate([*texts[int(id)][0], "", *texts[int(id)][1]])
                if word in query
            ]
            assert list(zip(*(each.tolist() for each in found), strict=True)) == there
            counts, contained, lengths = index.pairs(index.parts(query), index.documents.rows_of(alive), every_pair, 3)
            for number, id in enumerate(alive):
                title, abstract = texts[int(id)]
                beside = Counter({pair: 3 * count for pair, count in Counter(pairwise(title)).items()})
                beside.update(pairwise(abstract))
                assert counts[:, number].tolist() == [beside[one, other] for one in query for other in query]
                assert contained[:, number].tolist() == [word in {*title, *abstract} for word in query]
                assert lengths[number] == 3 * len(title) + len(abstract)
            titles, words = index.documents.text_lengths(index.documents.rows_of(alive))
            assert titles.tolist() == [len(texts[int(id)][0]) for id in alive]
            assert words.tolist() == [sum(map(len, texts[int(id)])) for id in alive]


@given(TEXTS, st.lists(st.sampled_from("abcdefghx"), max_size=6))
def test_every_engine_adds_the_same_for_pairs(texts: list[tuple[list[str], list[str]]], query: list[str]) -> None:
    """Bit by bit, in short and long texts, so that papers come in one order."""
    segment = build([(str(at), [*title, "", *abstract, ""]) for at, (title, abstract) in enumerate(texts)])
    engines: list[Engine] = [NumpyEngine(), NumbaEngine()]
    indexes = [Index([segment], engine) for engine in engines]
    numpy, numba = (pair_scores(index, query, np.arange(len(texts)), 3).tolist() for index in indexes)
    assert numpy == numba


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_every_engine_finds_the_same_likeness(count: int, seed: int) -> None:
    """Bit by bit, whatever the order in which products are added up."""
    random = np.random.default_rng(seed)
    directions = random.integers(-127, 128, (9, 200)).astype(np.int8)
    directions[3] = 0
    asked = random.integers(-(1 << 30), (1 << 30) + 1, 200).astype(np.int32)
    rows, into = random.integers(0, 9, count), random.permutation(count)
    found = [np.zeros(count), np.zeros(count)]
    for engine, result in zip((NumpyEngine(), NumbaEngine()), found, strict=True):
        engine.likeness(directions, rows, into, asked, result)
    assert found[0].tolist() == found[1].tolist()


@pytest.mark.parametrize("engine", [NumpyEngine(), NumbaEngine()], ids=["numpy", "numba"])
def test_an_engine_warms_up_with_any_index(index: Index, engine: Engine) -> None:
    """Even with one that has no documents, or a single term."""
    single = add_documents(Index.empty(), [("a", ["owl"])])
    for each in (index, single, Index.empty()):
        warm_up(each.with_engine(engine))
