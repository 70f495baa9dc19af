"""Reading the live sources while the bot runs: whatever is due by then."""

from __future__ import annotations

import logging
from datetime import datetime

from retrieval.errors import SourceUnavailable
from retrieval.ingest.live import Source
from retrieval.library import Library

log = logging.getLogger(__name__)


class SourceSync:
    """Reads one source. Each source has a job of its own: while one is down, the others are still read."""

    def __init__(self, library: Library, source: Source) -> None:
        self._library = library
        self._source = source

    async def tick(self, _now: datetime) -> None:
        """Read what is due. While the source is down, the bot answers from what it has."""
        try:
            result = await self._library.sync(self._source)
        except SourceUnavailable as away:  # the catalogue counts these; /status and check show them
            log.info("%s", away)
            return
        if result.pages:
            new, changed = result.added.new, result.added.changed
            log.info(
                "%s: %d pages read, %d new papers, %d changed", self._source.display_name, result.pages, new, changed
            )
