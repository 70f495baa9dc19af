"""A daily list of Hugging Face, whole: all pages of its answer, or nothing.

Source: https://huggingface.co/docs/hub/api, ``GET /api/daily_papers``; a hundred papers an answer at most,
and a ``Link`` with ``rel="next"`` while there are more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.catalogue import Page
from retrieval.errors import SourceError
from retrieval.ingest.live.http_client import Client
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.huggingface import read_answer
from retrieval.papers import Paper

_A_PAGE = 100
_PAGES = 10  # of one list; the longest list so far has 50 papers


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What a page of a source held: its usable papers, what was wrong with others, and how to ask for it again."""

    papers: tuple[Paper, ...]
    defects: tuple[SourceError, ...]
    etag: str | None = None
    last_modified: str | None = None


async def read_list(
    client: Client, base: str, day: date, known: Page | None, patience: timedelta
) -> FetchedPage | None:
    """The list of a day; ``None`` where it has not changed. Raises as ``Client.get`` does."""
    papers, defects, etag, changed = list[Paper](), list[SourceError](), None, None
    for number in range(_PAGES):
        first = number * _A_PAGE
        answer = await client.get(
            Source.HUGGING_FACE,
            f"{base}/api/daily_papers",
            {"date": day.isoformat(), "limit": str(_A_PAGE)} | ({"p": str(number)} if number else {}),
            lambda body, first=first: read_answer(body, list_day=day, first=first),
            patience=patience,
            known=None if number else known,
        )
        if answer is None:
            return None
        papers += answer.value[0]
        defects += answer.value[1]
        if not answer.more:
            # What is unchanged on the first page may have changed on the second: a long list is read anew.
            etag, changed = (None, None) if number else (answer.etag, answer.last_modified)
            break
    return FetchedPage(tuple(papers), tuple(defects), etag, changed)
