"""The status card: each channel's last and next post, missing permissions, sources and background jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.daily_post.feed_cards import more_channels
from bot.daily_post.feed_text import NO_POSTS, next_post_line, post_link
from bot.daily_post.service import NO_FEED
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import Delivery
from bot.storage.heartbeat import JobStatus
from bot.texts import counted, written
from bot.ui import theme
from bot.ui.components import card, setup_button, spaced, texts_within
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import plain
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source

_MOST: Final = COMPONENTS // 2 - 3
"""Channels in the card. Each takes two components, a text and the gap before it; the rest of the card takes six."""
_MOST_JOBS: Final = 5  # background jobs in trouble
_REASON: Final = 200  # characters of an error
_MARGIN: Final = 150  # characters of the heading and the line that counts the other channels


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """The state of a channel's daily post.

    ``next_at`` is its next post, ``None`` while paused. ``posted`` is the last post that was sent, ``failed`` the
    last one that wasn't. ``missing`` names the permissions that the bot lacks for posting, as Discord's settings call
    them, ``missing_for_threads`` those it lacks for discussions. ``gone``: the channel was deleted.
    """

    feed: DailyFeed
    next_at: datetime | None
    posted: Delivery | None
    failed: Delivery | None
    missing: str = ""
    missing_for_threads: str = ""
    gone: bool = False

    @property
    def needs_attention(self) -> bool:
        """Whether somebody has to do something before the next post can be sent."""
        return self.gone or bool(self.missing or self.feed.trouble)


@dataclass(frozen=True, slots=True)
class SourcesStatus:
    """The day of the newest list, the state of each live source, and whether live sources are on."""

    newest: date | None
    states: Sequence[SourceState]
    live: bool


@dataclass(frozen=True, slots=True)
class DiscussionsStatus:
    """The channel a server chose for discussions, and the permissions that the bot lacks there."""

    channel_id: int
    missing: str
    gone: bool


@dataclass(frozen=True, slots=True)
class JobsStatus:
    """The state of the background jobs at ``now``."""

    jobs: Sequence[JobStatus]
    now: datetime


def server_status_card(
    feeds: Sequence[FeedStatus],
    sources: SourcesStatus,
    discussions: DiscussionsStatus | None = None,
    jobs: JobsStatus | None = None,
) -> ui.LayoutView:
    """The whole card: channels with problems first; those that don't fit are counted.

    ``discussions`` is ``None`` if discussions are opened in the channels themselves.
    """
    rest = f"{_discussions(discussions)}{_sources(sources)}{_jobs(jobs)}"
    ordered = sorted(feeds, key=lambda each: not each.needs_attention)[:_MOST]
    texts = texts_within(map(_channel, ordered), TEXT - _MARGIN - len(rest))
    none = [] if feeds else [NO_FEED]
    parts = ["## Status", *none, *texts, *more_channels(len(feeds) - len(texts)), rest]
    return card(theme.LIST, spaced(parts), [] if feeds else [setup_button()])


def _channel(status: FeedStatus) -> str:
    feed, posted = status.feed, status.posted
    last = f"Last post: {post_link(feed, posted, written(posted.day))}." if posted else NO_POSTS
    lines = [f"### <#{feed.channel_id}>", last, next_post_line(feed, status.next_at)]
    return "\n".join([*lines, *_failure(status), _permissions(status)])


def _failure(status: FeedStatus) -> list[str]:
    """The last error, and what is left to do about it."""
    failed, posted = status.failed, status.posted
    if failed is None:
        return []
    error = f"Last error, {written(failed.day)}: {plain(shorten(failed.reason or '', _REASON))}"
    if posted is not None and posted.id > failed.id:
        return [f"{error} It has worked since."]
    if status.gone or status.missing:
        return [f"{error} See below how to fix it."]
    if status.feed.trouble:
        return [f"{error} Use `/daily resume` to start again."]
    return [f"{error} Nothing is missing now: the next post will be sent as planned."]


def _permissions(status: FeedStatus) -> str:
    if status.gone:
        return "**The channel was deleted.** Set up another one with `/daily set`."
    if status.missing:
        then = "Then use `/daily resume`." if status.feed.trouble else "That's all."
        return (
            f"Permissions: I need {status.missing} there. Open the channel's settings, then Permissions, "
            f"add me, and allow it. {then}"
        )
    if status.missing_for_threads:
        return (
            f"Permissions: I have everything I need to post. To open discussions there, I also need "
            f"{status.missing_for_threads}."
        )
    return "Permissions: I have everything I need."


def _discussions(discussions: DiscussionsStatus | None) -> str:
    if discussions is None:
        return ""
    if discussions.gone:
        line = "The channel for discussions was deleted. Choose another one with `/discussions`."
    elif discussions.missing:
        line = f"I need {discussions.missing} in <#{discussions.channel_id}>. Allow it in that channel's settings."
    else:
        line = f"They're opened in <#{discussions.channel_id}>, where I have all permissions I need."
    return f"### Discussions\n{line}\n"


def _sources(sources: SourcesStatus) -> str:
    newest = f"The newest list is from {written(sources.newest)}." if sources.newest else "No dated list yet."
    if not sources.live:
        states = ["Live sources are off: papers are imported from files."]
    else:
        states = list(map(_source, sources.states)) or ["No live source has been read yet."]
    return "\n".join(["### Sources", newest, *states])


def _jobs(background: JobsStatus | None) -> str:
    """The background jobs that are failing, late or were restarted; or a line that all is well."""
    if background is None or not background.jobs:
        return ""
    shown = [job for job in background.jobs if job.restarts or not job.is_healthy(background.now)]
    lines = [_job(job, background.now) for job in shown[:_MOST_JOBS]] or ["All of them are running."]
    return "\n".join(["\n### Background jobs", *lines])


def _job(job: JobStatus, now: datetime) -> str:
    success = f"last success {format_dt(job.last_success, 'R')}" if job.last_success else "no success since I started"
    reference = f" Whoever runs me can look up `{job.reference}` in the log." if job.reference else ""
    if job.is_late(now):
        return f"{job.name}: **late**, expected {format_dt(job.expected_by, 'R')}; {success}.{reference}"
    if job.failures:
        return f"{job.name}: **{counted(job.failures, 'failure')} in a row**; {success}.{reference}"
    return f"{job.name}: running again after {counted(job.restarts, 'restart')}.{reference}"


def _source(state: SourceState) -> str:
    name = Source(state.source).display_name
    read = f"last read {format_dt(state.read_at, 'R')}" if state.read_at else "not read yet"
    if not state.failures:
        return f"{name}: {read}."
    return (
        f"{name}: {read}; {counted(state.failures, 'failure')} in a row, most recently "
        f"{plain(shorten(state.last_status, _REASON)).rstrip('.')}. I'll try again {format_dt(state.free_at, 'R')}. "
        "If it keeps failing, whoever runs me should check the network."
    )
