"""arXiv: the daily feed of categories, all submissions of a day, and single papers.

Sources: https://info.arxiv.org/help/rss.html and https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from retrieval.catalogue import SourcePage
from retrieval.errors import SourceError
from retrieval.ingest.live.http_client import Client
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.arxiv import read_feed
from retrieval.ingest.parsers.fetched_page import FetchedPage

_A_PAGE = 200
_MOST = 10_000  # papers of a day: several times as many as all of arXiv gets


async def read_announcements(
    client: Client, base: str, categories: Sequence[str], patience: timedelta, known: SourcePage | None
) -> FetchedPage:
    """The latest announcements in these categories: new papers and versions."""
    url = f"{base}/atom/{'+'.join(categories)}"
    return await client.get(Source.ARXIV, url, {}, read_feed, patience=patience, known=known)


async def read_submissions(
    client: Client, base: str, categories: Sequence[str], day: date, patience: timedelta, _: SourcePage | None
) -> FetchedPage:
    """All papers in these categories that were first submitted on ``day`` (UTC). arXiv's API has no etags."""
    among = " OR ".join(f"cat:{category}" for category in categories)
    query = f"({among}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"
    whole = FetchedPage(total=1)
    while whole.entries < min(whole.total or 0, _MOST):
        order = {"sortBy": "submittedDate", "sortOrder": "ascending", "max_results": str(_A_PAGE)}
        params = {"search_query": query, "start": str(whole.entries)} | order
        read = partial(_read_from, whole.entries)
        whole += await client.get(Source.ARXIV, f"{base}/api/query", params, read, patience=patience)
    return whole


def _read_from(start: int, body: bytes) -> FetchedPage:
    """The feed. An empty one before the announced total is a failure of arXiv, not the end."""
    feed = read_feed(body)
    if not feed.entries and start < (feed.total or 0):
        raise SourceError(f"no papers after the first {start} of {feed.total}")
    return feed


async def read_paper(client: Client, base: str, id: str, patience: timedelta) -> FetchedPage:
    """The newest version of one paper; nothing if arXiv doesn't have it."""
    params = {"id_list": id, "max_results": "1"}
    return await client.get(Source.ARXIV, f"{base}/api/query", params, read_feed, patience=patience)
