"""``python -m bot chat``: the same answers in a terminal, once or as a conversation."""

from __future__ import annotations

import asyncio
import io
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.__main__ import app
from bot.ask.examples import EXAMPLES
from bot.cli.chat import chat
from retrieval.answering.output.explanation import Explanation
from retrieval.answering.types import Answer, Outcome, Question, Quote
from retrieval.cli.rendering import NO_ANSWER
from retrieval.errors import Busy
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import PROJECT
from tests.bot.conftest import settings_for

PAPER = Paper(
    id="2405.00001", title=r"Owls [at night], $\alpha$", abstract="Owls hunt $10^2$ mice. They [b]see[/b] in the dark."
)
SURVEY = "A Comprehensive Survey on Hardware-Aware Neural Architecture Search"


def words(text: str) -> str:
    """The text without the line breaks of a narrow terminal."""
    return " ".join(text.split())


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Types these lines, then ends the input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """The questions that reach the library, each with the conversation before it."""
    questions, answer = list[Question](), Library.answer

    async def remembered(self: Library, question: Question) -> Answer:
        questions.append(question)
        return await answer(self, question)

    monkeypatch.setattr(Library, "answer", remembered)
    return questions


# --- one question ------------------------------------------------------------------------------


@pytest.mark.parametrize("question", EXAMPLES)
async def test_every_example_succeeds_on_a_first_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    """The seed page is loaded, the answer is printed, and a script sees success."""
    assert await chat(settings_for(tmp_path / "data"), question) == 0
    said = words(capsys.readouterr().out)
    assert re.search(r"Confidence (over )?\d+%, \d+ ms$", said)


async def test_an_answer_shows_title_and_quote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The words of the abstract, above the paper that they are from."""
    await chat(settings_for(tmp_path), "What are the four key dimensions of hardware-aware NAS?")
    said = words(capsys.readouterr().out)
    assert f"— {SURVEY}" in said
    assert "four key dimensions: the search space, the search strategy, the acceleration technique" in said


async def test_a_refusal_has_its_own_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1, and the nearest papers instead of a quote."""
    assert await chat(settings_for(tmp_path), "Who won the football world cup?") == 1
    assert capsys.readouterr().out.startswith(NO_ANSWER)


@pytest.mark.parametrize(
    ("question", "status", "why"),
    [
        ("How much does CacheGen reduce bandwidth usage?", 0, "Found in its sentence: cachegen, reduce"),
        ("Who won the football world cup?", 1, "Not found in any quote:"),
        ("hello", 0, "There's nothing to explain"),
    ],
)
async def test_one_answer_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str, status: int, why: str
) -> None:
    """Below the answer, on request only; a script sees the same status."""
    assert await chat(settings_for(tmp_path), question, explain=True) == status
    assert why in words(capsys.readouterr().out)
    assert await chat(settings_for(tmp_path), question) == status
    assert why not in words(capsys.readouterr().out)


def test_explain_needs_once() -> None:
    """The error comes before anything is opened."""
    refused = CliRunner().invoke(app, ["chat", "--explain"])
    assert refused.exit_code == 2
    assert "type /why" in words(refused.output)


async def test_small_talk_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A greeting isn't a failure."""
    assert await chat(settings_for(tmp_path), "hello") == 0
    assert capsys.readouterr().out.startswith("Hello!")


# --- a conversation ----------------------------------------------------------------------------


async def test_a_conversation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], type_in: Callable[[str], None], asked: list[Question]
) -> None:
    """It begins with what can be done, and a question knows the ones before it."""
    type_in("What is hardware-aware NAS?\nWhat are its four key dimensions?\n")
    assert await chat(settings_for(tmp_path), None) == 0
    said = words(capsys.readouterr().out)
    assert said.startswith("I have read 15 abstracts. Type a question.")
    assert f"For example: {EXAMPLES[0]}" in said
    assert said.count("you>") == 3
    assert "categorize them according to four key dimensions" in said
    first, second = asked
    assert first.history == ()
    (turn,) = second.history
    assert turn.question == "What is hardware-aware NAS?"
    assert turn.paper_ids


async def test_forget_starts_a_new_conversation(
    tmp_path: Path, type_in: Callable[[str], None], asked: list[Question]
) -> None:
    """The next question has no context, and the one after it has only that one."""
    type_in("first?\n/forget\nsecond?\nthird?\n")
    await chat(settings_for(tmp_path), None)
    assert [[turn.question for turn in question.history] for question in asked] == [[], [], ["second?"]]


async def test_why_explains_the_last_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], type_in: Callable[[str], None], asked: list[Question]
) -> None:
    """In its conversation, any number of times. It isn't a question of the conversation."""
    explained, explain = list[Question](), Library.explain

    async def remembered(self: Library, question: Question) -> tuple[Answer, Explanation | None]:
        explained.append(question)
        return await explain(self, question)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Library, "explain", remembered)
        type_in("What is hardware-aware NAS?\nWhat are its four key dimensions?\n /why \n/why\nthird?\n")
        assert await chat(settings_for(tmp_path), None) == 0
    assert explained == [asked[1]] * 2
    assert len(asked[2].history) == 2
    assert words(capsys.readouterr().out).count("Looking for:") == 2


@pytest.mark.parametrize("before", ["", "What is NAS?\n/forget\n"])
async def test_why_without_an_answer_says_to_ask_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], type_in: Callable[[str], None], before: str
) -> None:
    """At the beginning, and after /forget."""
    type_in(f"{before}/why\n")
    assert await chat(settings_for(tmp_path), None) == 0
    said = words(capsys.readouterr().out)
    assert "Ask a question first" in said
    assert "Looking for:" not in said


async def test_an_error_in_why_does_not_end_the_conversation(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    type_in: Callable[[str], None],
) -> None:
    """The sentence is printed, then the next prompt."""

    async def busy(self: Library, question: Question) -> None:
        raise Busy("Too many people ask [/at] once.")

    monkeypatch.setattr(Library, "explain", busy)
    type_in("What is NAS?\n/why\nhello\n")
    assert await chat(settings_for(tmp_path), None) == 0
    said = capsys.readouterr().out
    assert said.index("Too many people ask [/at] once.") < said.index("Hello!")


async def test_only_the_last_questions_are_remembered(
    tmp_path: Path, type_in: Callable[[str], None], asked: list[Question]
) -> None:
    """As many as on Discord: the same setting."""
    type_in("a?\nb?\nc?\nd?\n")
    await chat(settings_for(tmp_path, chat={"context_turns": 2}), None)
    assert [turn.question for turn in asked[-1].history] == ["b?", "c?"]


async def test_empty_lines_and_commands_ask_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], type_in: Callable[[str], None], asked: list[Question]
) -> None:
    """Each gets a new prompt; only /help says something."""
    type_in("\n   \n\t\n /forget \n/help\n")
    assert await chat(settings_for(tmp_path), None) == 0
    assert asked == []
    said = capsys.readouterr().out
    assert said.count("you>") == 6
    assert words(said).count("/forget starts a new conversation, /quit exits.") == 2


@pytest.mark.parametrize("leave", ["/quit\n", "/exit\n", " /quit \n", ""])
async def test_a_conversation_ends(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    type_in: Callable[[str], None],
    asked: list[Question],
    leave: str,
) -> None:
    """With a command, whatever follows it, or with the input. The terminal's next prompt gets its own line."""
    type_in(f"hello\n{leave}" + ("never asked?\n" if leave else ""))
    assert await chat(settings_for(tmp_path), None) == 0
    assert [question.text for question in asked] == ["hello"]
    assert capsys.readouterr().out.endswith("you> " if leave else "you> \n")


def test_an_interrupted_line_ends_the_conversation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, asked: list[Question]
) -> None:
    """Ctrl+C while waiting for a line acts at once, like the end of the input."""
    handler = signal.getsignal(signal.SIGINT)

    def interrupted(*_: object, **__: object) -> str:
        signal.raise_signal(signal.SIGINT)
        return "typed in vain?"

    monkeypatch.setattr(Console, "input", interrupted)
    try:
        status = asyncio.run(chat(settings_for(tmp_path), None))
    except KeyboardInterrupt:  # it would end the tests
        pytest.fail("Ctrl+C was heard by the loop, which waits for the line")
    assert (status, asked) == (0, [])
    assert "Traceback" not in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_ctrl_c_at_a_terminal_ends_the_process(tmp_path: Path) -> None:
    """With status 0, without waiting for another line and without a traceback."""
    import pty

    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        cwd=PROJECT,
        env=os.environ | {"DAILY_PAPERS_DATA_FOLDER": str(tmp_path)},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    said = b""
    try:
        while b"you>" not in said:
            said += os.read(screen, 4096)
        # Between the prompt and the read behind it, a signal is kept for the next line (a race of input() itself,
        # too short for a hand): then it is sent again, as somebody would press again.
        answered = False
        for _ in range(10):
            process.send_signal(signal.SIGINT)
            answered = bool(select.select([screen], [], [], 2)[0])
            if answered:
                break
        assert answered
        assert process.wait(60) == 0
        assert b"Traceback" not in said + os.read(screen, 4096)
    finally:
        process.kill()
        process.wait()
        os.close(screen)


async def test_an_error_does_not_end_the_conversation(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    type_in: Callable[[str], None],
) -> None:
    """Its sentence is printed, brackets included, and the next question is answered. The failed one still counts."""
    histories, answer = list[list[str]](), Library.answer

    async def busy_at_first(self: Library, question: Question) -> Answer:
        histories.append([turn.question for turn in question.history])
        if len(histories) == 1:
            raise Busy("Too many people ask [/at] once. Try again in a moment.")
        return await answer(self, question)

    monkeypatch.setattr(Library, "answer", busy_at_first)
    type_in("What is NAS?\nhello\n")
    assert await chat(settings_for(tmp_path), None) == 0
    said = capsys.readouterr().out
    assert said.index("Too many people ask [/at] once. Try again in a moment.") < said.index("Hello!")
    assert histories == [[], ["What is NAS?"]]


# --- what is shown -----------------------------------------------------------------------------


async def test_latex_is_readable_in_quotes_and_titles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between and inside the highlights; square brackets aren't markup."""
    mice = PAPER.abstract.index("mice")
    quote = Quote(PAPER, 0, len(PAPER.abstract), ((mice, mice + 4),), 0.9)

    async def answered(self: Library, question: Question) -> Answer:
        return Answer(question, Outcome.ANSWERED, "number", (quote,), confidence=0.9, elapsed_ms=12.4)

    monkeypatch.setattr(Library, "answer", answered)
    assert await chat(settings_for(tmp_path), "How many?") == 0
    said = capsys.readouterr().out
    assert "“Owls hunt 10² mice. They [b]see[/b] in the dark.”\n— Owls [at night], α\n  https://" in said
    assert "Confidence 90%, 12 ms" in said
