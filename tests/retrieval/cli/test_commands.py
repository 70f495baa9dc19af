"""``python -m retrieval`` from end to end, on the page that comes with the project."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retrieval.__main__ import app
from retrieval.cli.options import spread
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.papers import normalise
from retrieval.settings import PROJECT, SEED_PAGE

SEEDS = str(SEED_PAGE)


def run(*arguments: str, standard_input: str | None = None) -> Result:
    """The output of a command on both streams, and its exit status; an unexpected exception is raised."""
    return CliRunner().invoke(app, arguments, input=standard_input, catch_exceptions=False)


def lines(text: str) -> list[Any]:
    """JSON lines as objects."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A separate data folder for each test; it doesn't exist yet."""
    folder = tmp_path / "data"
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(folder))
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Three questions; the second one follows up the first."""
    path = tmp_path / "questions.jsonl"
    rows = [
        {"id": "z", "question": "What is hardware-aware NAS?"},
        {"id": "a", "question": "What are its key dimensions?", "after": "z"},
        {"id": "m", "question": "Who won the football world cup?"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_first_search_finds_the_papers_that_come_with_the_project() -> None:
    """Nothing needs to be imported before the first search; a note says where the papers are from."""
    result = run("search", "hardware-aware neural architecture search", "--top", "2")
    assert result.exit_code == 0
    assert "A Comprehensive Survey on Hardware-Aware Neural Architecture Search" in result.stdout
    assert "come with the project" in result.stderr


def test_a_mistake_in_a_search_is_shown_with_what_was_probably_meant() -> None:
    """As the bot's card offers it."""
    done = run("search", "owls votes:≥20")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-3:] == ["owls votes:≥20", "     ^", "Did you mean: owls votes:>=20"]


def test_an_import_is_searchable_and_repeating_it_changes_nothing() -> None:
    """Papers of a page are stored once, however often the page is imported."""
    count = len(read_page(SEED_PAGE.read_text(encoding="utf-8")))
    assert f"{count} new papers, 0 changed" in run("import", SEEDS).stdout
    again = run("import", SEEDS)
    assert f"0 new papers, 0 changed, {count} unchanged" in again.stdout
    found = run("search", "neural", "architecture", "search", "--json", "--top", "3")
    (line,) = lines(found.stdout)
    assert line["hits"][0]["title"].startswith("A Comprehensive Survey on Hardware-Aware")
    assert len(line["hits"]) <= 3
    assert found.stderr == ""


def test_an_invalid_line_is_named_and_the_others_are_stored(tmp_path: Path) -> None:
    """An import continues after an invalid line, but its exit status is 1."""
    path = tmp_path / "papers.jsonl"
    path.write_text('{"id": "1", "title": "Owls", "abstract": "Owls hunt."}\n{"title": 3\n', encoding="utf-8")
    result = run("import", str(path))
    assert (result.exit_code, result.stdout) == (1, "1 new paper, 0 changed, 0 unchanged.\n")
    assert f"{path}, line 2" in result.stderr
    assert run("search", "owls").exit_code == 0


def test_each_file_of_an_import_is_for_itself(tmp_path: Path) -> None:
    """An empty file between two good ones is reported; the others are stored, and the summary counts it."""
    paths = [tmp_path / name for name in ("a.jsonl.gz", "empty.gz", "c.jsonl.gz")]
    for path, title in zip(paths, ("Owls", "", "Crows"), strict=True):
        path.write_bytes(gzip.compress(f'{{"title": "{title}", "abstract": "Birds."}}'.encode() if title else b""))
    result = run("import", *map(str, paths))
    assert (result.exit_code, result.stdout) == (
        1,
        "2 new papers, 0 changed, 0 unchanged. 1 of 3 files couldn't be read.\n",
    )
    assert f"{paths[1]}: is empty." in result.stderr


def test_papers_are_imported_from_standard_input() -> None:
    """The name of the file is a hyphen."""
    result = run("import", "-", standard_input='{"title": "Owls", "abstract": "Owls hunt."}\n')
    assert (result.exit_code, result.stdout) == (0, "1 new paper, 0 changed, 0 unchanged.\n")


def test_a_file_of_invalid_lines_does_not_flood_the_screen(tmp_path: Path) -> None:
    """The first skipped lines are named, the others counted."""
    path = tmp_path / "papers.jsonl"
    path.write_text('{"title": "Owls", "abstract": "Owls hunt."}\n' + "{}\n" * 500, encoding="utf-8")
    result = run("import", str(path))
    assert (result.exit_code, result.stdout) == (1, "1 new paper, 0 changed, 0 unchanged.\n")
    assert result.stderr.splitlines()[-1] == "490 more lines or fields were left out."
    assert len(result.stderr.splitlines()) == 11


def test_an_answer_is_a_quote_with_its_paper() -> None:
    """The quote is in the abstract word for word; title and link follow it."""
    result = run("answer", "What is hardware-aware NAS?", "--papers", SEEDS)
    assert result.exit_code == 0
    quote = result.stdout.split("“")[1].split("”")[0]
    assert quote in normalise(SEED_PAGE.read_text(encoding="utf-8"))
    assert "A Comprehensive Survey on Hardware-Aware Neural Architecture Search" in result.stdout
    assert "https://" in result.stdout
    assert "Confidence" in result.stdout


def test_papers_of_files_do_not_touch_a_database(data_folder: Path) -> None:
    """With --papers nothing is written, not even an empty folder."""
    assert run("search", "neural architecture search", "--papers", SEEDS).exit_code == 0
    assert run("trending", "--papers", SEEDS).exit_code == 0
    assert not data_folder.exists()


def test_questions_of_a_file_are_answered_in_order(questions: Path, tmp_path: Path) -> None:
    """One line for each question, in the order of the file; each quote is the slice between its offsets."""
    out = tmp_path / "answers.jsonl"
    result = run("answer", "--questions", str(questions), "--papers", SEEDS, "--out", str(out))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    answers = lines(out.read_text(encoding="utf-8"))
    assert [line["id"] for line in answers] == ["z", "a", "m"]
    abstracts = {paper.id: paper.abstract for paper in read_page(SEED_PAGE.read_text(encoding="utf-8"))}
    for quote in (quote for line in answers for quote in line["quotes"]):
        assert abstracts[quote["paper_id"]][quote["start"] : quote["end"]] == quote["text"]
    assert answers[0]["outcome"] == "answered"
    assert answers[1]["papers"][0]["paper_id"] == answers[0]["papers"][0]["paper_id"]
    assert (answers[2]["outcome"], answers[2]["quotes"]) == ("unanswered", [])


def test_searches_of_a_file_are_printed_without_out(tmp_path: Path) -> None:
    """Without --out the lines go to standard output; a malformed query finds nothing and is named."""
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id": 2, "text": "neural"}\n{"id": 1, "text": "author:"}\n', encoding="utf-8")
    result = run("search", "--queries", str(path), "--papers", SEEDS, "--top", "1")
    found = lines(result.stdout)
    assert [(line["id"], len(line["hits"]), line["total"] > 1) for line in found] == [(2, 1, True), (1, 0, False)]
    assert (result.exit_code, "id 1: author: needs a value" in result.stderr) == (1, True)


def test_a_page_without_votes_trends_in_its_own_order() -> None:
    """The seed page has neither votes nor a date: its papers keep their order."""
    result = run("trending", "--papers", SEEDS, "--json", "--top", "5")
    printed = read_page(SEED_PAGE.read_text(encoding="utf-8"))[:5]
    assert [line["title"] for line in lines(result.stdout)] == [paper.title for paper in printed]
    assert run("trending", "--papers", SEEDS).stdout.startswith("Papers of the page\n\n1. ")


@pytest.mark.parametrize("words", [("models", "-language"), ("-language models",), ("-#cs.CL", "models", "-language")])
def test_an_exclusion_is_not_an_option(words: tuple[str, ...]) -> None:
    """At any position, alone or together with other words."""
    without = run("search", *words, "--papers", SEEDS, "--json", "--top", "20")
    titles = [hit["title"] for hit in lines(without.stdout)[0]["hits"]]
    assert titles
    assert not [title for title in titles if "Language" in title]


def test_a_condition_that_no_paper_meets_is_explained() -> None:
    """With the command that gets such papers."""
    result = run("search", "#cs.CL", "--papers", SEEDS)
    assert "No paper here has a category" in result.stdout
    assert "python -m retrieval fetch" in result.stdout


def test_nothing_found_is_status_1() -> None:
    """A script can tell from the exit status that nothing was found."""
    assert run("search", "zyzzyva", "--papers", SEEDS).exit_code == 1
    assert run("answer", "Who won the football world cup in 1974?", "--papers", SEEDS).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search",), "--queries"),
        (("answer",), "--questions"),
        (("search", "graph", "--queries", SEEDS), "--queries"),
        (("search", "graph", "--out", "x.jsonl"), "--out"),
        (("search", "graph", "--top", "0"), "--top"),
        (("search", "graph", "--papers", "missing.jsonl"), "missing.jsonl"),
        (("search", "graph author:", "--papers", SEEDS), "author: needs a value"),
        (("import",), "FILE"),
        (("trending", "--span", "year"), "span"),
        (("dance",), "dance"),
    ],
)
def test_wrong_usage_is_status_2_and_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    """Standard error says what was wrong; there is no output."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_input_that_cannot_be_used_is_status_1_and_a_sentence(tmp_path: Path, questions: Path) -> None:
    """Files without papers, files without questions and an output that can't be written are named."""
    odd = tmp_path / "odd.jsonl"
    odd.write_text("odd\n", encoding="utf-8")
    for arguments in (
        ("search", "graph", "--papers", str(odd)),
        ("answer", "--questions", str(odd), "--papers", SEEDS),
        (
            "answer",
            "--questions",
            str(questions),
            "--papers",
            SEEDS,
            "--out",
            str(tmp_path / "no" / "out.jsonl"),
        ),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert str(tmp_path) in result.stderr
        assert "Traceback" not in result.stderr


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong setting is wrong usage; the sentence names it."""
    monkeypatch.setenv("DAILY_PAPERS_RETRIEVAL__TITLE_WEIGHT", "0")
    result = run("search", "graph", "--papers", SEEDS)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "title_weight" in result.stderr


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two questions about the seed page: one that it answers, and one that it doesn't."""
    (paper, *_) = read_page(SEED_PAGE.read_text(encoding="utf-8"))
    (sentence,) = [s for s in paper.abstract.split(". ") if "hardware-aware NAS (HW-NAS)" in s]
    rows = [
        {"id": "1", "question": "What is hardware-aware NAS?", "kind": "definition", "paper": paper.title}
        | {"gold_sentences": [sentence]},
        {"id": "2", "question": "Who won the football [world] cup?", "kind": "unanswerable"},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_an_evaluation_shows_a_baseline(gold: Path) -> None:
    """Tables for people, one line of JSON for programs, with the same figures."""
    shown = run("evaluate", "--questions", str(gold), "--papers", SEEDS, "--baseline")
    assert shown.exit_code == 0
    assert {"all", "baseline", "definition", "unanswerable"} <= set(shown.stdout.replace("│", " ").split())
    (line,) = lines(run("evaluate", "--questions", str(gold), "--papers", SEEDS, "--baseline", "--json").stdout)
    assert line["figures"]["questions"] == line["baseline"]["questions"] == 2
    assert line["figures"]["paper_at_1"] == 1
    assert line["figures"]["list_recall"] is None
    assert set(line["kinds"]) == {"definition", "unanswerable"}


def test_an_evaluation_has_no_baseline_by_default(gold: Path) -> None:
    """It takes time, so it must be requested."""
    (line,) = lines(run("evaluate", "--questions", str(gold), "--papers", SEEDS, "--json").stdout)
    assert line["baseline"] is None


def test_an_answer_can_be_explained() -> None:
    """What it looked for, which words matched, what came next."""
    shown = run("answer", "What are the four key dimensions of hardware-aware NAS?", "--papers", SEEDS, "--explain")
    assert "Looking for:" in shown.stdout
    assert "dimensions" in shown.stdout.split("Found in its sentence:")[1].splitlines()[0]
    assert "Next: “" in shown.stdout


def test_an_evaluation_needs_papers(gold: Path) -> None:
    """Figures without a known corpus would be meaningless."""
    result = run("evaluate", "--questions", str(gold))
    assert (result.exit_code, "--papers" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "command",
    ["import", "fetch", "search", "answer", "similar", "trending", "evaluate", "fit", "learn-words", "benchmark"],
)
def test_help_has_examples(command: str) -> None:
    """The help of every command has lines to copy, and the main help lists the command."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"  python -m retrieval {command} " in result.stdout + " "
    assert f"  {command}  " in run("--help").stdout


def test_the_version_is_printed() -> None:
    """--version prints one line."""
    result = run("--version")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_papers_takes_several_files(tmp_path: Path) -> None:
    """As shells expand patterns; words that aren't files stay words."""
    one, two = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for path in (one, two):
        path.write_text(json.dumps({"title": f"Owls {path.stem}", "abstract": "Owls hunt."}) + "\n", encoding="utf-8")
    result = run("search", "--papers", str(one), str(two), "owls", "hunt", "--json")
    assert [hit["title"] for hit in lines(result.stdout)[0]["hits"]] == ["Owls 1", "Owls 2"]
    assert list(spread(["--papers", "a", "b", SEEDS, "--papers", SEEDS, SEEDS, "--json"])) == [
        *("--papers", "a", "b", SEEDS, "--papers", SEEDS, "--papers", SEEDS, "--json")
    ]


def test_it_runs_as_a_module(data_folder: Path) -> None:
    """In a separate process with its output piped: the result on standard output, no progress bar and no colour."""
    finished = subprocess.run(
        [sys.executable, "-m", "retrieval", "search", "architecture search", "--papers", SEEDS],
        cwd=PROJECT,
        env=os.environ | {"DAILY_PAPERS_DATA_FOLDER": str(data_folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Hardware-Aware" in finished.stdout
    assert "\x1b" not in finished.stdout
    assert finished.stderr == ""
