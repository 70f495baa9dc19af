"""The log: set up once, in main. Colours on a terminal, plain lines elsewhere; no secrets in either."""

from __future__ import annotations

import logging
import re
import sys

from rich.console import Console
from rich.logging import RichHandler

# A bot token, and the tokens of interactions and webhooks, which discord.py's DEBUG lines hold.
_SECRET = re.compile(
    r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=/interactions/)(\d+)/[\w-]+|(?<=/webhooks/)(\d+)/[\w-]{20,}|aW50ZXJhY3Rpb24[\w=-]{20,}"
)


_NOT_OURS = (
    "voice will NOT be supported",  # no voice here
    "message content intent is missing",  # that is what we want: commands are slash commands
    "Guilds intent seems to be disabled",  # said of a client that SimCord makes to look at discord.py
)


def _concerns_us(record: logging.LogRecord) -> bool:
    """Whether a line is about something that this bot does; warnings of other things alarm for nothing."""
    return not any(each in record.getMessage() for each in _NOT_OURS)


class WithoutSecrets(logging.Formatter):
    """Formats a record, traceback included, with tokens blotted out."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's text."""
        return redacted(super().format(record))


def redacted(text: str) -> str:
    """``text`` with everything that looks like a token of Discord's replaced."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}/[token]" if found[1] or found[2] else "[token]", text)


def set_up_logging(level: str) -> None:
    """Send the log to standard error; ``level`` is the bot's, libraries stay at INFO or above."""
    on_terminal = sys.stderr.isatty()
    handler: logging.Handler = (
        RichHandler(console=Console(stderr=True), show_path=False, rich_tracebacks=False)
        if on_terminal
        else logging.StreamHandler()
    )
    handler.setFormatter(
        WithoutSecrets("%(message)s" if on_terminal else "%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(_concerns_us)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for ours in ("bot", "retrieval"):
        logging.getLogger(ours).setLevel(level.upper())
    for chatty in ("alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
