"""``python -m retrieval``: import papers, search, answer questions, measure."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Coroutine
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer

from retrieval.answering.scoring.model import WEIGHTS_FILE
from retrieval.answering.vectors.word_vectors import WORDS_FILE
from retrieval.cli import commands, developer_commands
from retrieval.cli.options import (
    PAPERS_OPTION,
    AsJson,
    Batch,
    Day,
    Made,
    Out,
    Papers,
    PapersGroup,
    Top,
    day,
    days,
    one_file,
    one_of,
    sizes_of,
)
from retrieval.errors import InvalidInput, PaperBotError, QueryError, SettingsError
from retrieval.ingest.live import Source
from retrieval.settings import PROJECT
from retrieval.trending.results import Span

HELP = """Search papers, and answer questions with verbatim quotes from their abstracts.

\b
  python -m retrieval import lists/*.jsonl
  python -m retrieval search '"mixture of experts" -survey'
  python -m retrieval answer "How much memory does TPI-LLM need?"
  python -m retrieval trending --span week

Exit status: 0 success, 1 nothing found or invalid input data, 2 wrong usage.
"""


app = typer.Typer(
    cls=PapersGroup,
    help=HELP,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _finish(command: Coroutine[Any, Any, int]) -> None:
    """Run a command and exit with its status; errors for users are printed without a traceback."""
    try:
        status = asyncio.run(command)
    except (QueryError, InvalidInput, SettingsError) as error:
        commands.note(str(error))
        status = 2
    except PaperBotError as error:
        commands.note(str(error))
        status = 1
    except KeyboardInterrupt:
        status = 130
    raise typer.Exit(status)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(_version())
        raise typer.Exit


def _version() -> str:
    """The installed version; in a checkout that isn't installed, the one in ``pyproject.toml``."""
    try:
        return version("daily-papers-bot")
    except PackageNotFoundError:
        return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


@app.command("import", short_help="Import papers from files.")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="The format is detected from the content."),
    ],
) -> None:
    """Import papers from files: JSONL (also .gz), arXiv's metadata snapshot, raw API responses, Daily Papers pages.

    Importing a file again changes nothing; an interrupted import continues where it stopped. Invalid lines are
    reported and skipped; the exit status is then 1.

    \b
      python -m retrieval import seeds/daily_papers.txt
      python -m retrieval import 2026-*.json papers.jsonl.gz
      python -m retrieval import arxiv-metadata-oai-snapshot.json
    """
    _finish(commands.import_files(files))


@app.command(short_help="Read the live sources: Hugging Face daily papers, arXiv categories.")
def fetch(
    since: Day = None,
    until: Day = None,
    source: Annotated[Source | None, typer.Option(help="Read only this source.")] = None,
) -> None:
    """Read what's due from the live sources: Hugging Face's daily lists, and the arXiv categories in the settings.

    Without days it reads what a running bot would read now. Days aren't read twice, except for lists of the last week,
    whose votes still change. An interrupted run continues where it stopped. The sources' rate limits are respected, so
    all lists since 2023 take about ten minutes. Invalid entries are logged and skipped; the exit status is 1 if a
    source couldn't be read to the end.

    \b
      python -m retrieval fetch
      python -m retrieval fetch --since 2023-05-04
      python -m retrieval fetch --since 2026-11-01 --until 2026-11-07 --source arxiv
    """
    first = day(since, "--since", last=False) if since else None
    last = day(until, "--until", last=True) if until else None
    if first and last and first > last:
        raise typer.BadParameter("is after --until", param_hint="--since")
    _finish(commands.fetch([source] if source else list(Source), first, last))


@app.command(
    short_help="Find papers by words, phrases, authors, categories and dates.",
    context_settings={"ignore_unknown_options": True},  # an exclusion looks like an option
)
def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Use single quotes for phrases and exclusions."),
    ] = None,
    papers: Papers = None,
    queries: Annotated[Path | None, Batch] = None,
    top: Top = 10,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Find papers by words, "phrases", -exclusions, author:, category:, after:, before:, votes:, has:code, OR and ( ).

    \b
      python -m retrieval search graph neural networks
      python -m retrieval search '"mixture of experts" -survey after:2025-01'
      python -m retrieval search 'author:"Yann LeCun" category:cs.CV' --top 3
      python -m retrieval search '(diffusion OR @lecun) votes:>20 has:code'
      python -m retrieval search --queries queries.jsonl --papers papers.jsonl.gz --top 100 --out hits.jsonl

    \b
    A line of --queries:  {"id": "q1", "text": "graph neural networks"}
    A line of --out:      {"id": "q1", "hits": [{"paper_id", "title", "score"}], "elapsed_ms": 0.4}
    """
    text = one_of(query, queries, "queries", out)
    if queries is None:
        _finish(commands.search(papers or (), text, top, as_json=as_json))
    else:
        _finish(commands.search_batch(papers or (), queries, top, out))


@app.command(short_help="Answer a question with verbatim quotes.")
def answer(
    question: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="A question in plain English.")
    ] = None,
    papers: Papers = None,
    questions: Annotated[Path | None, Batch] = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Explain the answer, or why there is none.")] = False,
) -> None:
    """Answer a question with quotes from abstracts, or list the nearest papers if no abstract answers it.

    \b
      python -m retrieval answer "What is hardware-aware NAS?"
      python -m retrieval answer "What is TPI-LLM?" --papers papers.jsonl.gz --explain
      python -m retrieval answer --questions questions.jsonl --papers papers.jsonl.gz --out answers.jsonl

    \b
    A line of --questions:  {"id": "q2", "question": "How fast is it?", "after": "q1"}
                            ("after" is optional: the id of the question that this one follows up)
    A line of --out:        {"id", "outcome": "answered" | "record" | "unanswered" | "chat",
                             "quotes": [{"paper_id", "title", "start", "end", "text", "highlights", "score"}],
                             "papers": [{"paper_id", "title", "score"}], "confidence", "elapsed_ms",
                             "facts": [{"paper_id", "field", "value"}], "query", "reply"}
    """
    text = one_of(question, questions, "questions", out)
    if questions is None:
        _finish(commands.answer(papers or (), text, as_json=as_json, explain=explain))
    else:
        _finish(commands.answer_batch(papers or (), questions, out))


@app.command(short_help="Find papers similar to a paper.")
def similar(
    paper: Annotated[list[str], typer.Argument(metavar="ID", help="An arXiv id, a link or the title.")],
    papers: Papers = None,
    top: Top = 10,
    as_json: AsJson = False,
) -> None:
    """Find the papers that share the most key words with a paper.

    \b
      python -m retrieval similar 2407.06723
      python -m retrieval similar https://arxiv.org/abs/2407.06723 --top 3
    """
    _finish(commands.similar(papers or (), " ".join(paper), top, as_json=as_json))


@app.command(short_help="Rank the papers of the newest list, week or month, or of any days.")
def trending(
    span: Annotated[Span, typer.Option(help="The period up to the newest list.")] = Span.DAY,
    since: Day = None,
    until: Day = None,
    papers: Papers = None,
    top: Top = 25,
    as_json: AsJson = False,
) -> None:
    """Rank papers by votes and age: (votes + 1) / (1 + days) ** 1.5.

    \b
      python -m retrieval trending
      python -m retrieval trending --span week --top 10
      python -m retrieval trending --since 2024-05 --until 2024-06
    """
    _finish(commands.trending(papers or (), days(since, until) or span, top, as_json=as_json))


@app.command(short_help="Measure the quality of answers or searches.")
def evaluate(
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
    as_json: AsJson = False,
) -> None:
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
        _finish(commands.evaluate_search(beir, as_json=as_json))
    assert questions is not None
    if not papers:
        raise typer.BadParameter("give the files of the papers", param_hint=PAPERS_OPTION)
    _finish(commands.evaluate(papers, questions, failures, with_baseline=baseline, as_json=as_json))


@app.command(short_help="Fit the answerer's weights to a question set.")
def fit(questions: Annotated[Path, Batch], papers: Papers = None, out: Made = WEIGHTS_FILE) -> None:
    """Write config/answers.json: weights fitted to questions with known answers, and cross-validated figures.

    The same data give the same bytes. Needs the packages of the "dev" extra; takes about a minute.

    \b
      python -m retrieval fit --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _finish(developer_commands.fit_weights(one_file(papers), questions, out))


@app.command(short_help="What each feature of the answerer contributes.")
def features(questions: Annotated[Path, Batch], papers: Papers = None) -> None:
    """Fit the answerer's models without each of their features, and print what is lost on papers they've never seen.

    "Bits saved" (of surprise at the right choice, a question) react to every question, "hits added" only where the
    first place changes. Features overlap, so most contribute little alone; less than .002 bits is noise. The
    docstring of a feature's function in retrieval/answering/scoring says why it helps. Needs the packages of the
    "dev" extra; ten minutes.

    \b
      python -m retrieval features --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _finish(developer_commands.show_features(one_file(papers), questions))


@app.command("weigh-search", short_help="How much word pairs and topic should count in a search.")
def weigh_search(questions: Annotated[Path, Batch], papers: Papers = None) -> None:
    """Search for the questions with several weights, and print how high their papers rank.

    \b
      python -m retrieval weigh-search --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _finish(developer_commands.weigh_search(one_file(papers), questions))


@app.command("learn-words", short_help="Make the word vectors from abstracts.")
def learn_words(
    papers: Papers = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Papers to leave out. Can be repeated."),
    ] = None,
    out: Made = WORDS_FILE,
) -> None:
    """Write config/words.npz: a vector for each stem, learned from a sentence encoder that reads abstracts.

    Fit the weights again afterwards. Needs the "words" and "dev" extras; takes about fifteen minutes.

    \b
      python -m retrieval learn-words --papers abstracts.jsonl.gz --without papers.jsonl.gz
    """
    _finish(developer_commands.learn_words(one_file(papers), without or (), out))


@app.command(short_help="Compare speed, memory and disk use with other engines.")
def benchmark(
    corpus: Annotated[
        list[Path], typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Real papers. Can be repeated.")
    ],
    sizes: Annotated[str, typer.Option(metavar="N,N", help="Papers in the index: 10k,100k,1M")] = "10k,100k",
    queries: Annotated[int, typer.Option(min=3, metavar="N", help="How many queries.")] = 300,
    questions: Annotated[Path | None, Batch] = None,
    as_json: AsJson = False,
) -> None:
    """Measure our index, rank_bm25, bm25s, tantivy and SQLite FTS5 on the same papers and queries.

    Papers beyond those of the corpus are made of their sentences. Each engine runs in its own processes and gets the
    same words. Needs the "benchmark" extra; engines without their packages are left out. Engines that fail or take too
    long are reported, and so is the number of queries if it's smaller for a slow one. With --questions it also measures
    our answers to them.

    \b
      python -m retrieval benchmark --corpus abstracts.jsonl.gz --sizes 10k,100k,1M
    """
    _finish(developer_commands.benchmark(corpus, questions, sizes_of(sizes), queries, as_json=as_json))


@app.command(short_help="Measure the speed of this library's searches and answers.")
def speed(
    searches: Annotated[int, typer.Option(min=1, metavar="N", help="Searches of each kind.")] = 20,
    questions: Annotated[Path | None, Batch] = None,
    papers: Papers = None,
    as_json: AsJson = False,
) -> None:
    """Measure searches of the library in the data folder: by words, with each filter, for phrases.

    The queries are made from its newest papers. With --questions it also measures the answers to them.

    \b
      python -m retrieval speed --questions questions.jsonl
    """
    _finish(developer_commands.speed(papers or (), questions, searches, as_json=as_json))


if __name__ == "__main__":
    app(prog_name="python -m retrieval")
