"""Logging: colours on a terminal, plain lines elsewhere, and never a secret."""

from __future__ import annotations

import logging
import re
import sys

from rich.console import Console
from rich.logging import RichHandler

# A bot token, and the tokens of interactions and webhooks, which are in discord.py's DEBUG lines.
_SECRET = re.compile(
    r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=/interactions/)(\d+)/[\w-]+|(?<=/webhooks/)(\d+)/[\w-]{20,}|aW50ZXJhY3Rpb24[\w=-]{20,}"
)


_IRRELEVANT = (
    "voice will NOT be supported",  # the bot has no voice features
    "message content intent is missing",  # on purpose: commands are slash commands
    "Guilds intent seems to be disabled",  # about a client that SimCord makes to inspect discord.py
)


def _is_relevant(record: logging.LogRecord) -> bool:
    """Whether a record concerns this bot, unlike some of discord.py's warnings."""
    return not any(each in record.getMessage() for each in _IRRELEVANT)


class WithoutSecrets(logging.Formatter):
    """Formats a record, including its traceback, without tokens."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's text."""
        return redacted(super().format(record))


def redacted(text: str) -> str:
    """``text`` with everything that looks like a Discord token replaced."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}/[token]" if found[1] or found[2] else "[token]", text)


def set_up_logging(level: str) -> None:
    """Log to standard error. ``level`` is for the bot; libraries log INFO and above."""
    on_terminal = sys.stderr.isatty()
    handler: logging.Handler = (
        RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        if on_terminal
        else logging.StreamHandler()
    )
    handler.setFormatter(
        WithoutSecrets("%(message)s" if on_terminal else "%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(_is_relevant)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for ours in ("bot", "retrieval"):
        logging.getLogger(ours).setLevel(level.upper())
    for chatty in ("alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
