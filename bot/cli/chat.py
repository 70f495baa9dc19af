"""``python -m bot chat``: questions and answers in a terminal."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from bot.ask.examples import EXAMPLES
from bot.settings import Settings
from bot.ui.latex import readable
from retrieval.answering.types import Outcome, Question, Turn
from retrieval.cli.rendering import answer_text, why_text
from retrieval.errors import PaperBotError
from retrieval.library import Library

_HELP = (
    "Type a question. /why explains the last answer, /help shows this, /forget starts a new conversation, /quit exits."
)


async def chat(settings: Settings, once: str | None, *, explain: bool = False) -> int:
    """Answer questions until the input ends, or only ``once``; returns the exit status.

    With ``once`` that is 1 if no abstract answers it. ``explain`` prints also why it was answered like this.
    """
    console = Console()
    async with Library.open(settings, lambda: datetime.now(UTC)) as library:
        await library.add_seeds()
        if once is not None:
            answer = await library.answer(Question(once))
            console.print(answer_text(answer, readable))
            if explain:
                await _print_explanation(console, library, Question(once))
            return int(answer.outcome is Outcome.UNANSWERED)
        await _talk(console, library, settings.chat.context_turns)
    return 0


async def _talk(console: Console, library: Library, longest: int) -> None:
    stats = await library.stats()
    console.print(f"I have read {stats.papers:,} abstracts. {_HELP}\nFor example: {EXAMPLES[0]}", style="dim")
    history, last = tuple[Turn, ...](), None
    while (text := _read_line(console)) is not None:
        match text.split():
            case []:
                continue
            case ["/quit" | "/exit"]:
                return
            case ["/help"]:
                console.print(_HELP, style="dim")
            case ["/forget"]:
                history, last = (), None
            case ["/why"]:
                await _print_explanation(console, library, last)
            case _:
                last = Question(text, history)
                history = (*history, await _print_answer(console, library, last))[-longest:]


def _read_line(console: Console) -> str | None:
    """The next line; ``None`` at the end of the input (Ctrl+D, Ctrl+C).

    This blocks the event loop: nothing else is running, and reading in a thread couldn't be cancelled.
    """
    with _interruptible():
        try:
            return console.input("[bold]you>[/] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return None


@contextmanager
def _interruptible() -> Generator[None]:
    """Let Ctrl+C interrupt the block: asyncio's own handler would only notify the blocked loop."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def _print_answer(console: Console, library: Library, question: Question) -> Turn:
    try:
        answer = await library.answer(question)
    except PaperBotError as error:
        console.print(Text(str(error), "yellow"))
        return Turn(question.text)
    console.print(answer_text(answer, readable))
    return Turn(question.text, tuple(each.paper.id for each in answer.papers))


async def _print_explanation(console: Console, library: Library, question: Question | None) -> None:
    """Print why the answer to ``question`` (the last one) was chosen."""
    if question is None:
        console.print("Ask a question first: /why explains the last answer.", style="dim")
        return
    try:
        _, why = await library.explain(question)
    except PaperBotError as error:
        console.print(Text(str(error), "yellow"))
        return
    console.print(Text("There's nothing to explain: no papers were compared.", "dim") if why is None else why_text(why))
