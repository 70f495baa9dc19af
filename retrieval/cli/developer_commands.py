"""Commands for developers: fit weights, make word vectors, measure. See ``commands``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from rich.console import Console

from retrieval.answering.scoring.model import write_weights
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.benchmark.output import last_lines, library_text, summary
from retrieval.benchmark.questions import measure_answering
from retrieval.benchmark.runner import Report
from retrieval.benchmark.runner import run as run_benchmark
from retrieval.benchmark.searches import measure_library
from retrieval.cli.commands import emit, note, now, open_library, read_papers, show, writing
from retrieval.errors import SettingsError
from retrieval.evaluation.question_sets import read_questions
from retrieval.settings import load_library_settings
from retrieval.training.search_weights import search_weights


async def fit_weights(papers: Path, questions: Path, out: Path) -> int:
    """Fit the answerer's weights, write them to ``out``, and print the cross-validated figures."""
    _need_scipy()
    from retrieval.training.answer_weights import fit  # noqa: PLC0415 - needs SciPy, which only fitting uses

    title_weight = load_library_settings().retrieval.title_weight
    weights = fit(questions, papers, fitted_at=now().date(), title_weight=title_weight, words=load_word_vectors())
    with writing(out):
        write_weights(out, weights)
    show(", ".join(f"{name} {value}" for name, value in weights.figures.items()))
    return 0


async def show_features(papers: Path, questions: Path) -> int:
    """Print what each feature of the fitted models contributes on papers that they have never seen, best first."""
    _need_scipy()
    from retrieval.training.ablation import contributions  # noqa: PLC0415 - as above
    from retrieval.training.answer_weights import TrainingSet  # noqa: PLC0415

    title_weight = load_library_settings().retrieval.title_weight
    training_set = TrainingSet.read(questions, papers, title_weight, load_word_vectors())
    with Console(stderr=True).status("") as status:
        found = list(contributions(training_set, on_status=status.update))
    show("| model | feature | bits saved | hits added, in hundredths |\n|---|---|---|---|")
    for each in sorted(found, key=lambda each: (each.model, -each.bits)):
        show(f"| {each.model} | `{each.feature}` | {each.bits:+.4f} | {100 * each.hits:+.2f} |")
    return 0


async def weigh_search(papers: Path, questions: Path) -> int:
    """Print how well searches rank with several weights of word pairs and topic."""
    title_weight, (read, _) = load_library_settings().retrieval.title_weight, read_papers([papers])
    show("| pairs | topic | nDCG@10 |\n|---|---|---|")
    for result in search_weights(read, read_questions(questions), title_weight, load_word_vectors()):
        show(f"| {result.pairs} | {result.topic} | {result.ndcg_at_10:.4f} |")
    return 0


async def learn_words(papers: Path, without: Sequence[Path], out: Path) -> int:
    """Learn the word vectors and write them to ``out``."""
    _need_scipy()
    from retrieval.training.word_vectors import learn_words as learn  # noqa: PLC0415 - as above

    with writing(out):
        note(f"{out} has the vectors of {learn(papers, out, without=without):,} stems.")
    return 0


async def benchmark(
    corpus: Sequence[Path], questions: Path | None, sizes: Sequence[int], queries: int, *, as_json: bool
) -> int:
    """Measure the engines at each size, and our answers to ``questions``."""
    papers, _ = read_papers(corpus)
    asked = [each.question for each in read_questions(questions)] if questions else []
    with Console(stderr=True).status("") as status:
        on_row = _json_later if as_json else _show_last_row
        report = run_benchmark(papers, asked, sizes, queries, on_status=status.update, on_row=on_row)
        for size in sizes if asked else ():
            measured = await measure_answering(
                papers, asked, size, load_library_settings(), now, on_status=status.update
            )
            report.answering.append(measured)
            if not as_json:
                show(str(measured))
    if as_json:
        emit(report)
    else:
        show(summary(report))
    return 0


async def speed(papers: Sequence[Path], questions: Path | None, searches: int, *, as_json: bool) -> int:
    """Measure the searches of the library, and its answers to ``questions``."""
    lines = [each.question for each in read_questions(questions)] if questions else []
    started = perf_counter()
    async with open_library(papers) as library:
        measured = await measure_library(library, started, lines, searches)
    if as_json:
        emit(measured)
    else:
        show(library_text(measured))
    return 0


def _show_last_row(report: Report) -> None:
    sys.stdout.write(last_lines(report) + "\n")
    sys.stdout.flush()  # so that it's printed even if the run is interrupted


def _json_later(_: Report) -> None:
    """Do nothing: a program gets the whole report at the end."""


def _need_scipy() -> None:
    if find_spec("scipy") is None:
        raise SettingsError('This needs SciPy: pip install "daily-papers-bot[dev]".')
