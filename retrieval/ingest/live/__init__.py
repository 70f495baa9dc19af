"""Reading the live sources: politely, patiently, and on from where the last run stopped.

It knows the sources and the catalogue's log of them, and hands papers to whoever stores them.
"""

from __future__ import annotations

from retrieval.ingest.live.fetcher import Fetcher, FetchTask, SyncResult
from retrieval.ingest.live.http_client import Client, RetryTiming
from retrieval.ingest.live.politeness import Source, followed

__all__ = ["Client", "FetchTask", "Fetcher", "RetryTiming", "Source", "SyncResult", "followed"]
