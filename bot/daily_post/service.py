"""Set up, preview, pause and remove daily posts. No Discord objects."""

from __future__ import annotations

from datetime import time

from bot.storage.daily_feeds import WhenEmpty
from retrieval.errors import InvalidInput, QueryError
from retrieval.query.query import parse

_EVERYTHING = {"all", "everything", "every paper", "*"}


MAX_RULES_LENGTH = 500
"""Characters of a channel's rules."""


def parse_rules(text: str) -> str:
    """A channel's rules as they are kept. Raises ``InvalidInput`` with a caret below the mistake."""
    if text.strip().casefold() in _EVERYTHING:
        return ""
    if len(text) > MAX_RULES_LENGTH:
        raise InvalidInput(f"Rules can have {MAX_RULES_LENGTH} characters at most; these have {len(text)}.")
    try:
        return parse(text).text
    except QueryError as error:
        meant = f" Try “{error.mend}”." if error.mend else ""
        raise InvalidInput(f"{error.reason}{meant}\n{error.query}\n{' ' * error.column}^") from None


def check_wait_until(when_empty: WhenEmpty, at: time, until: time | None) -> None:
    """Raise ``InvalidInput`` where a channel is to wait and it is not clear until when."""
    if when_empty is not WhenEmpty.WAIT:
        return
    if until is None:
        raise InvalidInput("Say until when I am to wait, with the option wait_until: 14:00, for example.")
    if until <= at:
        raise InvalidInput(f"The post is due at {at:%H:%M}: I can wait until a later time of the same day.")
