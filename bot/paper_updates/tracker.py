"""Finds changes of posted and saved papers, by comparing their known state with the catalogue. No Discord objects."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.storage.paper_changes import ChangeKind, PaperChange, PaperChanges, PaperState
from retrieval.library import Library
from retrieval.papers import Paper

log = logging.getLogger(__name__)

_COMPARE_AFTER: Final = timedelta(minutes=15)
_POSTED: Final = timedelta(days=1)  # posts whose papers may not be tracked yet; a post's are within minutes
_BATCH: Final = 500  # papers in one run, so that statements and runs stay short


def state_of(paper: Paper) -> PaperState:
    """The state of a paper that is tracked."""
    return PaperState(paper.id, paper.version, paper.withdrawn is not None, bool(paper.code_url))


def changes_between(before: PaperState, after: PaperState, at: datetime) -> list[PaperChange]:
    """Changes worth a notice: a withdrawal, a later version, code for a paper that had none.

    A version that was unknown before, or that a source takes back, isn't one.
    """
    found = list[PaperChange]()
    if after.withdrawn and not before.withdrawn:
        found.append(PaperChange(after.paper_id, ChangeKind.WITHDRAWN, 0, at))
    elif before.version is not None and after.version is not None and after.version > before.version:
        found.append(PaperChange(after.paper_id, ChangeKind.VERSION, after.version, at))
    if after.has_code and not before.has_code:
        found.append(PaperChange(after.paper_id, ChangeKind.CODE, 0, at))
    return found


async def track_changes(library: Library, changes: PaperChanges, now: datetime) -> int:
    """Track papers that were posted or saved, and compare those that are due; how many changes are new."""
    new = await library.papers(await changes.untracked(now - _POSTED, _BATCH))
    await changes.track([state_of(paper) for paper in new.values()], now)
    due = await changes.to_compare(now - _COMPARE_AFTER, _BATCH)
    papers = await library.papers([state.paper_id for state in due])
    unchanged, found = list[str](), 0
    for before in due:
        paper = papers.get(before.paper_id)
        after = before if paper is None else state_of(paper)
        if after == before:
            unchanged.append(before.paper_id)
        else:
            found += await changes.record(after, changes_between(before, after, now), now)
    await changes.unchanged(unchanged, now)
    if found:
        log.info("%d changes of posted or saved papers", found)
    return found
