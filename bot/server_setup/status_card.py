"""How the bot does in a server: each channel's last and next post, what is missing, how old the sources are."""

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
from bot.storage.daily_posts import PostClaim
from bot.storage.heartbeat import JobStatus
from bot.ui import theme
from bot.ui.components import card, spaced, texts_within
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import plain
from bot.ui.theme import counted
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source

_MOST: Final = COMPONENTS // 2 - 3
"""Channels in the card: each takes a text and the room before it; the card, heading, sources and last line six."""
_MOST_JOBS: Final = 5  # background jobs in trouble
_REASON: Final = 200  # characters of what went wrong
_MARGIN: Final = 150  # characters of the heading and of the line that counts what is left out


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How the daily post of a channel stands.

    ``next_at`` is its next post, ``None`` while it is paused. ``posted`` is the last one that went out, ``failed``
    the last one that did not. ``lacks`` names the permissions that the bot lacks there, as Discord's settings call
    them, and ``lacks_to_discuss`` those that it lacks to open threads; ``gone``: there is no such channel any more.
    """

    feed: DailyFeed
    next_at: datetime | None
    posted: PostClaim | None
    failed: PostClaim | None
    lacks: str = ""
    lacks_to_discuss: str = ""
    gone: bool = False

    @property
    def unwell(self) -> bool:
        """Whether somebody has to do something before the next post can go out."""
        return self.gone or bool(self.lacks or self.feed.trouble)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the papers come from: the day of the newest list, each live source, and whether these are read at all."""

    newest: date | None
    states: Sequence[SourceState]
    live: bool


@dataclass(frozen=True, slots=True)
class Discussing:
    """Where a server wants its discussions, and the permissions that the bot lacks there."""

    channel_id: int
    lacks: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Jobs:
    """How the bot's background jobs are doing at ``now``."""

    jobs: Sequence[JobStatus]
    now: datetime


def server_status_card(
    standings: Sequence[FeedStatus],
    sources: Sources,
    discussing: Discussing | None = None,
    jobs: Jobs | None = None,
) -> ui.LayoutView:
    """All that a server's administrator wants to know; channels in trouble first, further ones counted.

    ``discussing`` is ``None`` where discussions are opened in the channels themselves.
    """
    from_where = f"{_discussing(discussing)}{_sources(sources)}{_jobs(jobs)}"
    ordered = sorted(standings, key=lambda each: not each.unwell)[:_MOST]
    texts = texts_within(map(_channel, ordered), TEXT - _MARGIN - len(from_where))
    none = [] if standings else [NO_FEED]
    parts = ["## Status", *none, *texts, *more_channels(len(standings) - len(texts)), from_where]
    return card(theme.LIST, spaced(parts))


def _channel(standing: FeedStatus) -> str:
    feed, posted = standing.feed, standing.posted
    last = f"Last post: {post_link(feed, posted, theme.written(posted.for_day))}." if posted else NO_POSTS
    lines = [f"### <#{feed.channel_id}>", last, next_post_line(feed, standing.next_at)]
    return "\n".join([*lines, *_failure(standing), _permissions(standing)])


def _failure(standing: FeedStatus) -> list[str]:
    """The last error, and whether anything is left to do about it."""
    failed, posted = standing.failed, standing.posted
    if failed is None:
        return []
    told = f"Last error, {theme.written(failed.for_day)}: {plain(shorten(failed.reason or '', _REASON))}"
    if posted is not None and posted.id > failed.id:
        return [f"{told} It has worked since."]
    if standing.gone or standing.lacks:
        return [f"{told} The mend is below."]
    if standing.feed.trouble:
        return [f"{told} It works again once you use `/daily resume`."]
    return [f"{told} Nothing is missing now: the next post goes out as planned."]


def _permissions(standing: FeedStatus) -> str:
    if standing.gone:
        return "**The channel is gone.** Set up another one with `/daily set`."
    if standing.lacks:
        then = "Then use `/daily resume`." if standing.feed.trouble else "Nothing else has to be done."
        return (
            f"Permissions: I lack {standing.lacks} there. Open the channel's settings, then Permissions, "
            f"add me, and allow it. {then}"
        )
    if standing.lacks_to_discuss:
        return (
            f"Permissions: I have all that I need to post. Discussions cannot be opened there: I lack "
            f"{standing.lacks_to_discuss}."
        )
    return "Permissions: I have all that I need."


def _discussing(discussing: Discussing | None) -> str:
    if discussing is None:
        return ""
    if discussing.gone:
        told = "The channel that was chosen for them is gone. Choose another one with `/discussions`."
    elif discussing.lacks:
        told = f"I lack {discussing.lacks} in <#{discussing.channel_id}>. Give it to me in that channel's settings."
    else:
        told = f"They are opened in <#{discussing.channel_id}>, where I have all permissions that I need."
    return f"### Discussions\n{told}\n"


def _sources(sources: Sources) -> str:
    newest = f"The newest list is of {theme.written(sources.newest)}." if sources.newest else "There is no dated list."
    if not sources.live:
        states = ["No live source is read: whoever runs me imports files."]
    else:
        states = list(map(_source, sources.states)) or ["No live source was read yet."]
    return "\n".join(["### Where papers come from", newest, *states])


def _jobs(background: Jobs | None) -> str:
    """The background jobs in trouble, or that there are none; those that were restarted too."""
    if background is None or not background.jobs:
        return ""
    shown = [job for job in background.jobs if job.restarts or not job.is_healthy(background.now)]
    lines = [_job(job, background.now) for job in shown[:_MOST_JOBS]] or ["All of them are running."]
    return "\n".join(["\n### Background jobs", *lines])


def _job(job: JobStatus, now: datetime) -> str:
    success = f"last success {format_dt(job.last_success, 'R')}" if job.last_success else "no success since I started"
    reference = f" Whoever runs me finds the reference `{job.reference}` in the log." if job.reference else ""
    if job.is_late(now):
        return f"{job.name}: **late**, expected {format_dt(job.expected_by, 'R')}; {success}.{reference}"
    if job.failures:
        return f"{job.name}: **{counted(job.failures, 'failure')} in a row**; {success}.{reference}"
    return f"{job.name}: running again after {counted(job.restarts, 'restart')}.{reference}"


def _source(state: SourceState) -> str:
    name = Source(state.source).spoken
    read = f"last read {format_dt(state.read_at, 'R')}" if state.read_at else "not read yet"
    if not state.failures:
        return f"{name}: {read}."
    return (
        f"{name}: {read}; {counted(state.failures, 'failure')} in a row, the last one: "
        f"{plain(shorten(state.said, _REASON)).rstrip('.')}. I ask again {format_dt(state.free_at, 'R')}. "
        "If that lasts, whoever runs me looks at the network."
    )
