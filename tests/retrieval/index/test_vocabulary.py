"""The words of an index by their letters, and documents that contain several words."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.index import Index, statistics
from retrieval.index.numba_engine import NumbaEngine
from retrieval.index.numpy_search import Engine, NumpyEngine
from retrieval.index.strings import Keys, Strings
from retrieval.index.term_groups import select_containing
from retrieval.index.updates import add_documents, remove_documents
from retrieval.index.vocabulary import Vocabulary, VocabularyCache

WORDS = st.text("abcé0\U0001f989", min_size=1, max_size=4)
DOCUMENTS = st.lists(st.lists(WORDS, max_size=6), max_size=12)


def index_of(documents: Sequence[Sequence[str]]) -> Index:
    """These documents in two or more segments, as when papers are added later."""
    half = len(documents) // 2
    parts = [list(enumerate(documents))[:half], list(enumerate(documents))[half:]]
    index = Index.empty()
    for part in parts:
        index = add_documents(index, ((str(number), words) for number, words in part))
    return index


@given(DOCUMENTS, st.text("abcé0\U0001f989", max_size=3))
def test_terms_with_a_prefix(documents: list[list[str]], letters: str) -> None:
    """All of them, the most common first, counted in every document."""
    counts = {word: sum(word in each for each in documents) for document in documents for word in document}
    vocabulary = Vocabulary.of(index_of(documents).segments)
    found = vocabulary.completions(letters, 100)
    assert sorted(found) == sorted(word for word in counts if word.startswith(letters))
    assert [counts[word] for word in found] == sorted((counts[word] for word in found), reverse=True)
    assert vocabulary.completions(letters, 2) == found[:2]
    assert vocabulary.highest_counts([letters]) == [max((counts[word] for word in found), default=0)]
    assert vocabulary.count([*counts, "no", ""]) == [*counts.values(), 0, 0]


def test_very_long_terms_are_left_out() -> None:
    """Links and formulas are left out; looking them up finds nothing."""
    vocabulary = Vocabulary.of(index_of([["a" * 25, "b" * 24, "c"]]).segments)
    assert vocabulary.completions("", 9) == ["b" * 24, "c"]
    assert vocabulary.count(["a" * 25, "b" * 24, "b" * 25]) == [0, 1, 0]
    assert vocabulary.completions("a" * 25, 9) == []
    assert vocabulary.completions("a" * 1_000, 9) == []


def test_an_empty_index_has_no_words() -> None:
    """Looking words up isn't an error."""
    vocabulary = Vocabulary.of(())
    assert (vocabulary.completions("a", 9), vocabulary.count(["a"]), vocabulary.highest_counts(["a"])) == ([], [0], [0])


def test_the_terms_of_an_index_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the vocabulary and for the searches of whatever engine; and no term becomes an object of its own."""
    vocabulary_of, calls = VocabularyCache(), list[int]()
    sums = statistics._sums

    def counting(parts: Sequence[Keys], counts: Sequence[NDArray[np.int64]]) -> tuple[Keys, NDArray[np.int64]]:
        calls.append(len(parts))
        return sums(parts, counts)

    monkeypatch.setattr(statistics, "_sums", counting)
    monkeypatch.setattr(Strings, "__getitem__", None)
    index = index_of([["a", "b"]] * 8)
    assert vocabulary_of(index).count(["b"]) == [8]
    index.count_terms()
    index.with_engine(NumpyEngine()).count_terms()
    assert calls == [len(index.segments)]


def test_the_vocabulary_of_a_large_index_is_updated_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small one is read again after each change, a large one after many."""
    vocabulary_of, index = VocabularyCache(), index_of([["a"]] * 98)
    assert vocabulary_of(index).count(["a"]) == [98]
    index = add_documents(index, [("new", ["b"])])
    assert vocabulary_of(index).count(["b"]) == [1]
    monkeypatch.setattr("retrieval.index.vocabulary._SMALL", 0)
    index = add_documents(index, [("newer", ["c"])])
    assert vocabulary_of(index).count(["c"]) == [0]
    index = add_documents(index, [("newest", ["d"]), ("last", ["d"])])
    assert vocabulary_of(index).count(["c", "d"]) == [1, 2]


@given(DOCUMENTS, st.lists(st.lists(WORDS, max_size=3), max_size=3), st.integers(1, 3), st.data())
def test_documents_with_a_term_of_each_group(
    documents: list[list[str]], groups: list[list[str]], times: int, data: st.DataObject
) -> None:
    """They contain it often enough; removed documents don't count."""
    index = index_of(documents)
    gone = data.draw(st.sets(st.sampled_from([str(number) for number in range(len(documents))]))) if documents else ()
    index = remove_documents(index, gone)
    fitting = {
        str(number)
        for number, words in enumerate(documents)
        if str(number) not in gone and all(any(words.count(term) >= times for term in group) for group in groups)
    }
    every_term = [word for words in documents for word in words]
    engines: list[Engine] = [NumpyEngine(), NumbaEngine()]
    for each in map(index.with_engine, engines):
        found = {hit.id for hit in each.search(every_term, 100, select_containing(each, groups, times))}
        assert found == {id for id in fitting if documents[int(id)]}


def test_a_removed_document_is_not_found() -> None:
    """Its postings are in the segment until that is merged."""
    index = remove_documents(index_of([["a", "b"]] * 12), ["3"])
    assert any(len(segment.dead) for segment in index.segments)
    assert {hit.id for hit in index.search(["a"], 100, select_containing(index, [["a"]], 1))} == {
        str(number) for number in range(12) if number != 3
    }
