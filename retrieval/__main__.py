"""``python -m retrieval``: papers in, searches and answers out, without any chat."""

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

HELP = """Search papers, and answer questions with verbatim quotes of their abstracts.

\b
  python -m retrieval import lists/*.jsonl
  python -m retrieval search '"mixture of experts" -survey'
  python -m retrieval answer "How much memory does TPI-LLM need?"
  python -m retrieval trending --span week

Exit status: 0 fine, 1 nothing found or something wrong with the input data, 2 wrong usage.
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
    """Run to the end and exit with its status; an error meant to be read is printed, not traced."""
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
    """The installed version; in a checkout that is not installed, the one that it would be installed as."""
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
    """Options that go before every command."""


@app.command("import", short_help="Store the papers of files.")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="What a file is, its content tells."),
    ],
) -> None:
    """Store the papers of files: JSONL (.gz too), arXiv's metadata snapshot, raw API responses, Daily Papers pages.

    Importing a file again changes nothing; an import that was stopped goes on where it stopped. Lines that cannot
    be read are named and skipped; the exit status is then 1.

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
    source: Annotated[Source | None, typer.Option(help="Read this source alone.")] = None,
) -> None:
    """Read what is due of the live sources: the daily lists of Hugging Face, and the arXiv categories of the settings.

    Without days, what a running bot would read by itself now. Days that were read are not read again, but for
    lists of the last week, whose votes still change. A run that is stopped goes on where it was. The sources'
    rates are kept, so all lists since 2023 take some ten minutes. Defects are logged and skipped; the exit status is
    1 where a source could not be read to the end.

    \b
      python -m retrieval fetch
      python -m retrieval fetch --since 2023-05-04
      python -m retrieval fetch --since 2026-11-01 --until 2026-11-07 --source arxiv
    """
    first = day(since, "--since", last=False) if since else None
    last = day(until, "--until", last=True) if until else None
    if first and last and first > last:
        raise typer.BadParameter("it lies after --until", param_hint="--since")
    _finish(commands.fetch([source] if source else list(Source), first, last))


@app.command(
    short_help="Find papers by words, phrases, authors, categories and dates.",
    context_settings={"ignore_unknown_options": True},  # an exclusion looks like one
)
def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="In single quotes where it has phrases or exclusions."),
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
    question: Annotated[list[str] | None, typer.Argument(metavar="QUESTION", help="As you would ask a person.")] = None,
    papers: Papers = None,
    questions: Annotated[Path | None, Batch] = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why this is the answer, or why there is none.")
    ] = False,
) -> None:
    """Answer a question with quotes of abstracts, or say that none answers it and name the nearest papers.

    \b
      python -m retrieval answer "What is hardware-aware NAS?"
      python -m retrieval answer "What is TPI-LLM?" --papers papers.jsonl.gz --explain
      python -m retrieval answer --questions questions.jsonl --papers papers.jsonl.gz --out answers.jsonl

    \b
    A line of --questions:  {"id": "q2", "question": "How fast is it?", "after": "q1"}
                            ("after" may be left out: the question above that this one follows up)
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


@app.command(short_help="Find papers near a paper.")
def similar(
    paper: Annotated[list[str], typer.Argument(metavar="ID", help="An arXiv id, a link, or the title.")],
    papers: Papers = None,
    top: Top = 10,
    as_json: AsJson = False,
) -> None:
    """Find the papers that share the most telling words with a paper.

    \b
      python -m retrieval similar 2407.06723
      python -m retrieval similar https://arxiv.org/abs/2407.06723 --top 3
    """
    _finish(commands.similar(papers or (), " ".join(paper), top, as_json=as_json))


@app.command(short_help="Rank the newest list, week or month, or the lists of any days.")
def trending(
    span: Annotated[Span, typer.Option(help="How far back from the newest list.")] = Span.DAY,
    since: Day = None,
    until: Day = None,
    papers: Papers = None,
    top: Top = 25,
    as_json: AsJson = False,
) -> None:
    """Rank lists by votes and age: (votes + 1) / (1 + days) ** 1.5.

    \b
      python -m retrieval trending
      python -m retrieval trending --span week --top 10
      python -m retrieval trending --since 2024-05 --until 2024-06
    """
    _finish(commands.trending(papers or (), days(since, until) or span, top, as_json=as_json))


@app.command(short_help="Figures of a question set.")
def evaluate(
    questions: Annotated[Path | None, Batch] = None,
    papers: Papers = None,
    beir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Instead: how well searches rank, on a BEIR collection.",
        ),
    ] = None,
    failures: Annotated[int, typer.Option(min=0, metavar="N", help="How many failed questions to list.")] = 20,
    baseline: Annotated[bool, typer.Option("--baseline", help="Put a simple baseline beside them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a question set, and show how often paper, sentence and refusal are right, and what failed.

    \b
      python -m retrieval evaluate --questions questions.jsonl --papers papers.jsonl.gz --baseline
      python -m retrieval evaluate --questions tests/data/seed_questions.jsonl --papers seeds/daily_papers.txt
      python -m retrieval evaluate --beir scifact

    \b
    A line of --questions:  {"id", "question", "kind", "paper", "gold_sentences", "after", "papers", "style"}
                            kind "unanswerable" wants a refusal; "papers" of kind "list" are all that fit
    A folder of --beir:     corpus.jsonl, queries.jsonl, qrels/test.tsv; .gz too
    """
    if (beir is None) == (questions is None):
        raise typer.BadParameter("give either a question set or the folder of a collection", param_hint="--questions")
    if beir is not None:
        _finish(commands.evaluate_search(beir, as_json=as_json))
    assert questions is not None
    if not papers:
        raise typer.BadParameter("name the files of the papers that are asked about", param_hint=PAPERS_OPTION)
    _finish(commands.evaluate(papers, questions, failures, with_baseline=baseline, as_json=as_json))


@app.command(short_help="Fit the answerer's weights to a question set.")
def fit(questions: Annotated[Path, Batch], papers: Papers = None, out: Made = WEIGHTS_FILE) -> None:
    """Make config/answers.json: weights fitted to questions with known answers, and cross-validated figures.

    The same data make the same bytes. Needs the packages of the "dev" extra; about a minute and a half.

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


@app.command("weigh-search", short_help="What pairs of words and meaning should count in a search.")
def weigh_search(questions: Annotated[Path, Batch], papers: Papers = None) -> None:
    """Search for the questions as they are, with several weights, and print how high their papers stand.

    \b
      python -m retrieval weigh-search --questions train.jsonl --papers train_papers.jsonl.gz
    """
    _finish(developer_commands.weigh_search(one_file(papers), questions))


@app.command("learn-words", short_help="Make the word vectors from abstracts.")
def learn_words(
    papers: Papers = None,
    without: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Papers that must take no part. May be repeated."
        ),
    ] = None,
    out: Made = WORDS_FILE,
) -> None:
    """Make config/words.npz: a vector for each stem, taught by a sentence encoder that reads abstracts.

    Fit the weights anew afterwards. Needs the "words" and "dev" extras; a quarter of an hour.

    \b
      python -m retrieval learn-words --papers abstracts.jsonl.gz --without papers.jsonl.gz
    """
    _finish(developer_commands.learn_words(one_file(papers), without or (), out))


@app.command(short_help="Speed, memory and disk beside other engines.")
def benchmark(
    corpus: Annotated[
        list[Path], typer.Option(metavar="FILE", exists=True, dir_okay=False, help="Real papers. May be repeated.")
    ],
    sizes: Annotated[str, typer.Option(metavar="N,N", help="Papers in the index: 10k,100k,1M")] = "10k,100k",
    queries: Annotated[int, typer.Option(min=3, metavar="N", help="How many queries.")] = 300,
    questions: Annotated[Path | None, Batch] = None,
    as_json: AsJson = False,
) -> None:
    """Measure our index, rank_bm25, bm25s, tantivy and SQLite FTS5 on the same papers and queries.

    Papers beyond those of the corpus are made of their sentences. Each engine runs in processes of its own and gets
    the same words. Needs the "benchmark" extra; engines whose packages are missing are named and left out. One that
    fails or takes too long is named too, and a slow one's figures say over how many queries they are. With --questions
    it also measures how long our answers to them take.

    \b
      python -m retrieval benchmark --corpus abstracts.jsonl.gz --sizes 10k,100k,1M
    """
    _finish(developer_commands.benchmark(corpus, questions, sizes_of(sizes), queries, as_json=as_json))


@app.command(short_help="Speed of this library: its searches, its answers.")
def speed(
    searches: Annotated[int, typer.Option(min=1, metavar="N", help="Searches of each kind.")] = 20,
    questions: Annotated[Path | None, Batch] = None,
    papers: Papers = None,
    as_json: AsJson = False,
) -> None:
    """Measure the searches of the library in the data folder: by words, with each filter, for phrases.

    The queries are made of its newest papers. With --questions it also measures how long answers to them take.

    \b
      python -m retrieval speed --questions questions.jsonl
    """
    _finish(developer_commands.speed(papers or (), questions, searches, as_json=as_json))


if __name__ == "__main__":
    app(prog_name="python -m retrieval")
