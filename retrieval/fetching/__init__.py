"""Reading the live sources: politely, patiently, and on from where the last run stopped.

It knows the sources and the catalogue's log of them, and hands papers to whoever stores them.
"""

from __future__ import annotations

from retrieval.fetching.client import Client, Waiting
from retrieval.fetching.fetcher import Caught, Fetcher, Step
from retrieval.fetching.manners import Source, followed

__all__ = ["Caught", "Client", "Fetcher", "Source", "Step", "Waiting", "followed"]
