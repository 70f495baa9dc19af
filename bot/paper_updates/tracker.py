"""What became of papers: the remembered state of each compared with the catalogue's. No Discord in it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from bot.storage.paper_changes import ChangeKind, PaperChange, PaperChanges, PaperState
from retrieval.library import Library
from retrieval.papers import Paper

log = logging.getLogger(__name__)

AGAIN: Final = timedelta(minutes=15)
"""After how long a paper is looked at again."""
_POSTED: Final = timedelta(days=1)  # a post's papers are remembered from its first minutes on
_AT_ONCE: Final = 500  # papers in a look: no statement gets too long, and a look stays short


def state_of(paper: Paper) -> PaperState:
    """What is remembered of a paper."""
    return PaperState(paper.id, paper.version, paper.withdrawn is not None, bool(paper.code_url))


def changes_between(before: PaperState, after: PaperState, at: datetime) -> list[PaperChange]:
    """What people should learn of: a withdrawal, a later version, code where there was none.

    A version that becomes known, and one that a source takes back, are no news.
    """
    found = list[PaperChange]()
    if after.withdrawn and not before.withdrawn:
        found.append(PaperChange(after.paper_id, ChangeKind.WITHDRAWN, 0, at))
    elif before.version is not None and after.version is not None and after.version > before.version:
        found.append(PaperChange(after.paper_id, ChangeKind.VERSION, after.version, at))
    if after.has_code and not before.has_code:
        found.append(PaperChange(after.paper_id, ChangeKind.CODE, 0, at))
    return found


async def watch(library: Library, changes: PaperChanges, now: datetime) -> int:
    """Begin to remember what was posted and saved since, and compare what is due; how many changes are new."""
    new = await library.papers(await changes.unwatched(now - _POSTED, _AT_ONCE))
    await changes.watch([state_of(paper) for paper in new.values()], now)
    due = await changes.to_look_at(now - AGAIN, _AT_ONCE)
    papers = await library.papers([state.paper_id for state in due])
    same, told = list[str](), 0
    for before in due:
        paper = papers.get(before.paper_id)
        after = before if paper is None else state_of(paper)
        if after == before:
            same.append(before.paper_id)
        else:
            told += await changes.keep(after, changes_between(before, after, now), now)
    await changes.looked(same, now)
    if told:
        log.info("%d changes of posted or saved papers", told)
    return told
