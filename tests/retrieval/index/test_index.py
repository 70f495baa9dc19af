"""The index scores as rank_bm25 does, however it was built, and only loads what it wrote."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, reduce
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval.errors import IndexDamaged
from retrieval.index import (
    DamagedSegment,
    Hit,
    Index,
    Query,
    Segment,
    Selection,
    bm25,
    build,
    document_terms,
    lookup,
    numpy_search,
    open_segment,
    write_segment,
)
from retrieval.index.merger import DueMerge
from retrieval.index.numba_engine import NumbaEngine
from retrieval.index.numpy_search import Engine, NumpyEngine
from retrieval.index.rank_bm25_search import RankBm25Engine
from retrieval.index.segment import SEGMENT_SIZE, Floats
from retrieval.index.statistics import TermFrequencies
from retrieval.index.strings import key
from retrieval.index.term_groups import count_containing
from retrieval.index.updates import add_documents, add_segments, apply_merge, remove_documents, remove_segment
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.papers import Paper
from retrieval.text import terms
from tests.shared_data import SHARED, needs_shared

Documents = dict[str, list[str]]
Batch = list[tuple[str, list[str]]]

SEED_PAGE = Path(__file__).resolve().parents[3] / "seeds" / "daily_papers.txt"

ENGINES: list[Engine] = [NumpyEngine(), NumbaEngine(), RankBm25Engine()]
every_engine = pytest.mark.parametrize("engine", ENGINES, ids=["numpy", "numba", "rank-bm25"])

words = st.sampled_from(["graph", "neural", "model", "data", "İ", "attention", "ß", "rare"])
texts = st.lists(words, max_size=8)
ids = st.sampled_from([f"paper-{number}" for number in range(9)])
corpora = st.dictionaries(ids, texts, max_size=9)
# Beside many older documents a small batch stays a segment of its own, and what it replaces stays in theirs.
OLDER = [(f"paper-{number}", ["graph", "model"] * (number % 3) + ["data"]) for number in range(60)]
starts: list[list[Batch]] = [[], [OLDER]]
lots = st.tuples(st.sampled_from(starts), st.lists(st.lists(st.tuples(ids, texts), max_size=4), max_size=6)).map(
    lambda both: [*both[0], *both[1]]
)
queries = st.lists(words | st.just("unknown"), max_size=6)


def expected_scores(documents: Documents, query: Sequence[str]) -> dict[str, float]:
    """The scores of rank_bm25; zeros where it divides by zero (no documents, or none with a term)."""
    if not any(documents.values()):
        return dict.fromkeys(documents, 0.0)
    return dict(zip(documents, BM25Okapi(list(documents.values())).get_scores(query).tolist(), strict=True))


def every_score(index: Index, query: Query) -> Floats:
    """The score of every document, in the order of ``ids``; 0 for a document without any of the terms."""
    found = {hit.id: hit.score for hit in index.search(query, 99_999)}
    return np.array([found.get(id, 0.0) for id in index.ids])


def close(one: float, other: float) -> bool:
    """Whether two scores are equal except for rounding."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def assert_scores(index: Index, documents: Documents, query: Sequence[str]) -> None:
    """``index`` gives each of ``documents`` rank_bm25's score, and contains nothing else."""
    found = dict(zip(index.ids, every_score(index, query).tolist(), strict=True))
    wanted = expected_scores(documents, query)
    assert found.keys() == wanted.keys()
    assert all(close(found[identifier], wanted[identifier]) for identifier in wanted), (found, wanted)


def remaining(batches: Iterable[Batch]) -> Documents:
    """The documents after all ``batches``: the last one with an id counts."""
    return {identifier: text for batch in batches for identifier, text in batch}


def added(batches: Iterable[Batch]) -> Index:
    """An index to which ``batches`` were added one after another."""
    return reduce(add_documents, batches, Index.empty())


@given(corpora, queries)
def test_scores_are_those_of_rank_bm25(documents: Documents, query: list[str]) -> None:
    """Any small corpus is scored as rank_bm25 does, even if its average idf is negative."""
    assert_scores(add_documents(Index.empty(), documents.items()), documents, query)


@given(
    lots,
    st.sets(ids),
    queries | st.dictionaries(words, st.floats(0.1, 3)),
    st.integers(1, 12),
    st.none() | st.sets(ids),
    st.booleans(),
)
def test_all_engines_agree(
    batches: list[Batch],
    removed: set[str],
    query: Query,
    limit: int,
    allowed: set[str] | None,
    few: bool,
) -> None:
    """The same documents in the same order with the same scores, bit by bit; equal scores are ordered by id."""
    index = remove_documents(added(batches), removed)
    indexes = [index.with_engine(engine) for engine in ENGINES]
    with pytest.MonkeyPatch.context() as patch:
        if not few:  # search with bounds, even among a few documents
            patch.setattr(bm25, "FEW", -1)
            patch.setattr(numpy_search, "FEW", -1)
        hits = [each.search(query, limit, allowed) for each in indexes]
        if allowed is not None:
            selections = [Selection(each.documents, each.documents.select(allowed).rows) for each in indexes]
            among = [each.search(query, limit, some) for each, some in zip(indexes, selections, strict=True)]
            assert among == hits
    assert hits[0] == hits[1] == hits[2]
    assert [(-hit.score, hit.id) for hit in hits[0]] == sorted((-hit.score, hit.id) for hit in hits[0])
    scores = [every_score(each, query).tolist() for each in indexes]
    assert scores[0] == scores[1] == scores[2]
    counts = [count_containing(each, [[term] for term in query]).tolist() for each in indexes]
    contained = [each.contained(list(query), np.arange(each.documents.starts[-1])) for each in indexes]
    assert counts[0] == counts[1] == contained[0][[*map(list(query).index, query)]].sum(axis=0).tolist()
    assert contained[0].tolist() == contained[1].tolist()


@given(lots, queries)
def test_adding_in_pieces_equals_building_once(batches: list[Batch], query: list[str]) -> None:
    """Documents may come in any batches and replace each other: the scores are those of the remaining ones."""
    index = added(batches)
    assert len(index) == len(remaining(batches))
    assert_scores(index, remaining(batches), query)


@given(corpora.filter(lambda documents: any(documents.values())))
def test_statistics_are_those_of_rank_bm25(documents: Documents) -> None:
    """The idf, average idf and document frequency of each term are those of rank_bm25."""
    index, oracle = add_documents(Index.empty(), documents.items()), BM25Okapi(list(documents.values()))
    assert close(index.statistics.average_idf, oracle.average_idf)
    for term, idf in oracle.idf.items():
        assert close(index.idf(term), idf)
        assert index.document_frequency(term) == sum(term in text for text in documents.values())


@every_engine
@given(lots, queries, st.integers(-1, 12), st.none() | st.sets(ids), st.booleans())
def test_hits_contain_a_term_and_are_best_first(
    engine: Engine, batches: list[Batch], query: list[str], limit: int, allowed: set[str] | None, select: bool
) -> None:
    """A search finds the allowed documents with a term of the query, by score and then by id."""
    index, documents = added(batches).with_engine(engine), remaining(batches)
    scores = dict(zip(index.ids, every_score(index, query).tolist(), strict=True))
    holding = [
        Hit(identifier, scores[identifier])
        for identifier, text in documents.items()
        if set(text) & set(query) and (allowed is None or identifier in allowed)
    ]
    holding.sort(key=lambda hit: (-hit.score, hit.id))
    chosen = index.documents.select(allowed) if select and allowed is not None else allowed
    assert index.search(query, limit, chosen) == holding[: max(limit, 0)]


@every_engine
@pytest.mark.parametrize("limit", [1, 10, 100, 1_000])
def test_the_best_of_many_are_the_best_of_all(engine: Engine, limit: int) -> None:
    """Large segments with different lengths, equal documents and removed ones: the result is as if all were scored."""
    index, asked = many_documents()
    some = {id for id in index.ids if id.endswith(("1", "3", "8"))}
    searched = index.with_engine(engine)
    for number, (query, best) in enumerate(asked):
        allowed = some if number % 5 == 0 else None
        hits = searched.search(query, limit, None if allowed is None else searched.documents.select(allowed))
        wanted = (each for each in best if allowed is None or each[1] in allowed)
        assert [(-hit.score, hit.id) for hit in hits] == list(islice(wanted, limit))


@cache
def many_documents() -> tuple[Index, list[tuple[list[str], list[tuple[float, str]]]]]:
    """An index of three large segments, and queries with their hits: negative scores and ids, best first."""
    rng = np.random.default_rng(7)
    known = np.array([f"w{number}" for number in range(300)])
    shares = 1 / np.arange(2, 302)
    parts = list[Segment]()
    for part, (size, length) in enumerate([(5_000, 40), (2_500, 4), (2_500, 60)]):
        texts = [rng.choice(known, 1 + many, p=shares / shares.sum()).tolist() for many in rng.poisson(length, size)]
        parts.append(build([(f"{part}-{number}", text) for number, text in enumerate(texts)]))
    index = remove_documents(Index(parts), {f"0-{number}" for number in range(0, 5_000, 7)})
    ids, asked = index.ids, list[tuple[list[str], list[tuple[float, str]]]]()
    for number in range(60):
        query = rng.choice(known, 1 + number % 6).tolist()
        scores = every_score(index, query)
        best = sorted((-scores[at], ids[at]) for at in np.flatnonzero(scores).tolist())
        asked.append((query, best))
    return index, asked


@every_engine
@pytest.mark.parametrize("id", ["", "10.1/ä", "x" * 65, "a\nb", "\udc80"])
def test_any_text_can_be_an_id(engine: Engine, id: str) -> None:
    """Short ASCII ids are read in one step; all others are read correctly too."""
    index = add_documents(Index.empty(), [("first", ["graph"]), (id, ["graph"]), ("z", ["graph"])]).with_engine(engine)
    many = add_documents(index, ((f"other-{number}", ["model"]) for number in range(9)))
    assert {hit.id for hit in many.search(["graph"], 5)} == {"first", id, "z"}


@given(lots, queries, st.none() | st.sets(ids))
def test_the_count_is_that_of_all_hits(batches: list[Batch], query: list[str], allowed: set[str] | None) -> None:
    """A page of a search can show the total without making all hits."""
    index = added(batches)
    hits = index.search(query, len(index) + 1, allowed)
    assert index.count(query, allowed) == len(hits)
    if allowed is not None:
        assert index.count(query, index.documents.select(allowed)) == len(hits)


@given(lots, queries)
def test_a_saved_index_loads_unchanged(
    tmp_path_factory: pytest.TempPathFactory, batches: list[Batch], query: list[str]
) -> None:
    """A loaded index scores, finds and grows as the saved one does, with replaced documents too."""
    folder = tmp_path_factory.mktemp("index")
    index = Index.empty()
    for revision, batch in enumerate(batches):
        kept = add_documents(index, batch).save(folder, revision)
        index = Index.load(folder, revision)
        assert kept.search(query, 3) == index.search(query, 3)
    assert_scores(index, remaining(batches), query)


@pytest.mark.parametrize("documents", [{"a": ["graph", "graph"]}, {"a": ["graph"], "b": ["model"]}])
def test_a_catalogue_of_one_or_two_papers_is_searchable(documents: Documents) -> None:
    """Even if every score is zero or negative, a paper is found by its words, and only by them."""
    index = add_documents(Index.empty(), documents.items())
    assert index.idf("graph") <= 0
    assert [hit.id for hit in index.search(["graph"], 10)] == ["a"]
    assert index.search(["unknown"], 10) == []


def test_an_empty_index_finds_nothing() -> None:
    """Without documents, terms or a query there are no hits, and no division by zero."""
    assert Index.empty().search(["graph"], 10) == []
    assert every_score(Index.empty(), ["graph"]).tolist() == []
    assert add_documents(Index.empty(), [("a", [])]).search([], 10) == []
    assert len(add_documents(Index.empty(), [])) == 0


def test_a_repeated_word_counts_repeatedly() -> None:
    """A word that is twice in the query has twice the weight, as in rank_bm25."""
    index = add_documents(Index.empty(), [("a", ["graph"]), ("b", ["model"]), ("c", ["data"])])
    assert np.allclose(every_score(index, ["graph"] * 2), 2 * every_score(index, ["graph"]))


def test_adding_does_not_change_the_old_index() -> None:
    """A search in the old index isn't affected by an addition or a replacement."""
    old = add_documents(Index.empty(), [("a", ["graph"]), ("b", ["model"]), ("c", ["data"])])
    before = old.search(["graph", "model"], 10)
    new = add_documents(old, [("a", ["data"]), ("d", ["graph", "graph"])])
    assert old.search(["graph", "model"], 10) == before
    assert [hit.id for hit in new.search(["graph"], 10)] == ["d"]


def test_a_small_addition_does_not_rebuild_a_large_segment() -> None:
    """Adding one paper writes a few new files; the other postings stay as they are."""
    index = add_documents(Index.empty(), ((f"p{number}", ["graph", str(number)]) for number in range(100)))
    grown = add_documents(index, [("new", ["graph"])])
    assert grown.segments[0] is index.segments[0]


def test_single_additions_leave_few_segments() -> None:
    """After a year of single additions there are still few segments to search."""
    index = Index.empty()
    for number in range(400):
        index = add_documents(index, [(f"p{number}", ["graph", str(number % 7)])])
    assert len(index) == 400
    assert len(index.segments) <= 1 + math.log(400, 8)


def test_a_large_corpus_is_split_into_segments() -> None:
    """A corpus larger than a segment makes several, with statistics over all of them."""
    index = add_documents(
        Index.empty(), ((f"p{number}", ["graph", f"w{number}"]) for number in range(SEGMENT_SIZE + 1))
    )
    assert len(index) == index.document_frequency("graph") == SEGMENT_SIZE + 1
    assert [hit.id for hit in index.search([f"w{SEGMENT_SIZE}"], 5)] == [f"p{SEGMENT_SIZE}"]


@given(lots, st.sets(ids), queries)
def test_removed_documents_are_gone(batches: list[Batch], removed: set[str], query: list[str]) -> None:
    """They don't count in any statistic, and can be added again."""
    index, documents = remove_documents(added(batches), removed), remaining(batches)
    kept = {id: text for id, text in documents.items() if id not in removed}
    assert_scores(index, kept, query)
    assert math.isclose(
        index.statistics.average_idf, add_documents(Index.empty(), kept.items()).statistics.average_idf, abs_tol=1e-9
    )
    back = add_documents(index, ((id, documents[id]) for id in removed & documents.keys()))
    assert_scores(back, documents, query)


@given(lots, st.sets(ids), st.lists(st.booleans(), min_size=9, max_size=9))
def test_statistics_are_updated_from_those_of_the_earlier_index(
    batches: list[Batch], removed: set[str], asked: list[bool]
) -> None:
    """The mean idf is the same whether or not it was computed in between."""
    index, documents = Index.empty(), remaining(batches)
    for batch, ask in zip(batches, asked, strict=False):
        index = add_documents(index, batch)
        assert not ask or index.statistics.average_idf == pytest.approx(Index(index.segments).statistics.average_idf)
    index = remove_documents(index, removed)
    assert index.statistics.average_idf == pytest.approx(Index(index.segments).statistics.average_idf)
    kept = {id: text for id, text in documents.items() if id not in removed}
    assert index.statistics.average_idf == pytest.approx(
        add_documents(Index.empty(), kept.items()).statistics.average_idf
    )


@given(lots, st.sets(ids), st.integers(1, 3))
def test_terms_are_counted_in_ranges_of_their_keys(batches: list[Batch], removed: set[str], at_once: int) -> None:
    """However few are counted together, each one is counted in all documents."""
    index, documents = remove_documents(added(batches), removed), remaining(batches)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.index.statistics._AT_ONCE", at_once)
        counted = TermFrequencies.of(index.segments)
    found = dict(zip(counted.keys.tolist(), counted.frequencies.tolist(), strict=True))
    kept = [set(text) for id, text in documents.items() if id not in removed]
    assert list(found) == sorted(found)
    assert {each: count for each, count in found.items() if count} == Counter(
        key(term) for text in kept for term in text
    )


@given(lots, st.sets(ids), queries)
def test_merging_does_not_change_scores(batches: list[Batch], removed: set[str], query: list[str]) -> None:
    """A merge during removals leaves the right documents, whatever was removed meanwhile."""
    documents = remaining(batches)
    index = Index([build(list(dict(batch).items())) for batch in batches if batch])
    index = add_segments(Index.empty(), index.segments)
    merge = DueMerge(tuple(index.segments), 0.0).make() if index.segments else None
    index = remove_documents(index, removed)
    if merge is not None:
        index = apply_merge(index, merge)
    assert_scores(index, {id: text for id, text in documents.items() if id not in removed}, query)


@every_engine
@given(lots, queries, st.lists(ids, max_size=5))
def test_some_documents_can_be_scored(
    engine: Engine, batches: list[Batch], query: list[str], chosen: list[str]
) -> None:
    """Their scores are the same as when all are scored; unknown ids get 0."""
    index = added(batches).with_engine(engine)
    scores = dict(zip(index.ids, every_score(index, query).tolist(), strict=True))
    assert index.score_of(query, [*chosen, "nobody"]).tolist() == [*(scores.get(id, 0.0) for id in chosen), 0.0]


def test_the_cache_of_terms_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query may have new words beside cached ones just when the cache is full."""
    monkeypatch.setattr(lookup, "_CACHED", 3)
    index = add_documents(Index.empty(), [("1", ["owl", "crow", "jay", "wren"]), ("2", ["owl"])])
    for query in (["owl"], ["crow", "owl"], ["jay", "owl", "wren"], ["owl", "crow", "jay", "wren", "kite"]):
        assert index.document_frequencies(query) == [{"owl": 2, "kite": 0}.get(word, 1) for word in query]


@every_engine
def test_words_can_have_weights(engine: Engine) -> None:
    """A search for weighted words gives the weighted sum of the scores."""
    index = add_documents(Index.empty(), [*OLDER, ("a", ["attention", "rare"]), ("b", ["rare"])]).with_engine(engine)
    found = {hit.id: hit.score for hit in index.search({"attention": 1.0, "rare": 0.5}, 5)}
    assert found.keys() == {"a", "b"}
    one, half = (index.score_of([word], ["a", "b"]) for word in ("attention", "rare"))
    assert np.allclose([found["a"], found["b"]], one + 0.5 * half)


@every_engine
def test_long_texts_count_every_occurrence(engine: Engine, tmp_path: Path) -> None:
    """Frequencies over 254 are exact: in memory, on disk, after a merge."""
    documents = {f"p{number}": ["graph"] * (250 + 100 * number) + ["data"] * number for number in range(9)}
    documents |= {f"q{number}": ["model"] for number in range(30)}
    parts = [build([each]) for each in documents.items()]
    for index in (
        add_documents(Index.empty(), documents.items()),
        add_documents(Index.empty(), documents.items()).save(tmp_path, 1),
        add_segments(Index.empty(), parts),
    ):
        assert_scores(index, documents, ["graph", "data"])
        scores = index.score_of(["graph", "data"], list(documents))
        best = sorted(zip(-scores, documents, strict=True))[:4]
        assert [(hit.id, hit.score) for hit in index.with_engine(engine).search(["graph", "data"], 4)] == [
            (id, -score) for score, id in best
        ]


@given(st.dictionaries(ids, st.tuples(st.integers(1, 400), st.integers(0, 400)), min_size=1), st.floats(0.1, 500))
def test_frequencies_follow_from_impacts(counts: dict[str, tuple[int, int]], mean: float) -> None:
    """How often a document has a term is exact, whatever the lengths, though no number of times is stored."""
    documents = [(id, ["graph"] * graphs + ["model"] * models) for id, (graphs, models) in counts.items()]
    segment = build(documents, mean)
    frequencies = segment.postings.frequencies(np.arange(len(segment.postings.documents)))
    found = dict(zip(segment.terms.all(), np.split(frequencies, segment.postings.offsets[1:-1]), strict=False))
    for place, term in enumerate(["graph", "model"]):
        assert found.get(term, np.empty(0)).tolist() == [count[place] for count in counts.values() if count[place]]


def test_a_selection_is_only_valid_for_its_index() -> None:
    """Using it with another index is an error."""
    index = add_documents(Index.empty(), OLDER)
    selection = index.documents.select({"paper-1"})
    with pytest.raises(ValueError, match="another index"):
        add_documents(index, [("new", ["graph"])]).search(["graph"], 5, selection)


def test_a_segment_may_be_built_elsewhere(tmp_path: Path) -> None:
    """A segment that another process wrote is opened by its description and replaces older documents."""
    written = write_segment(tmp_path, build([("paper-1", ["rare"]), ("new", ["rare", "graph"])]))
    assert written.postings.source is not None
    attached = add_segments(add_documents(Index.empty(), OLDER), [open_segment(tmp_path, written.postings.source.file)])
    expected = add_documents(Index.empty(), [*OLDER, ("paper-1", ["rare"]), ("new", ["rare", "graph"])])
    assert attached.search(["rare", "graph"], 99) == expected.search(["rare", "graph"], 99)
    attached.save(tmp_path, 1)
    assert Index.load(tmp_path, 1).search(["rare"], 9) == expected.search(["rare"], 9)


# --- real text ---------------------------------------------------------------------------------


def real_documents(papers: Iterable[Paper]) -> Documents:
    """The terms of ``papers`` by id."""
    return {paper.id: document_terms(paper) for paper in papers}


def seed_papers() -> list[Paper]:
    """The papers of the page that comes with the project."""
    return read_page(SEED_PAGE.read_text(encoding="utf-8"))


def test_seed_page_is_scored_as_rank_bm25_scores_it() -> None:
    """Each title of the papers that come with the project, as a query, scores as in rank_bm25."""
    papers = seed_papers()
    documents = real_documents(papers)
    index = add_documents(Index.empty(), documents.items())
    for paper in papers:
        assert_scores(index, documents, terms(paper.title))
        assert index.search(terms(paper.title), 1)[0].id == paper.id


def shared_papers(limit: int) -> Iterator[Paper]:
    """Real papers from the recorded arXiv abstracts."""
    with gzip.open(SHARED / "data" / "arxiv_abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (Paper.model_validate(json.loads(line)) for line in islice(lines, limit))


@needs_shared
def test_real_abstracts_are_ranked_as_rank_bm25_ranks_them() -> None:
    """300 abstracts in three batches: scores and the ten best hits of each query agree."""
    papers = list(shared_papers(300))
    documents = real_documents(papers)
    index = Index.empty()
    for start in range(0, 300, 100):
        index = add_documents(index, list(documents.items())[start : start + 100])
    oracle = BM25Okapi(list(documents.values()))
    for paper in papers[::3]:
        query = terms(paper.title)
        wanted = oracle.get_scores(query)
        assert np.allclose(every_score(index, query), wanted, rtol=1e-9, atol=1e-9)
        best = sorted(zip((-wanted.round(9)).tolist(), documents, strict=True))[:10]
        assert [hit.id for hit in index.search(query, 10)] == [identifier for score, identifier in best if score]


@needs_shared
def test_a_thousand_real_queries_are_answered_as_rank_bm25_answers_them() -> None:
    """10,000 abstracts, a thousand titles as queries: all engines find rank_bm25's ten best with the same scores.

    The package itself, the slow one, gets every twentieth.
    """
    papers = list(shared_papers(10_000))
    documents = real_documents(papers)
    index = Index.empty()
    for start in range(0, 10_000, 4_000):
        index = add_documents(index, list(documents.items())[start : start + 4_000])
    fast = [index.with_engine(engine) for engine in ENGINES if not isinstance(engine, RankBm25Engine)]
    every = [index.with_engine(engine) for engine in ENGINES]
    scores_of, names = term_scores(list(documents.values())), np.array(list(documents))
    for number, paper in enumerate(papers[::10]):
        query = terms(paper.title)
        scores = np.zeros(len(names))
        for term in query:  # as get_scores adds them, but each term's only once
            places, added = scores_of(term)
            scores[places] += added
        near = np.flatnonzero((scores > 0) & (scores >= np.partition(scores, -10)[-10] * (1 - 1e-9)))
        wanted = sorted(zip((-scores[near].round(9)).tolist(), names[near].tolist(), strict=True))[:10]
        for each in fast if number % 20 else every:
            hits = each.search(query, 10)
            assert [hit.id for hit in hits] == [id for _, id in wanted]
            assert np.allclose([hit.score for hit in hits], [-score for score, _ in wanted], rtol=1e-9)


def term_scores(texts: list[list[str]]) -> Callable[[str], tuple[list[int], Floats]]:
    """The documents that contain a term, and what rank_bm25 scores them for it; it scores the others 0."""
    oracle, places = BM25Okapi(texts), dict[str, list[int]]()
    for place, text in enumerate(texts):
        for term in set(text):
            places.setdefault(term, []).append(place)

    @cache
    def scores_of(term: str) -> tuple[list[int], Floats]:
        containing = places.get(term, [])
        return containing, np.array(oracle.get_batch_scores([term], containing) if containing else [])

    return scores_of


# --- damage ------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """An index of two segments, one with a replaced document, saved as revision 7."""
    index = add_documents(Index.empty(), ((f"p{number}", ["graph", f"w{number}"]) for number in range(20)))
    add_documents(index, [("p3", ["model"])]).save(tmp_path, 7)
    return tmp_path


def test_a_saved_index_loads(saved: Path) -> None:
    """An index saved for a revision loads for that revision, again and again."""
    assert len(Index.load(saved, 7)) == len(Index.load(saved, 7)) == 20


@pytest.mark.parametrize("revision", [6, 8])
def test_an_index_of_another_revision_is_refused(saved: Path, revision: int) -> None:
    """An index that missed an import, or is newer than the catalogue, isn't taken for a current one."""
    with pytest.raises(IndexDamaged, match="revision 7"):
        Index.load(saved, revision)


def test_an_index_of_another_analysis_is_refused(saved: Path) -> None:
    """An index with terms that today's queries don't have isn't searched."""
    with pytest.raises(IndexDamaged, match="analysis"):
        Index.load(saved, 7, analysis="stems of another kind")


def test_a_missing_index_is_reported(tmp_path: Path) -> None:
    """The error says so, and how to fix it."""
    with pytest.raises(IndexDamaged, match=r"no index in .* Rebuild"):
        Index.load(tmp_path / "nothing", 1)


def test_every_missing_file_is_noticed(saved: Path) -> None:
    """If any of its files is missing, the index isn't loaded."""
    for path in sorted(saved.iterdir()):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexDamaged):
            Index.load(saved, 7)
        path.write_bytes(content)


def test_every_truncation_is_noticed(saved: Path) -> None:
    """A file that is shorter, by one byte or by all of them, isn't loaded."""
    for path in sorted(saved.iterdir()):
        content = path.read_bytes()
        for length in {0, 1, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:length])
            with pytest.raises(IndexDamaged):
                Index.load(saved, 7)
        path.write_bytes(content)


def test_every_altered_byte_is_noticed(saved: Path) -> None:
    """One flipped bit anywhere in any file is enough to refuse the index."""
    for path in sorted(saved.iterdir()):
        content = path.read_bytes()
        for position in range(0, len(content), 1 if path.suffix == ".json" else 5):
            altered = bytearray(content)
            altered[position] ^= 1 << position % 8
            path.write_bytes(altered)
            with pytest.raises(IndexDamaged):
                Index.load(saved, 7)
        path.write_bytes(content)


def test_a_large_index_opens_unread_and_is_checked_later(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The postings of a large index are checked after it is opened; damage names the file and the segment."""
    monkeypatch.setattr("retrieval.index.storage.CHECKED_AT_ONCE", -1)
    monkeypatch.setattr("retrieval.index.storage._SMALL", -1)
    Index.load(saved, 7).verify()
    late = set[str]()
    for path in saved.glob("*.segment"):
        content = path.read_bytes()
        for position in range(0, len(content), 9):
            altered = bytearray(content)
            altered[position] ^= 1
            path.write_bytes(altered)
            try:
                index = Index.load(saved, 7)
            except IndexDamaged:
                continue
            with pytest.raises(DamagedSegment, match=path.name) as damage:
                index.verify()
            late.add(str(damage.value).partition("(")[2].partition(")")[0])
            segment = damage.value.segment
            living = {id for id, alive in zip(segment.ids.all(), segment.alive, strict=True) if alive}
            assert set(remove_segment(index, segment).ids) == set(index.ids) - living
        path.write_bytes(content)
    assert late >= {"documents", "positions", "impacts"}


def test_an_interrupted_save_leaves_the_last_index(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever files an interruption leaves, at any length, the last good index loads."""
    after = tmp_path_factory.mktemp("after")
    add_documents(Index.load(saved, 7), [("new", ["graph"])]).save(after, 8)
    for path in after.iterdir():
        if (saved / path.name).exists() and path.suffix == ".segment":
            continue
        content = path.read_bytes()
        unfinished = saved / f"{path.name}.1.new"
        for length in range(0, len(content), 7):
            unfinished.write_bytes(content[:length])
            assert len(Index.load(saved, 7)) == 20
    grown = add_documents(Index.load(saved, 7), [("new", ["graph"])])
    grown.save(saved, 8)
    assert len(Index.load(saved, 8)) == 21
    assert not list(saved.glob("*.new"))


def test_saving_over_a_damaged_index_repairs_it(saved: Path) -> None:
    """Damaged files are written again although files with their names exist."""
    index = add_documents(Index.empty(), ((f"p{number}", ["graph", f"w{number}"]) for number in range(20)))
    index = add_documents(index, [("p3", ["model"])])  # the same as the saved one, in memory
    for path in saved.iterdir():
        path.write_bytes(b"damaged")
    index.save(saved, 8)
    assert Index.load(saved, 8).search(["model"], 5) == index.search(["model"], 5)


def test_saving_removes_files_of_the_last_save(saved: Path) -> None:
    """The folder contains one index: its older files are removed, other files stay."""
    (saved / "note.txt").write_text("mine")
    Index.empty().save(saved, 8)
    assert sorted(path.suffix for path in saved.iterdir()) == [".json", ".txt"]


def test_a_stop_before_the_manifest_leaves_the_old_index(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A save that is interrupted before it writes the manifest has changed nothing."""
    grown = add_documents(Index.load(saved, 7), [("new", ["graph"])])

    def dies(*_: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("retrieval.index.storage.Manifest.signed", dies)
        with pytest.raises(OSError, match="power"):
            grown.save(saved, 8)
    assert len(Index.load(saved, 7)) == 20
    grown.save(saved, 8)
    assert len(Index.load(saved, 8)) == 21
