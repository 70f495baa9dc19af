"""Reads live sources at the pace they ask for, with retries, and continues where the last run stopped.

It knows the sources and the catalogue's log of them; the caller stores the papers.
"""

from __future__ import annotations

from retrieval.ingest.live.fetcher import Fetcher, FetchTask, SyncResult
from retrieval.ingest.live.http_client import Client, RetryTiming
from retrieval.ingest.live.politeness import Source, synced_sources

__all__ = ["Client", "FetchTask", "Fetcher", "RetryTiming", "Source", "SyncResult", "synced_sources"]
