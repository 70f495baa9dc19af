"""The pace at which a source wants requests: its published rate, and the pauses that its responses ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from retrieval.settings import SourceSettings

_FIRST_PAUSE = timedelta(seconds=4)
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)
_QUOTA = re.compile(r'(?:"[^"]*"|[\w.-]+)\s*;\s*r\s*=\s*(?P<left>\d{1,9})\s*;\s*t\s*=\s*(?P<seconds>\d{1,9})')


class Source(StrEnum):
    """A live source."""

    HUGGING_FACE = "huggingface"
    ARXIV = "arxiv"

    @property
    def display_name(self) -> str:
        """The name that people use."""
        return {"huggingface": "Hugging Face", "arxiv": "arXiv"}[self.value]

    @property
    def interval(self) -> timedelta:
        """Time from the end of a request to the next one, which stays below the published rate.

        Hugging Face: 500 requests in five minutes (https://huggingface.co/docs/hub/rate-limits).
        arXiv: one in three seconds, one connection (https://info.arxiv.org/help/api/tou.html).
        """
        return timedelta(seconds={"huggingface": 0.65, "arxiv": 3.0}[self.value])


def synced_sources(settings: SourceSettings) -> tuple[Source, ...]:
    """The sources that are read automatically; others are only asked for papers that somebody names."""
    if not settings.enabled:
        return ()
    return (Source.HUGGING_FACE, Source.ARXIV) if settings.arxiv_categories else (Source.HUGGING_FACE,)


def pause_after_failure(failures: int, jitter: float) -> timedelta:
    """The pause after this many failures in a row (at least 1): 4 s, then four times as long each time, up to 1 h.

    ``jitter`` (0..1) shortens it by up to half, so that many bots don't retry at the same time.
    """
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 4 ** min(failures - 1, 10))
    return longest * (1 - jitter / 2)


def requested_pause(headers: Mapping[str, str], now: datetime) -> timedelta:
    """The pause that a response asks for with ``Retry-After``, in seconds or as a date; at most a day.

    Source: RFC 9110, section 10.2.3.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        seconds = timedelta(seconds=min(int(text[:9]), 86_400))
        return min(seconds, _LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return timedelta(0)
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return min(max(until - now, timedelta(0)), _LONGEST_ASKED)


def requested_interval(headers: Mapping[str, str]) -> timedelta:
    """Time to the next request so that the rest of a quota lasts: ``RateLimit: "api";r=<left>;t=<seconds>``.

    Source: draft-ietf-httpapi-ratelimit-headers, as Hugging Face sends it.
    """
    intervals = [
        _interval(int(found["left"]), int(found["seconds"])) for found in _QUOTA.finditer(headers.get("RateLimit", ""))
    ]
    return max(intervals, default=timedelta(0))


def _interval(left: int, seconds: int) -> timedelta:
    return min(timedelta(seconds=seconds / max(left, 1)), _LONGEST_ASKED)
