"""The log: it has no secrets, and nothing that doesn't concern this bot."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import RepeatLimit, begin_event, event_id, redacted, set_up_logging
from bot.settings import Level

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GAbCdE.ab-cdefghijklmnopqrst_vwxyz0123456789"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpBYkNkRWZHaElqS2xNbk9wUXJTdFV2"
WEBHOOK = "kQ3xS_0cZ-4fYh2mT8vN6pRw1uJ5bLd7aEoGiCzKtXy9VqMnBsHrWfPg"
LOGGERS = ("", "bot", "retrieval", "alembic", "aiohttp.access")

Log = Callable[..., io.StringIO]


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """Sets up the log with a level and returns its output; afterwards all loggers are restored."""
    levels = {name: logging.getLogger(name).level for name in LOGGERS}

    def set_up(level: str, form: str = "text") -> io.StringIO:
        stderr = io.StringIO()
        patch.setattr("sys.stderr", stderr)
        set_up_logging(level, form)
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


# --- addresses, JSON, events, repeats ------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("550 5.1.1 <ada@example.org>: unknown", "550 5.1.1 <[address]>: unknown"),
        ("“ada@münchen” isn't a valid email address", "“[address]” isn't a valid email address"),
        ("To: ada+x@example.org, eve@example.org", "To: [address], [address]"),
    ],
)
def test_addresses_are_replaced(line: str, shown: str) -> None:
    """Whether they are valid or not; a mail server's replies name them."""
    assert redacted(line) == shown
    assert redacted("@everyone <@42> @asynccontextmanager") == "@everyone <@42> @asynccontextmanager"


def test_on_a_server_a_line_is_json(log: Log) -> None:
    """With the event, the traceback, and no secret in either."""
    stderr = log("info", "auto")
    begin_event()
    error = ValueError(f"{TOKEN} of ada@example.org")
    logging.getLogger("bot.errors").error("failed for %s", "ada@example.org", exc_info=error)
    line = json.loads(stderr.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("error", "bot.errors", "failed for [address]")
    assert line["event"] == event_id()
    assert line["exception"] == "ValueError: [token] of [address]"
    assert line["time"].endswith("Z")


async def test_an_event_is_that_of_its_task_and_of_those_it_starts(log: Log) -> None:
    """Two commands at the same time have two ids, in their threads too."""
    stderr = log("info")

    async def event() -> None:
        begin_event()
        await asyncio.sleep(0)
        await asyncio.to_thread(logging.getLogger("bot").info, "in a thread of %s", event_id())

    await asyncio.gather(event(), event())
    lines = stderr.getvalue().splitlines()
    assert len({line[-8:] for line in lines}) == 2
    assert all(f"of {line[-7:-1]} [" in line for line in lines)


def test_a_message_that_repeats_is_logged_twenty_times_a_minute() -> None:
    """With other values it is the same message; after the minute, the number of those left out is told."""

    def record(message: str, at: float) -> logging.LogRecord:
        made = logging.LogRecord("asyncio", logging.ERROR, "", 0, message, (at,), None)
        made.created = at
        return made

    limit = RepeatLimit()
    passed = [limit.filter(record("out of files %s", second / 1_000)) for second in range(5_000)]
    assert passed == [True] * 20 + [False] * 4_980
    assert limit.filter(record("another %s", 5))
    later = record("out of files %s", 61)
    assert limit.filter(later)
    assert later.getMessage() == "out of files 61 (and 4,980 more like this)"
