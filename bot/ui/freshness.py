"""How old the papers are, mentioned only if they are older than people would expect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from discord.utils import format_dt

from bot.texts import tr, written
from bot.ui import theme
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source

_LISTS_APART: Final = timedelta(days=4)
"""The longest gap between two lists: a weekend next to a holiday."""
_SILENT: Final = {Source.HUGGING_FACE: timedelta(hours=2), Source.ARXIV: timedelta(days=2)}
"""Shorter failures cost nobody a paper: arXiv is asked once a day."""


def freshness(newest: date | None, sources: Sequence[SourceState], now: datetime, among: Collection[Source]) -> str:
    """A few words if the newest list (``None``: there is no dated list) or one of these sources is behind."""
    silent = [each for each in sources if each.source in among and _silent(each, now)]
    old = newest is not None and now.date() - newest > _LISTS_APART
    if not silent and not old:
        return ""
    of_list = tr("Newest list: {day}", day=written(newest)) if newest else ""
    return theme.joined(of_list, *map(_said, silent))


def _silent(source: SourceState, now: datetime) -> bool:
    """Whether it has been failing for long."""
    longest = _SILENT[Source(source.source)]
    return source.failures > 0 and (source.read_at is None or now - source.read_at > longest)


def _said(source: SourceState) -> str:
    name = Source(source.source).display_name
    if source.read_at is None:
        return tr("{source} hasn't responded yet", source=name)
    return tr("{source} hasn't responded since {when}", source=name, when=format_dt(source.read_at, "f"))
