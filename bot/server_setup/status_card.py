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
from bot.texts import counted, mark, tr, translated, written
from bot.ui import theme
from bot.ui.components import card, setup_button, spaced, texts_within
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import bold, plain
from bot.ui.notices import HOW_TO_ADD
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
    none = [] if feeds else [tr(NO_FEED)]
    parts = [f"## {tr('Status')}", *none, *texts, *more_channels(len(feeds) - len(texts)), rest]
    return card(theme.LIST, spaced(parts), [] if feeds else [setup_button()])


def _channel(status: FeedStatus) -> str:
    feed, posted = status.feed, status.posted
    last = tr("Last post: {post}.", post=post_link(feed, posted, written(posted.day))) if posted else tr(NO_POSTS)
    lines = [f"### <#{feed.channel_id}>", last, next_post_line(feed, status.next_at)]
    return "\n".join([*lines, *_failure(status), _permissions(status)])


def _failure(status: FeedStatus) -> list[str]:
    """The last error, and what is left to do about it."""
    failed, posted = status.failed, status.posted
    if failed is None:
        return []
    reason = plain(shorten(translated(failed.reason or ""), _REASON))
    error = tr("Last error, {day}: {reason}", day=written(failed.day), reason=reason)
    if posted is not None and posted.id > failed.id:
        return [f"{error} {tr('It has worked since.')}"]
    if status.gone or status.missing:
        return [f"{error} {tr('See below how to fix it.')}"]
    if status.feed.trouble:
        return [f"{error} {tr('Use `/daily resume` to start again.')}"]
    return [f"{error} {tr('Nothing is missing now: the next post will be sent as planned.')}"]


def _permissions(status: FeedStatus) -> str:
    if status.gone:
        return tr("**The channel was deleted.** Set up another one with `/daily set`.")
    if status.missing:
        then = tr("Then use `/daily resume`.") if status.feed.trouble else tr("That's all.")
        lacking = mark(
            "Permissions: I need {permissions} there. Open the channel's settings, then Permissions, "
            "add me, and allow it."
        )
        return f"{tr(lacking, permissions=status.missing)} {then}"
    if status.missing_for_threads:
        lacking = mark(
            "Permissions: I have everything I need to post. To open discussions there, I also need {permissions}."
        )
        return tr(lacking, permissions=status.missing_for_threads)
    return tr("Permissions: I have everything I need.")


def _discussions(discussions: DiscussionsStatus | None) -> str:
    if discussions is None:
        return ""
    channel = f"<#{discussions.channel_id}>"
    if discussions.gone:
        line = tr("The channel for discussions was deleted. Choose another one with `/discussions`.")
    elif discussions.missing:
        lacking = mark("I need {permissions} in {channel}. Allow it in that channel's settings.")
        line = tr(lacking, permissions=discussions.missing, channel=channel)
    else:
        line = tr("They're opened in {channel}, where I have all permissions I need.", channel=channel)
    return f"### {tr('Discussions')}\n{line}\n"


def _sources(sources: SourcesStatus) -> str:
    newest = tr("The newest list is from {day}.", day=written(sources.newest)) if sources.newest else ""
    none = f"{tr('No dated list yet.')} {tr(HOW_TO_ADD)}"
    if not sources.live:
        states = [tr("Live sources are off: papers are imported from files.")]
    else:
        states = list(map(_source, sources.states)) or [tr("No live source has been read yet.")]
    return "\n".join([f"### {tr('Sources')}", newest or none, *states])


def _jobs(background: JobsStatus | None) -> str:
    """The background jobs that are failing, late or were restarted; or a line that all is well."""
    if background is None or not background.jobs:
        return ""
    shown = [job for job in background.jobs if job.restarts or not job.is_healthy(background.now)]
    lines = [_job(job, background.now) for job in shown[:_MOST_JOBS]] or [tr("All of them are running.")]
    return "\n".join([f"\n### {tr('Background jobs')}", *lines])


def _job(job: JobStatus, now: datetime) -> str:
    last = format_dt(job.last_success, "R") if job.last_success else ""
    success = tr("last success {when}", when=last) if last else tr("no success since I started")
    look_up = mark("Whoever runs me can look up `{reference}` in the log.")
    reference = f" {tr(look_up, reference=job.reference)}" if job.reference else ""
    if job.is_late(now):
        late = tr("**late**, expected {when}", when=format_dt(job.expected_by, "R"))
        return f"{job.name}: {late}; {success}.{reference}"
    if job.failures:
        failures = tr("{failures} in a row", failures=counted(job.failures, "failure"))
        return f"{job.name}: {bold(failures)}; {success}.{reference}"
    again = tr("running again after {restarts}.", restarts=counted(job.restarts, "restart"))
    return f"{job.name}: {again}{reference}"


def _source(state: SourceState) -> str:
    name = Source(state.source).display_name
    when = format_dt(state.read_at, "R") if state.read_at else ""
    read = tr("last read {when}", when=when) if when else tr("not read yet")
    if not state.failures:
        return f"{name}: {read}."
    failing = mark("{failures} in a row, most recently {status}. I'll try again {when}.")
    trouble = tr(
        failing,
        failures=counted(state.failures, "failure"),
        status=plain(shorten(state.last_status, _REASON)).rstrip("."),
        when=format_dt(state.free_at, "R"),
    )
    return f"{name}: {read}; {trouble} {tr('If it keeps failing, whoever runs me should check the network.')}"
