"""The benchmark on a few papers: which engines run, what is printed. Nothing here depends on times."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retrieval.__main__ import app
from retrieval.benchmark import measurement, runner
from retrieval.benchmark.corpora import ADDED, corpus_papers, corpus_queries, read_documents, write_material
from retrieval.benchmark.engines import ENGINES, Engine, missing_packages
from retrieval.benchmark.goals import goals, library_goals
from retrieval.benchmark.measurement import Percentiles, Times, measure_queries
from retrieval.benchmark.output import last_lines, summary
from retrieval.benchmark.questions import AnswerSpeed
from retrieval.benchmark.runner import BenchmarkFailed, Report, Row, run
from retrieval.benchmark.searches import KINDS, PHRASES, TITLES, WORDS, LibrarySpeed, SearchSpeed
from retrieval.papers import Paper

BIRDS = "owl crow jay wren rook kite swift heron stork crane finch robin eagle".split()


def papers(count: int) -> list[Paper]:
    """Papers of two sentences about birds."""
    rng = random.Random(1)
    pick = lambda: " ".join(rng.choice(BIRDS) for _ in range(7))  # noqa: E731
    return [
        Paper(id=str(n), title=f"On {pick()}", abstract=f"We saw {pick()}. They saw {pick()}.") for n in range(count)
    ]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A file of 20 papers."""
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(paper.model_dump_json() + "\n" for paper in papers(20)), encoding="utf-8")
    return path


def benchmark(*arguments: str) -> Result:
    """The output of the command."""
    return CliRunner().invoke(app, ["benchmark", *arguments], catch_exceptions=False)


def test_all_engines_are_measured_or_left_out_with_a_reason(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured if their packages are installed and they're fast enough."""
    taking_part = ("ours (NumPy)", "rank_bm25", "tantivy", "SQLite FTS5")
    monkeypatch.setattr(runner, "ENGINES", {name: ENGINES[name] for name in taking_part})
    monkeypatch.setattr(ENGINES["tantivy"], "packages", ("no_such_package",))
    monkeypatch.setattr(ENGINES["rank_bm25"], "most", 20)
    result = benchmark("--corpus", str(corpus), "--sizes", "120", "--queries", "6", "--json")
    report = json.loads(result.stdout)
    assert (report["real"], report["queries"]) == (20, 6)
    rows = {row["engine"]: row for row in report["rows"]}
    assert tuple(rows) == taking_part
    assert rows["tantivy"]["left_out"] == "no_such_package not installed"
    assert rows["rank_bm25"]["left_out"] == "slow: only up to 20"
    for row in (rows["ours (NumPy)"], rows["SQLite FTS5"]):
        assert not row["left_out"]
        assert min(row[name] for name in ("build_s", "start_s", "disk", "add_ms")) > 0
        assert 0 < row["top_10"]["p50_ms"] <= row["top_10"]["p99_ms"]
        assert 0 < row["top_100"]["p50_ms"] <= row["top_100"]["p99_ms"]


def test_changed_papers_are_measured_if_an_engine_can_replace(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours finds a paper by its id; for the others all papers are new."""
    monkeypatch.setattr(runner, "ENGINES", {name: ENGINES[name] for name in ("ours (NumPy)", "SQLite FTS5")})
    report = json.loads(benchmark("--corpus", str(corpus), "--sizes", "120", "--queries", "3", "--json").stdout)
    ours, other = report["rows"]
    assert ours["replace_ms"] > 0
    assert other["replace_ms"] is None
    assert other["add_ms"] > 0


def test_a_table_for_each_size(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ratios follow the figures of all rows except the first."""
    monkeypatch.setattr(runner, "ENGINES", {name: ENGINES[name] for name in ("ours (NumPy)", "SQLite FTS5")})
    shown = benchmark("--corpus", str(corpus), "--sizes", "10,20", "--queries", "3").stdout
    assert [line.split()[0] for line in shown.splitlines() if "real ones" in line] == ["10", "20"]
    ours, other = ([line for line in shown.splitlines() if name in line] for name in ("ours (NumPy)", "SQLite FTS5"))
    assert len(ours) == len(other) == 2
    assert not any("×" in line for line in ours)
    assert all("×" in line for line in other)


def test_an_engine_that_fails_does_not_affect_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row has the phase and the last line that it printed; each row is reported when it's measured."""
    ours = ENGINES["ours (NumPy)"]
    monkeypatch.setattr(runner, "ENGINES", {"x": type("X", (ours,), {"name": "no such engine"}), "y": ours})
    lines = list[str]()
    report = run(
        papers(3), [], [3], 3, on_status=lambda _: None, on_row=lambda report: lines.append(last_lines(report))
    )
    failed, sound = report.rows
    assert (failed.failed, failed.build_s) == ("build: KeyError: 'no such engine'", None)
    assert not sound.failed
    assert sound.add_ms
    assert len(lines) == 2
    assert lines[0].splitlines()[-1].startswith("| no such engine |")
    assert "failed: build: KeyError" in lines[0]
    assert lines[1].startswith("| ours (NumPy)")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("import os; os.kill(os.getpid(), 9)", "ended by signal 9"),
        ("import time; time.sleep(60)", "longer than"),
        ("raise SystemExit(3)", "status 3"),
        ("pass", "no valid output"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end a process")
def test_earlier_measurements_are_kept_however_an_engine_ends(
    monkeypatch: pytest.MonkeyPatch, ends: str, said: str
) -> None:
    """Killed, too slow, or silent: the row has the reason, and the figures of earlier phases."""
    real: Any = subprocess.run

    def spoiled(command: list[str], **options: Any) -> Any:
        if "query" in command:
            limit = 1 if "sleep" in ends else 20
            return real([sys.executable, "-c", ends], **(options | {"timeout": limit}))
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", spoiled)
    monkeypatch.setattr(runner, "ENGINES", {"x": ENGINES["SQLite FTS5"]})
    (row,) = run(papers(3), [], [3], 3, on_status=lambda _: None, on_row=lambda _: None).rows
    assert row.failed.startswith("query: ")
    assert said in row.failed
    assert row.build_s
    assert row.disk
    assert row.top_10 is None


def test_a_slow_engine_answers_fewer_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute it stops; the table shows for how many queries the figures are."""
    monkeypatch.setattr(measurement, "_TIME_LIMIT", 0.0)
    times = measure_queries(corpus_queries(papers(5), [], 9), lambda _: None)
    assert times.queries == 1
    row = Row(engine="slow", size=5, note="slow", top_10=times, top_100=times)
    assert last_lines(Report(real=5, queries=9, rows=[row])).endswith("| slow; over 1 queries |")
    monkeypatch.setattr(measurement, "_TIME_LIMIT", 60.0)
    whole = row.model_copy(
        update={"top_10": measure_queries(corpus_queries(papers(5), [], 9), lambda _: None), "top_100": None}
    )
    assert last_lines(Report(real=5, queries=9, rows=[whole])).endswith("| slow |")


def test_papers_without_words_cannot_be_measured() -> None:
    """The error says so."""
    with pytest.raises(BenchmarkFailed, match="no words"):
        run([Paper(id="1", title="the")], [], [1], 3, on_status=lambda _: None, on_row=lambda _: None)


@pytest.mark.parametrize("engine", [each for each in ENGINES.values() if not missing_packages(each)])
def test_every_engine_finds_and_adds(engine: type[Engine], tmp_path: Path) -> None:
    """Each adapter uses its engine correctly: hits before, and more hits after adding."""
    documents = [(str(n), ["owl", "2.4", "naïv", f"only{n}"]) for n in range(30)]
    engine().build(documents, tmp_path)
    opened = engine()
    opened.open(tmp_path)
    assert opened.search(["owl", "only3"], 10) == 10
    if opened.add([("new", ["zyzzyva", "2.4"])], tmp_path):
        assert opened.search(["zyzzyva"], 10) == 1
        again = engine()
        if not engine.name.startswith("ours"):  # ours is saved for the next revision of the catalogue
            again.open(tmp_path)
            assert again.search(["zyzzyva"], 10) == 1


def test_the_material_is_the_same_every_time(tmp_path: Path) -> None:
    """Real papers first, then ones made of their sentences with their own ids; the added ones are others."""
    real = papers(5)
    made = list(corpus_papers(real, 12))
    assert made == list(corpus_papers(real, 12))
    assert made[:5] == real
    assert len({paper.id for paper in made}) == 12
    said = " ".join(paper.abstract for paper in real)
    assert all(sentence.strip(".") in said for paper in made for sentence in paper.abstract.split(". "))
    queries = corpus_queries(real, ["Who saw the owl?"], 9)
    assert [query.kind for query in queries] == ["title", "question", "words"] * 3
    assert queries[1].text == "Who saw the owl?"
    assert queries == corpus_queries(real, ["Who saw the owl?"], 9)
    material = write_material(tmp_path, real, 12, queries)
    documents, added = read_documents(material.documents), read_documents(material.added)
    assert (len(documents), len(added)) == (12, ADDED)
    ordered = [words for _, words in read_documents(material.documents, ordered=True)]
    assert [[word for word in words if word] for words in ordered] == [words for _, words in documents]
    assert all(words.count("") == 2 for words in ordered)
    assert not {id for id, _ in documents} & {id for id, _ in added}
    replaced = read_documents(material.replaced)
    assert [id for id, _ in replaced] == [id for id, _ in documents]
    assert [words for _, words in replaced] == [words for _, words in added][:12]


def row(engine: str, size: int, ten: tuple[float, float], hundred: tuple[float, float] = (1, 1), **more: Any) -> Row:
    """A row of a table with these times."""
    top = [Times(p50_ms=p50, p99_ms=p99, queries=3) for p50, p99 in (ten, hundred)]
    return Row(engine=engine, size=size, top_10=top[0], top_100=top[1], **more)


def test_goals_are_compared_with_the_report() -> None:
    """Ratios within a size, limits of ours alone, and the answers; what wasn't measured has no goal."""
    rows = [
        row("ours (NumPy)", 100_000, (1, 2)),
        row("ours (numba)", 100_000, (1, 2), (2, 3)),
        row("rank_bm25", 100_000, (151, 500)),
        row("bm25s (numba)", 100_000, (1, 2), (2, 2)),
        row("ours (numba)", 1_000_000, (1, 4), start_s=0.5, add_ms=7, replace_ms=120, disk=599_000_000, memory=10**9),
        row("bm25s (numba)", 1_000_000, (2, 3)),
        row("tantivy", 1_000_000, (3, 8)),
    ]
    answering = [AnswerSpeed(size=size, questions=3, p50_ms=11, p99_ms=39) for size in (10_000, 20_000)]
    libraries = [
        LibrarySpeed(papers=each.size, open_s=1, searches=[], answering=[each], memory=None) for each in answering
    ]
    report = Report(machine="2 cores", real=5, queries=3, rows=rows, libraries=libraries)
    met = {(goal.size, goal.what): goal.met for goal in goals(report)}
    assert met == {
        (100_000, "NumPy, p50: times as fast as rank_bm25"): True,
        (100_000, "numba / bm25s with k = 100, p50"): True,
        (100_000, "numba / bm25s with k = 100, p99"): False,
        (1_000_000, "numba / bm25s, p50"): True,
        (1_000_000, "numba / bm25s, p99"): False,
        (1_000_000, "numba / bm25s with k = 100, p50"): True,
        (1_000_000, "numba / bm25s with k = 100, p99"): True,
        (1_000_000, "numba / tantivy, p50"): True,
        (1_000_000, "numba / tantivy, p99"): True,
        (1_000_000, "ours (numba), opening to first result, s"): True,
        (1_000_000, "ours (numba), 50 papers added, ms"): True,
        (1_000_000, "ours (numba), 50 papers changed, ms"): False,
        (1_000_000, "ours (numba), on disk, bytes per paper"): True,
        (1_000_000, "ours (numba), memory, MB"): True,
        (10_000, "an answer, p50 ms"): False,
        (10_000, "an answer, p99 ms"): True,
    }
    text = summary(report).splitlines()
    assert "2 cores" in text
    assert "| 100,000 | NumPy, p50: times as fast as rank_bm25 | ≥ 150 | 151 | yes |" in text
    assert len(text) == len(met) + 5
    assert summary(Report(machine="2 cores", real=5, queries=3, rows=[])).splitlines() == ["", "2 cores"]


def searched(kind: str, p50: float, p99: float, reference: float | None = None) -> SearchSpeed:
    """Searches of a kind that take so long."""
    rank_bm25 = None if reference is None else Percentiles(p50_ms=reference, p99_ms=reference)
    return SearchSpeed(kind=kind, queries=3, found=5, p50_ms=p50, p99_ms=p99, rank_bm25=rank_bm25)


def test_goals_of_whole_searches_are_beside_rank_bm25() -> None:
    """How many times as fast, how much slower the slowest are, and phrases beside words; then more papers."""
    searches = [searched(WORDS, 1, 5, 99), searched(TITLES, 2, 8, 200), searched(PHRASES, 5, 6)]
    library = LibrarySpeed(
        papers=100_000, open_s=1, searches=searches, answering=[], memory=900_000_000, disk=90_000_001
    )
    assert {goal.what: (goal.measured, goal.met) for goal in library_goals(library)} == {
        "one to three words, p50: times as fast as rank_bm25": (99, False),
        "one to three words, p99 / p50": (5, False),
        "whole titles, p50: times as fast as rank_bm25": (100, True),
        "whole titles, p99 / p50": (4, True),
        "a phrase / one to three words, p50": (5, True),
        "index with all that ranks, bytes per paper": (900.00001, False),
        "memory of a library, MB": (900, True),
    }
    large = LibrarySpeed(papers=10**6, open_s=1, searches=[searched(WORDS, 3.1, 9)], answering=[], memory=None)
    report = Report(real=5, queries=3, rows=[], libraries=[library, large])
    assert [goal.met for goal in goals(report) if goal.what == "one to three words, p50 / that at 100,000"] == [False]


@pytest.mark.parametrize("sizes", ["ten", "10k,", "0", "10K"])
def test_invalid_sizes_are_refused(corpus: Path, sizes: str) -> None:
    """With an example of valid ones."""
    result = benchmark("--corpus", str(corpus), "--sizes", sizes)
    assert (result.exit_code, "10k,100k,1M" in result.stderr) == (2, True)


def test_a_library_of_each_size_is_searched_and_asked(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a line for each size; none without questions."""
    monkeypatch.setattr(runner, "ENGINES", {})
    asked = tmp_path / "questions.jsonl"
    lines = [{"id": str(n), "question": f"Who saw the {word}?", "kind": "fact"} for n, word in enumerate(BIRDS[:3])]
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    told = ("--corpus", str(corpus), "--sizes", "10,30", "--queries", "3", "--json")
    assert not json.loads(benchmark(*told).stdout)["libraries"]
    libraries = json.loads(benchmark(*told, "--questions", str(asked)).stdout)["libraries"]
    answering = [each for library in libraries for each in library["answering"]]
    assert [(each["size"], each["questions"]) for each in answering] == [(10, 3), (30, 3)]
    assert all(0 < each["p50_ms"] <= each["p99_ms"] for each in answering)
    assert all(library["disk"] and library["import_s"] > 0 for library in libraries)
    compared = [each["kind"] for library in libraries for each in library["searches"] if each["rank_bm25"]]
    assert compared == [WORDS, TITLES] * 2


def test_the_speed_of_a_library_is_shown(corpus: Path, tmp_path: Path) -> None:
    """A line for each kind of search, one for the answers, one for the rest; the same as JSON."""
    asked = tmp_path / "questions.jsonl"
    asked.write_text('{"id": "1", "question": "Who saw the owl?", "kind": "fact"}\n', encoding="utf-8")
    told = ("speed", "--papers", str(corpus), "--searches", "2", "--questions", str(asked))
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    assert all(f"| {kind} | 2 |" in result.stdout for kind in KINDS)
    assert "papers: 1 questions answered" in result.stdout
    assert "from opening to the first search" in result.stdout
    measured = LibrarySpeed.model_validate_json(CliRunner().invoke(app, [*told, "--json"]).stdout)
    assert all(0 < each.p50_ms <= each.p99_ms for each in measured.searches)
    assert next(each.found for each in measured.searches if each.kind == WORDS)
    assert not any(each.rank_bm25 for each in measured.searches)
    beside = CliRunner().invoke(app, [*told, "--rank-bm25"])
    assert "| whole titles, p50: times as fast as rank_bm25 | ≥ 100 |" in beside.stdout
    assert measured.papers == len(corpus.read_text(encoding="utf-8").splitlines())
    empty = tmp_path / "empty.jsonl"
    empty.write_text('{"id": "1", "title": "Owls"}\n', encoding="utf-8")
    assert f"| {WORDS} |" not in CliRunner().invoke(app, ["speed", "--papers", str(empty)]).stdout
