"""How a source wants to be asked: its published pace, its word on when to come back, its rest. Pure."""

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
    def spoken(self) -> str:
        """As people call it."""
        return {"huggingface": "Hugging Face", "arxiv": "arXiv"}[self.value]

    @property
    def interval(self) -> timedelta:
        """Time from the end of a request to the next one, so that the published rate is never reached.

        Hugging Face: 500 requests in five minutes (https://huggingface.co/docs/hub/rate-limits).
        arXiv: one in three seconds, one connection (https://info.arxiv.org/help/api/tou.html).
        """
        return timedelta(seconds={"huggingface": 0.65, "arxiv": 3.0}[self.value])


def followed(settings: SourceSettings) -> tuple[Source, ...]:
    """The sources that are read by themselves; others are asked only for papers that somebody names."""
    if not settings.enabled:
        return ()
    return (Source.HUGGING_FACE, Source.ARXIV) if settings.arxiv_categories else (Source.HUGGING_FACE,)


def pause_after_failure(failures: int, jitter: float) -> timedelta:
    """How long a source is left alone after so many failures in a row (at least 1): 4 s, then four times as long.

    An hour at most. ``jitter`` (0..1) takes up to half of it away, so that many bots do not come back together.
    """
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 4 ** min(failures - 1, 10))
    return longest * (1 - jitter / 2)


def pause_asked_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer asks to be left alone: ``Retry-After``, in seconds or as a date; a day at most.

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


def pace_asked_for(headers: Mapping[str, str]) -> timedelta:
    """How long to the next request so that what is left of a quota lasts: ``RateLimit: "api";r=<left>;t=<seconds>``.

    Source: draft-ietf-httpapi-ratelimit-headers, as Hugging Face sends it.
    """
    paces = [
        _pace(int(found["left"]), int(found["seconds"])) for found in _QUOTA.finditer(headers.get("RateLimit", ""))
    ]
    return max(paces, default=timedelta(0))


def _pace(left: int, seconds: int) -> timedelta:
    return min(timedelta(seconds=seconds / max(left, 1)), _LONGEST_ASKED)
