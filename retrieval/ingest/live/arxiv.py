"""arXiv: the daily feed of categories, all submissions of a day, and single papers.

Sources: https://info.arxiv.org/help/rss.html and https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from retrieval.catalogue import SourcePage
from retrieval.errors import SourceError
from retrieval.ingest.live.http_client import Client
from retrieval.ingest.live.huggingface import FetchedPage
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.arxiv import Feed, read_feed
from retrieval.papers import Paper

_A_PAGE = 200
_MOST = 10_000  # papers of a day: several times as many as all of arXiv gets


async def read_announcements(
    client: Client, base: str, categories: Sequence[str], known: SourcePage | None, patience: timedelta
) -> FetchedPage | None:
    """The latest announcements in these categories: new papers and versions. ``None``: nothing changed."""
    url = f"{base}/atom/{'+'.join(categories)}"
    answer = await client.get(Source.ARXIV, url, {}, read_feed, patience=patience, known=known)
    if answer is None:
        return None
    return FetchedPage(answer.value.papers, answer.value.defects, answer.etag, answer.last_modified)


async def read_submissions(
    client: Client, base: str, categories: Sequence[str], day: date, patience: timedelta
) -> FetchedPage:
    """All papers in these categories that were first submitted on ``day`` (UTC)."""
    among = " OR ".join(f"cat:{category}" for category in categories)
    query = f"({among}) AND submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"
    papers, defects, start, total = list[Paper](), list[SourceError](), 0, 1
    while start < min(total, _MOST):
        order = {"sortBy": "submittedDate", "sortOrder": "ascending"}
        feed = await _query(client, base, {"search_query": query, "start": str(start)} | order, start, patience)
        papers += feed.papers
        defects += feed.defects
        start, total = start + feed.entries, feed.total or 0
    return FetchedPage(tuple(papers), tuple(defects))


async def _query(client: Client, base: str, params: dict[str, str], start: int, patience: timedelta) -> Feed:
    def whole(body: bytes) -> Feed:
        """The feed. An empty one before the announced total is a failure of arXiv, not the end."""
        feed = read_feed(body)
        if not feed.entries and start < (feed.total or 0):
            raise SourceError(f"no papers after the first {start} of {feed.total}")
        return feed

    params = params | {"max_results": str(_A_PAGE)}
    answer = await client.get(Source.ARXIV, f"{base}/api/query", params, whole, patience=patience)
    assert answer is not None  # only a conditional request can be unchanged
    return answer.value


async def read_paper(client: Client, base: str, id: str, patience: timedelta) -> FetchedPage:
    """The newest version of one paper; nothing if arXiv doesn't have it."""
    url, params = f"{base}/api/query", {"id_list": id, "max_results": "1"}
    answer = await client.get(Source.ARXIV, url, params, read_feed, patience=patience)
    assert answer is not None  # as above
    return FetchedPage(answer.value.papers, answer.value.defects)
