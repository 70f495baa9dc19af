"""A daily list of Hugging Face: all pages of it, or nothing.

Source: https://huggingface.co/docs/hub/api, ``GET /api/daily_papers``; at most a hundred papers in a response, and a
``Link`` with ``rel="next"`` while there are more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.catalogue import SourcePage
from retrieval.errors import SourceError
from retrieval.ingest.live.http_client import Client
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.huggingface import read_answer
from retrieval.papers import Paper

_A_PAGE = 100
_PAGES = 10  # at most in a list; the longest list so far has 50 papers


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The usable papers of a page, what is wrong with the others, and how to ask whether the page changed."""

    papers: tuple[Paper, ...]
    defects: tuple[SourceError, ...]
    etag: str | None = None
    last_modified: str | None = None


async def read_list(
    client: Client, base: str, day: date, known: SourcePage | None, patience: timedelta
) -> FetchedPage | None:
    """The list of a day; ``None`` if it hasn't changed. Raises what ``Client.get`` raises."""
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
            # An unchanged first page doesn't mean an unchanged second one: a long list is always read again.
            etag, changed = (None, None) if number else (answer.etag, answer.last_modified)
            break
    return FetchedPage(tuple(papers), tuple(defects), etag, changed)
