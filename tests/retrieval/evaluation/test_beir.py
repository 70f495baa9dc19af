"""Test collections: their layout, their measures, and what the command prints."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from retrieval.__main__ import app
from retrieval.errors import SourceError
from retrieval.evaluation.beir import mean_quality, ndcg, read_collection
from tests.shared_data import SHARED, needs_shared

CORPUS = [
    {"_id": "1", "title": "Owls", "text": "Owls hunt at night."},
    {"_id": "2", "title": "", "text": "Crows think. author:nobody"},
    {"_id": "3", "title": "Jays", "text": "Jays hide acorns."},
]
QUERIES = [
    {"_id": "a", "text": 'What hunts "at night?'},
    {"_id": "b", "text": "crows"},
    {"_id": "c", "text": "unjudged"},
]
QRELS = "query-id\tcorpus-id\tscore\na\t1\t1\nb\t2\t1\nb\t3\t0\n"


def put(path: Path, content: str) -> None:
    """Write a file, zipped where its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())


def collection(folder: Path, end: str = "", qrels: str = "qrels/test.tsv") -> Path:
    """A collection of three documents."""
    put(folder / f"corpus.jsonl{end}", "".join(json.dumps(row) + "\n" for row in CORPUS))
    put(folder / f"queries.jsonl{end}", "".join(json.dumps(row) + "\n" for row in QUERIES))
    put(folder / f"{qrels}{end}", QRELS)
    return folder


@pytest.mark.parametrize(
    ("end", "qrels"), [("", "qrels/test.tsv"), (".gz", "qrels/test.tsv"), (".gz", "qrels_test.tsv")]
)
def test_the_command_prints_the_means(tmp_path: Path, end: str, qrels: str) -> None:
    """Queries are words, whatever signs are in them; those that nobody judged do not count."""
    folder = collection(tmp_path, end, qrels)
    shown = CliRunner().invoke(app, ["evaluate", "--beir", str(folder)], catch_exceptions=False)
    assert (shown.exit_code, "nDCG@10" in shown.stdout) == (0, True)
    (line,) = CliRunner().invoke(app, ["evaluate", "--beir", str(folder), "--json"]).stdout.splitlines()
    assert json.loads(line) == {"documents": 3, "queries": 2} | dict.fromkeys(
        ("ndcg_at_10", "mrr_at_10", "recall_at_10", "recall_at_100"), 1.0
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", None, "corpus.jsonl is missing"),
        ("qrels/test.tsv", None, "qrels/test.tsv is missing"),
        ("queries.jsonl", '{"_id": "a", "text": "x"}\n{"_id": "b"}\n', "line 2"),
        ("corpus.jsonl", "[]\n", "line 1"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\na\t1\n", "line 2"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "no query has"),
        ("qrels/test.tsv", "", "no query has"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    """With the file, and the line where there is one."""
    folder = collection(tmp_path)
    if content is None:
        (folder / name).unlink()
    else:
        put(folder / name, content)
    with pytest.raises(SourceError, match=said):
        read_collection(folder)


def test_either_questions_or_a_collection(tmp_path: Path) -> None:
    """Both or neither is wrong usage."""
    assert CliRunner().invoke(app, ["evaluate"]).exit_code == 2


def test_measures_by_hand() -> None:
    """A ranking whose figures can be computed on paper."""
    quality = mean_quality({"q": ["x", "1", "2"]}, {"q": {"1": 2, "2": 1, "3": 0, "4": 1}}, documents=5)
    gain = 2 / 1.584962500721156 + 1 / 2
    ideal = 2 + 1 / 1.584962500721156 + 1 / 2
    assert quality.ndcg_at_10 == pytest.approx(gain / ideal)
    assert quality.mrr_at_10 == pytest.approx(1 / 2)
    assert quality.recall_at_10 == quality.recall_at_100 == pytest.approx(2 / 3)
    assert mean_quality({"q": ["x"]}, {"q": {"1": 1}}, documents=2).mrr_at_10 == 0


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)), st.permutations("abcdefgh"), st.integers(1, 9))
def test_ndcg_is_a_share_and_the_best_order_has_all_of_it(grades: dict[str, int], order: list[str], depth: int) -> None:
    """Moving a better document forward never costs."""
    value = ndcg(order, grades, depth)
    assert 0 <= value <= 1 + 1e-12
    best = sorted(order, key=lambda id: -grades.get(id, 0))
    if any(grades.values()):
        assert ndcg(best, grades, depth) == pytest.approx(1)
    for at in range(1, len(order)):
        if grades.get(order[at], 0) > grades.get(order[at - 1], 0):
            swapped = [*order[: at - 1], order[at], order[at - 1], *order[at + 1 :]]
            assert ndcg(swapped, grades, depth) >= value - 1e-12


@needs_shared
def test_scifact_is_ranked_as_well_as_the_published_baseline() -> None:
    """Anserini's published figure for BM25 over title and text is 0.679; docs/search.md claims .702."""
    result = CliRunner().invoke(app, ["evaluate", "--beir", str(SHARED / "data" / "scifact"), "--json"])
    figures = json.loads(result.stdout)
    assert (figures["documents"], figures["queries"]) == (5_183, 300)
    assert figures["ndcg_at_10"] >= 0.70
