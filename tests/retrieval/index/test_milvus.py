"""Milvus as the engine, as far as no server is needed: vectors, counts, exact scores, and what a failure looks like."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Sequence
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from retrieval.errors import SearchUnavailable
from retrieval.index import Index, add_documents
from retrieval.index.milvus import connection
from retrieval.index.milvus.connection import MilvusConnection
from retrieval.index.milvus.partial import PartialIndex
from retrieval.index.milvus.rows import LEAST_WEIGHT, paper_row, query_vector
from retrieval.index.milvus.term_counts import TermCounts
from retrieval.index.strings import key as key_of
from retrieval.papers import Paper
from retrieval.settings import MilvusSettings

WORDS = st.sampled_from("owl night graph neural model image text code proof data".split())
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=12)


def counted(texts: Sequence[Sequence[str]]) -> TermCounts:
    """The counts of the terms of these documents."""
    papers = Counter(term for text in texts for term in set(text))
    return TermCounts.none().changed(
        [(key_of(term), number, term) for term, number in papers.items()], len(texts), sum(map(len, texts))
    )


@given(TEXTS, st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_some_papers_get_the_scores_that_they_have_among_all(
    texts: list[list[str]], query: list[str], data: st.DataObject
) -> None:
    """The statistics are those of all papers, whichever were fetched."""
    documents = [(f"p{number}", text) for number, text in enumerate(texts)]
    whole = add_documents(Index.empty(), documents)
    some = data.draw(st.lists(st.sampled_from(documents), unique_by=lambda document: document[0]))
    partial = PartialIndex(some, counted(texts))
    ids = [id for id, _ in some]
    assert partial.score_of(query, ids).tolist() == whole.score_of(query, ids).tolist()
    assert len(partial) == len(whole)
    assert partial.search(query, 3) == whole.search(query, 3, ids)


@given(TEXTS, st.lists(WORDS, min_size=1, max_size=5, unique=True))
def test_the_product_of_two_vectors_is_the_score(texts: list[list[str]], query: list[str]) -> None:
    """Where all weights are those of the index; a row counts each term as often as the index does."""
    documents = [(f"p{number}", text) for number, text in enumerate(texts)]
    whole = add_documents(Index.empty(), documents)
    weights = {term: whole.idf(term) for term in query if whole.idf(term) > LEAST_WEIGHT}
    asked = query_vector(weights)
    for id, text in documents:
        row = paper_row(Paper(id=id, title="Owls"), text, whole.statistics.mean_length, "analysis")
        product = sum(weight * row.fields["weights"].get(at, 0.0) for at, weight in asked.items())
        assert product == pytest.approx(whole.score_of(list(weights), [id])[0])


def test_counts_follow_changes() -> None:
    """New terms, other counts, terms that no paper has any more; the vocabulary has those that are left."""
    counts = counted([["owl", "night"], ["owl"]])
    later = counts.changed([(key_of("night"), 0, "night"), (key_of("graph"), 2, "graph")], 4, 9)
    assert (counts.of(["owl", "night", "graph"]), counts.mean_length) == ([2, 1, 0], 1.5)
    assert (later.of(["owl", "night", "graph"]), later.documents) == ([2, 0, 2], 4)
    assert [bytes(term) for term in later.vocabulary.terms.tolist()] == [b"graph", b"owl"]


class FakeClient:
    """A client of a server that is down, or up."""

    made = 0

    def __init__(self, uri: str, **_: object) -> None:
        type(self).made += 1

    def close(self) -> None:
        """Nothing is open."""


class FakeRefusal(Exception):
    """What pymilvus raises."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@pytest.fixture
def pymilvus(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package that isn't installed."""
    module = ModuleType("pymilvus")
    vars(module).update(MilvusClient=FakeClient, MilvusException=FakeRefusal)
    monkeypatch.setitem(sys.modules, "pymilvus", module)
    monkeypatch.setattr(connection, "is_installed", lambda: True)
    monkeypatch.setattr(FakeClient, "made", 0)
    return module


def test_after_a_failure_nobody_waits_for_a_while(
    pymilvus: ModuleType, caplog: pytest.LogCaptureFixture, clock: SimpleNamespace
) -> None:
    """Then it is tried again with a new connection. The token is in no log and no message."""
    server = MilvusConnection("http://down", token="secret", seconds=1, clock=lambda: clock.now)

    def fails(_: object) -> None:
        raise FakeRefusal(2, "no server for secret")

    with caplog.at_level(logging.WARNING), pytest.raises(SearchUnavailable, match="isn't responding right now") as told:
        server.call(fails)
    assert told.value.__cause__ is None
    assert "no server for …" in caplog.text
    assert "secret" not in caplog.text + repr(server) + str(told.value)
    with pytest.raises(SearchUnavailable):
        server.call(lambda _: pytest.fail("it was asked again at once"))
    clock.now += 5
    assert server.call(lambda _: "up") == "up"
    assert FakeClient.made == 2


def test_a_refused_call_delays_no_other_one(pymilvus: ModuleType, clock: SimpleNamespace) -> None:
    """A server that refuses an expression is there all the same."""
    server = MilvusConnection("http://up", token="", seconds=1, clock=lambda: clock.now)

    def refused(_: object) -> None:
        raise FakeRefusal(1100, "invalid expression")

    with pytest.raises(SearchUnavailable):
        server.call(refused)
    assert server.call(lambda _: "up") == "up"
    assert FakeClient.made == 1


@pytest.mark.parametrize("uri", ["https://me:secret@milvus.example.org", "https://me@example.org", "milvus", "ftp://a"])
def test_an_address_has_no_password(uri: str) -> None:
    """It would be printed by checks; and it must be one that the client knows."""
    with pytest.raises(ValidationError) as refused:
        MilvusSettings(uri=uri)
    assert "secret" not in str(refused.value.errors(include_input=False))
    assert "secret" not in repr(MilvusSettings(token=SecretStr("secret")))


@pytest.fixture
def clock() -> SimpleNamespace:
    """A clock that only tests move."""
    return SimpleNamespace(now=100.0)
