"""How old what the bot has is: said only where it is older than people would think."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from discord.utils import format_dt

from bot.ui import theme
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source

_LISTS_APART: Final = timedelta(days=4)
"""From one list to the next at most: over a week-end with a holiday beside it."""
_SILENT: Final = {Source.HUGGING_FACE: timedelta(hours=2), Source.ARXIV: timedelta(days=2)}
"""A source that fails for less long has cost nobody a paper: arXiv's are asked for once a day."""


def freshness(newest: date | None, sources: Sequence[SourceState], now: datetime, among: Collection[Source]) -> str:
    """A few words where the newest list (``None``: there is no dated one) or a source is behind; else nothing.

    ``among`` are the sources that matter.
    """
    silent = [each for each in sources if each.source in among and _silent(each, now)]
    old = newest is not None and now.date() - newest > _LISTS_APART
    if not silent and not old:
        return ""
    of_list = f"Newest list: {theme.written(newest)}" if newest else ""
    return theme.joined(of_list, *map(_said, silent))


def _silent(source: SourceState, now: datetime) -> bool:
    """Whether it fails, and has been for long."""
    longest = _SILENT[Source(source.source)]
    return source.failures > 0 and (source.read_at is None or now - source.read_at > longest)


def _said(source: SourceState) -> str:
    since = f"since {format_dt(source.read_at, 'f')}" if source.read_at else "yet"
    return f"{Source(source.source).display_name} has not answered {since}"
