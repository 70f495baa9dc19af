"""A daily list of Hugging Face: all pages of it, or nothing.

Source: https://huggingface.co/docs/hub/api, ``GET /api/daily_papers``; at most a hundred papers in a response, and a
``Link`` with ``rel="next"`` while there are more.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from retrieval.catalogue import SourcePage
from retrieval.ingest.live.http_client import Client
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.fetched_page import FetchedPage
from retrieval.ingest.parsers.huggingface import read_answer

_A_PAGE = 100
_PAGES = 10  # at most in a list; the longest list so far has 50 papers


async def read_list(client: Client, base: str, day: date, patience: timedelta, known: SourcePage | None) -> FetchedPage:
    """The list of a day. Raises what ``Client.get`` raises."""
    whole = FetchedPage()
    for number in range(_PAGES):
        page = await client.get(
            Source.HUGGING_FACE,
            f"{base}/api/daily_papers",
            {"date": day.isoformat(), "limit": str(_A_PAGE)} | ({"p": str(number)} if number else {}),
            partial(read_answer, list_day=day, first=number * _A_PAGE),
            patience=patience,
            known=None if number else known,
        )
        whole = whole + page if number else page
        if not page.more:
            break
    return whole
