"""Logging: colours on a terminal, JSON elsewhere, one id for everything that an event causes, and never a secret.

A message that repeats without end (a full disk, an attack) is logged twenty times a minute; then its number is.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console
from rich.logging import RichHandler

# A bot token, and the tokens of interactions and webhooks, which are in discord.py's DEBUG lines.
_SECRET = re.compile(
    r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=/interactions/)(\d+)/[\w-]+|(?<=/webhooks/)(\d+)/[\w-]{20,}|aW50ZXJhY3Rpb24[\w=-]{20,}"
)
# An email address, or what somebody typed as one.
_ADDRESS = re.compile(r"[^\s/@<>\"'“”‘’(),;:=]+@[^\s@<>\"'“”‘’(),;:]+")
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I: people read ids out loud
_MINUTE: Final = 60.0
_MOST_KINDS: Final = 1_000  # of messages that are counted at the same time

_event = ContextVar("event", default="")
_began = ContextVar("began", default=0.0)


def new_id() -> str:
    """Six characters that people can read out loud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))


def begin_event() -> None:
    """From here on, this task and those that it starts belong to a new event: a command, a press, a job's run."""
    _event.set(new_id())
    _began.set(time.perf_counter())


def event_seconds() -> float:
    """Seconds since the present event began."""
    return time.perf_counter() - _began.get()


def event_id() -> str:
    """The id of the present event; empty if there is none."""
    return _event.get()


_IRRELEVANT = (
    "voice will NOT be supported",  # the bot has no voice features
    "message content intent is missing",  # on purpose: commands are slash commands
    "Guilds intent seems to be disabled",  # about a client that SimCord makes to inspect discord.py
)


def _is_relevant(record: logging.LogRecord) -> bool:
    """Whether a record concerns this bot, unlike some of discord.py's warnings."""
    return not any(each in record.getMessage() for each in _IRRELEVANT)


def _add_event(record: logging.LogRecord) -> bool:
    """Note the event in the record, before another thread formats it."""
    record.event = event_id()
    return True


@dataclass(slots=True)
class _Repeats:
    """How often a message was logged since ``since``, and how often it was left out."""

    since: float
    logged: int = 0
    left_out: int = 0


class RepeatLimit(logging.Filter):
    """Lets each message through ``per_minute`` times a minute, and then says how many were left out."""

    def __init__(self, per_minute: int = 20) -> None:
        super().__init__()
        self._per_minute = per_minute
        self._repeats = dict[tuple[str, int, str], _Repeats]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record. The same message with other values is the same message."""
        key = (record.name, record.levelno, f"{record.msg!s:.200} {record.exc_info and record.exc_info[0]}")
        seen = self._repeats.get(key)
        if seen is None or record.created - seen.since >= _MINUTE:
            if seen is not None and seen.left_out:
                record.msg, record.args = f"{record.getMessage()} (and {seen.left_out:,} more like this)", ()
            if len(self._repeats) >= _MOST_KINDS:
                self._repeats.clear()
            seen = self._repeats[key] = _Repeats(record.created)
        if seen.logged >= self._per_minute:
            seen.left_out += 1
            return False
        seen.logged += 1
        return True


class WithoutSecrets(logging.Formatter):
    """Formats a record, including its traceback, without tokens and addresses; its event is at the end."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's text."""
        event = getattr(record, "event", "")
        return redacted(super().format(record)) + (f" [{event}]" if event else "")


class JsonLines(logging.Formatter):
    """A line of JSON for each record, without tokens and addresses."""

    def format(self, record: logging.LogRecord) -> str:
        """``time`` is UTC."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": when.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        event = getattr(record, "event", "")
        if event:
            line["event"] = event
        if record.exc_info:
            line["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line)


def redacted(text: str) -> str:
    """``text`` without anything that looks like a Discord token or an email address."""
    text = _SECRET.sub(lambda found: f"{found[1] or found[2]}/[token]" if found[1] or found[2] else "[token]", text)
    return _ADDRESS.sub("[address]", text)


def set_up_logging(level: str, form: str = "auto") -> None:
    """Log to standard error. ``level`` is for the bot; libraries log INFO and above.

    ``form``: "text", "json", or "auto": colours on a terminal, otherwise JSON.
    """
    on_terminal = sys.stderr.isatty() and form == "auto"
    handler: logging.Handler = (
        RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        if on_terminal
        else logging.StreamHandler()
    )
    plain = "%(message)s" if on_terminal else "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(WithoutSecrets(plain) if on_terminal or form == "text" else JsonLines())
    for each in (_is_relevant, RepeatLimit(), _add_event):
        handler.addFilter(each)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for ours in ("bot", "retrieval"):
        logging.getLogger(ours).setLevel(level.upper())
    for chatty in ("alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
