"""The application ``python -m retrieval``, and the decorator that makes a coroutine function one of its commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer

from retrieval.cli.options import PapersGroup
from retrieval.cli.terminal import note
from retrieval.database import storage_errors
from retrieval.errors import InvalidInput, PaperBotError, QueryError, SettingsError
from retrieval.settings import program_version

P = ParamSpec("P")
Run = Callable[P, Coroutine[Any, Any, int]]

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


def command(name: str | None = None, **options: Any) -> Callable[[Run[P]], Callable[P, None]]:
    """Make a coroutine function a command. It returns the exit status; errors for users are printed as sentences."""

    def register(run: Run[P]) -> Callable[P, None]:
        @app.command(name, **options)
        @wraps(run)
        def command(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                with storage_errors():
                    status = asyncio.run(run(*args, **kwargs))
            except (QueryError, InvalidInput, SettingsError) as error:
                note(str(error))
                status = 2
            except PaperBotError as error:
                note(str(error))
                status = 1
            except KeyboardInterrupt:
                status = 130
            raise typer.Exit(status)

        return command

    return register


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(program_version())
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""
