"""The same answers in a terminal: ``python -m bot chat``."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.ask.examples import EXAMPLES
from bot.settings import Settings
from bot.ui.latex import readable
from bot.ui.theme import certainty
from retrieval.answering.types import Answer, Outcome, Question, Quote, Turn
from retrieval.cli.rendering import why_text
from retrieval.errors import PaperBotError
from retrieval.library import Library

_HELP = (
    "Type a question. /why explains the last answer, /help shows this, /forget begins a new conversation, /quit ends."
)
_NEAREST = 3


def render(answer: Answer) -> RenderableType:
    """An answer for a terminal: quotes with the answering words in bold, titles linked."""
    if answer.outcome is Outcome.CHAT:
        return Text(answer.reply or "")
    if answer.outcome is Outcome.UNANSWERED:
        nearest = [Text(f"  {readable(each.paper.title)}", f"link {each.paper.url}") for each in answer.papers]
        if answer.also:
            head = Text("The abstract does not say that. What it does say, nearest to your question:", "yellow")
            return Group(head, *map(_quote, answer.also))
        head = Text("No abstract that I have says that." + (" The nearest papers:" if nearest else ""), "yellow")
        return Group(head, *nearest[:_NEAREST])
    foot = Text(f"{certainty(answer.confidence)} ({answer.confidence:.0%}), {answer.elapsed_ms:.0f} ms", "dim")
    return Group(*(_quote(quote) for quote in answer.quotes), foot)


def _quote(quote: Quote) -> RenderableType:
    title = Text(readable(quote.paper.title), f"bold cyan link {quote.paper.url}")
    return Group(title, Padding(_marked(quote), (0, 0, 1, 2)))


def _marked(quote: Quote) -> Text:
    """The quote with its highlights in bold, its LaTeX readable between the marks."""
    text, at = Text(), quote.start
    for start, end in quote.highlights:
        text.append(readable(quote.paper.abstract[at:start]))
        text.append(readable(quote.paper.abstract[start:end]), "bold green")
        at = end
    return text.append(readable(quote.paper.abstract[at : quote.end]))


async def chat(settings: Settings, once: str | None, *, explain: bool = False) -> int:
    """Talk until the input ends; with ``once`` answer that and return 0, or 1 where no abstract answers.

    ``explain``: say also why that one answer is the answer.
    """
    console = Console()
    async with Library.open(settings, lambda: datetime.now(UTC)) as library:
        await library.add_seeds()
        if once is not None:
            answer = await library.answer(Question(once))
            console.print(render(answer))
            if explain:
                await _explained(console, library, Question(once))
            return int(answer.outcome is Outcome.UNANSWERED)
        await _talk(console, library, settings.chat.context_turns)
    return 0


async def _talk(console: Console, library: Library, longest: int) -> None:
    stats = await library.stats()
    console.print(f"I have read {stats.papers:,} abstracts. {_HELP}\nFor example: {EXAMPLES[0]}", style="dim")
    history, last = tuple[Turn, ...](), None
    while (text := _typed(console)) is not None:
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
                await _explained(console, library, last)
            case _:
                last = Question(text, history)
                history = (*history, await _answered(console, library, last))[-longest:]


def _typed(console: Console) -> str | None:
    """A line; ``None`` at the end of the input (Ctrl+D, Ctrl+C).

    The event loop stands still meanwhile: nothing else happens here, and a line that is waited for in
    another thread cannot be given up.
    """
    with _interruptible():
        try:
            return console.input("[bold]you>[/] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return None


@contextmanager
def _interruptible() -> Generator[None]:
    """Ctrl+C interrupts what happens here; asyncio's handler would tell the loop, which stands still."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def _answered(console: Console, library: Library, question: Question) -> Turn:
    try:
        answer = await library.answer(question)
    except PaperBotError as error:
        console.print(Text(str(error), "yellow"))
        return Turn(question.text)
    console.print(render(answer))
    return Turn(question.text, tuple(each.paper.id for each in answer.papers))


async def _explained(console: Console, library: Library, question: Question | None) -> None:
    """Why the answer to ``question``, the last one, is the answer."""
    if question is None:
        console.print("Ask something first: /why explains the last answer.", style="dim")
        return
    try:
        _, why = await library.explain(question)
    except PaperBotError as error:
        console.print(Text(str(error), "yellow"))
        return
    console.print(Text("There is nothing to explain: no paper was weighed.", "dim") if why is None else why_text(why))
