"""The pace at which a source wants requests: what its headers ask for, and pauses after failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.live.http_client import user_agent
from retrieval.ingest.live.politeness import (
    Source,
    pause_after_failure,
    requested_interval,
    requested_pause,
    synced_sources,
)
from retrieval.settings import SourceSettings

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_published_rates_are_respected() -> None:
    """500 requests in five minutes, and one in three seconds."""
    assert timedelta(minutes=5) / Source.HUGGING_FACE.interval < 500
    assert Source.ARXIV.interval >= timedelta(seconds=3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Tue, 24 Nov 2026 08:01:30 GMT", 90),
        ("Tue, 24 Nov 2026 08:01:30 -0000", 90),
        ("Tue, 24 Nov 2026 10:01:30 +0200", 90),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        ("-5", 0),
        ("9" * 40, 86_400),
        ("Tue, 24 Nov 2099 08:00:00 GMT", 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float) -> None:
    """Nonsense is ignored, and no source can stop us for ever."""
    assert requested_pause({"Retry-After": text}, NOW) == timedelta(seconds=seconds)
    assert requested_pause({}, NOW) == timedelta(0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ('"api";r=0;t=55', 55),
        ('"api";r=100;t=300', 3),
        ('"api"; r=499; t=300', 300 / 499),
        ('"api";r=10;t=20, "pages";r=1;t=30', 30),
        ("nonsense", 0),
    ],
)
def test_the_rest_of_a_quota_is_spread(text: str, seconds: float) -> None:
    """The slowest of several limits counts."""
    assert requested_interval({"RateLimit": text}) == timedelta(seconds=seconds)


@given(st.text(), st.text())
def test_any_header_is_accepted(retry: str, limit: str) -> None:
    """Whatever it contains."""
    assert timedelta(0) <= requested_pause({"Retry-After": retry}, NOW) <= timedelta(days=1)
    assert timedelta(0) <= requested_interval({"RateLimit": limit}) <= timedelta(days=1)


@given(st.integers(1, 1_000_000), st.floats(0, 1))
def test_pauses_grow_to_an_hour(failures: int, jitter: float) -> None:
    """They're at least half as long without jitter, so that jitter spreads requests but doesn't hurry."""
    pause, longest = pause_after_failure(failures, jitter), pause_after_failure(failures, 0.0)
    assert longest / 2 <= pause <= longest <= HOUR
    assert pause_after_failure(failures + 1, jitter) >= pause


def test_the_first_pauses_are_short() -> None:
    """Most failures are over in a moment."""
    pauses = [pause_after_failure(failures, 0.0).total_seconds() for failures in (1, 2, 3)]
    assert pauses == [4, 16, 64]


def test_only_sources_in_the_settings_are_read_automatically() -> None:
    """Without categories, there is nothing to read at arXiv."""
    off = SourceSettings(enabled=False, arxiv_categories=("cs.CL",))
    assert synced_sources(off) == ()
    assert synced_sources(SourceSettings()) == (Source.HUGGING_FACE,)
    assert synced_sources(SourceSettings(arxiv_categories=("cs.CL",))) == (Source.HUGGING_FACE, Source.ARXIV)


def test_the_user_agent_names_the_program_and_the_operator() -> None:
    """So that a source's operators know whom to contact."""
    assert user_agent("mailto:ada@example.org").startswith("daily-papers-bot")
    assert user_agent("mailto:ada@example.org").endswith("(mailto:ada@example.org)")
    assert "(" not in user_agent("  ")
