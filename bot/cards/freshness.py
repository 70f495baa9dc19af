"""How old what the bot has is: said only where it is older than people would think."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from discord.utils import format_dt

from bot.cards import look
from retrieval.catalogue import SourceState
from retrieval.fetching import Source

_LISTS_APART: Final = timedelta(days=4)
"""From one list to the next at most: over a week-end with a holiday beside it."""
_SILENT: Final = timedelta(hours=2)
"""A source that fails for less long has cost nobody a list."""


def freshness(newest: date | None, sources: Sequence[SourceState], now: datetime) -> str:
    """A few words where the newest list (``None``: there is no dated one) or its source is behind; else nothing."""
    source = next((each for each in sources if each.source == Source.HUGGING_FACE), None)
    silent = source is not None and source.failures > 0 and _silent(source, now)
    old = newest is not None and now.date() - newest > _LISTS_APART
    if not silent and not old:
        return ""
    of_list = f"Newest list: {look.written(newest)}" if newest else ""
    return look.joined(of_list, _said(source) if silent and source else "")


def _silent(source: SourceState, now: datetime) -> bool:
    return source.read_at is None or now - source.read_at > _SILENT


def _said(source: SourceState) -> str:
    since = f"since {format_dt(source.read_at, 'f')}" if source.read_at else "yet"
    return f"{Source(source.source).spoken} has not answered {since}"
