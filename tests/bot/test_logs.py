"""The log: it has no secrets, and nothing that doesn't concern this bot."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import redacted, set_up_logging
from bot.settings import Level

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GAbCdE.ab-cdefghijklmnopqrst_vwxyz0123456789"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpBYkNkRWZHaElqS2xNbk9wUXJTdFV2"
WEBHOOK = "kQ3xS_0cZ-4fYh2mT8vN6pRw1uJ5bLd7aEoGiCzKtXy9VqMnBsHrWfPg"
LOGGERS = ("", "bot", "retrieval", "alembic", "aiohttp.access")

Log = Callable[[str], io.StringIO]


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """Sets up the log with a level and returns its output; afterwards all loggers are restored."""
    levels = {name: logging.getLogger(name).level for name in LOGGERS}

    def set_up(level: str) -> io.StringIO:
        stderr = io.StringIO()
        patch.setattr("sys.stderr", stderr)
        set_up_logging(level)
        return stderr

    with monkeypatch.context() as patch:
        patch.setattr(logging.getLogger(), "handlers", list[logging.Handler]())  # pytest's own stay untouched
        yield set_up
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


# --- secrets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"Bot {TOKEN}", "Bot [token]"),
        (f"{{'Authorization': 'Bot {TOKEN}'}}", "{'Authorization': 'Bot [token]'}"),
        (f"POST /interactions/42/{INTERACTION}/callback 400", "POST /interactions/42/[token]/callback 400"),
        (f"PATCH /webhooks/42/{INTERACTION}/messages/@original", "PATCH /webhooks/42/[token]/messages/@original"),
        (f"POST https://discord.com/api/v10/webhooks/42/{WEBHOOK}", "POST https://discord.com/api/v10/webhooks/42/[token]"),
        (f"{{'id': '42', 'token': '{INTERACTION}=='}}", "{'id': '42', 'token': '[token]'}"),
        (f"{TOKEN} and {TOKEN}", "[token] and [token]"),
    ],
)  # fmt: skip
def test_tokens_are_replaced(line: str, shown: str) -> None:
    """The text around them stays: whose request it was, and its result."""
    assert redacted(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "Reading 2405.00001 at /srv/daily papers/papers.sqlite3",
        "discord.ext.commands.errors.CommandInvokeError",
        "GET /channels/123456789012345678/messages/123456789012345678 404",
        "https://huggingface.co/papers/2405.00001",
        "10.1145/3292500.3330701 and 3.11.7",
        "https://discord.com/oauth2/authorize?client_id=123456789012345678&permissions=274877975552&scope=bot",
    ],
)
def test_other_text_stays(line: str) -> None:
    """Operators need ids, paths, links and versions."""
    assert redacted(line) == line


@given(st.text(), st.text())
def test_a_token_is_found_in_any_text(before: str, after: str) -> None:
    """Whatever is around it, separated by a space."""
    assert TOKEN not in redacted(f"{before} {TOKEN} {after}")


def test_no_token_is_logged(log: Log) -> None:
    """Neither as text nor as an argument, nor in an exception, its cause or a chain of both."""
    stderr = log("debug")
    logger = logging.getLogger("bot.client")
    logger.info("as text %s", TOKEN)
    logger.info("as an argument %r", {"token": TOKEN})
    error = RuntimeError(f"Improper token {TOKEN}")
    error.__cause__ = ValueError(f"https://discord.com/api/webhooks/1/{WEBHOOK}")
    logger.error("refused %s", INTERACTION, exc_info=error)
    said = stderr.getvalue()
    for secret in (TOKEN, WEBHOOK, INTERACTION):
        assert secret not in said
    assert "RuntimeError: Improper token [token]" in said
    assert "ValueError: https://discord.com/api/webhooks/1/[token]" in said
    assert said.count("[token]") == 5


# --- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level)
def test_the_level_is_for_the_bot(log: Log, level: Level) -> None:
    """Libraries log what operators need, never their debugging."""
    stderr = log(level)
    for name in ("bot.daily_post.poster", "retrieval.library", "discord.client"):
        for each in Level:
            logging.getLogger(name).log(logging.getLevelNamesMapping()[each.upper()], "%s of %s", each, name)
    ours = list(Level)[list(Level).index(level) :]
    expected = [f"{each} of {name}" for name in ("bot.daily_post.poster", "retrieval.library") for each in ours]
    expected += [f"{each} of discord.client" for each in Level if each is not Level.DEBUG]
    assert [line.partition(": ")[2] for line in stderr.getvalue().splitlines()] == expected


@pytest.mark.parametrize("name", ["alembic.runtime.migration", "aiohttp.access"])
def test_verbose_libraries_log_only_warnings(log: Log, name: str) -> None:
    """Not every migration and request."""
    stderr = log("debug")
    logging.getLogger(name).info("a step")
    logging.getLogger(name).warning("a stumble")
    assert "a step" not in stderr.getvalue()
    assert "a stumble" in stderr.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "PyNaCl is not installed, voice will NOT be supported",
        "Privileged message content intent is missing, commands may not work as expected.",
        "Guilds intent seems to be disabled. This may cause state related issues.",
    ],
)
def test_irrelevant_warnings_are_left_out(log: Log, line: str) -> None:
    """discord.py's about voice and prefix commands. Other warnings of the same logger are shown."""
    stderr = log("info")
    logging.getLogger("discord.client").warning(line)
    logging.getLogger("discord.client").warning("We are being rate limited.")
    (shown,) = stderr.getvalue().splitlines()
    assert shown.endswith("discord.client: We are being rate limited.")


def test_a_plain_line_says_when_how_bad_and_who(log: Log) -> None:
    """For a file or a service's journal: no colours, one line each."""
    stderr = log("info")
    logging.getLogger("bot.daily_post.poster").warning("Skipped [a list]")
    when, name = stderr.getvalue().rstrip("\n").split(" WARNING ")
    assert name == "bot.daily_post.poster: Skipped [a list]"
    assert when[:2] == "20"
    assert "\x1b" not in stderr.getvalue()


def test_on_a_terminal_the_log_goes_to_standard_error(
    log: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers that are redirected to a file stay free of log lines."""
    log("info")
    with monkeypatch.context() as patch:
        terminal = Terminal()
        patch.setattr("sys.stderr", terminal)
        set_up_logging("info")
        logging.getLogger("bot").info("here")
    assert "here" not in capsys.readouterr().out
    assert "here" in terminal.getvalue()


def test_setting_up_twice_logs_nothing_twice(log: Log) -> None:
    """As tests and the preview may do."""
    first, second = log("info"), log("info")
    logging.getLogger("bot").info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1
