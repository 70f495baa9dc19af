"""A recap: the top papers of the lists, what the server voted for and asked about, and the chart beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.interactions.schedule_choice import schedule_words
from bot.recap.service import Counted, Recap
from bot.storage.schedule import Schedule
from bot.ui import custom_ids, theme
from bot.ui.components import TERSE, LineBudget, button, card, fit_to_limit, menu, spaced, title_link
from bot.ui.discord_limits import CHOICES
from bot.ui.markdown import bold, small
from retrieval.papers import Paper
from retrieval.trending.score import Trend

CHART: Final = "recap.png"
"""The name under which the chart is attached."""
_TOP: Final = 1_700
_OTHERS: Final = 900


def recap_card(recap: Recap, recap_id: int, *, charted: bool) -> ui.LayoutView:
    """The whole recap. ``charted``: its chart is attached as ``CHART``.

    A button carries ``recap_id``, by which an interrupted one is found again; none with ``ids.NO_POST``.
    """
    if recap.is_empty:
        return card(
            theme.NOTICE, [_heading(recap), "There is nothing to look back on: no list, no votes, no questions."]
        )
    gallery = [_gallery(recap)] if charted else []
    parts = [
        _heading(recap),
        _section("Top papers of the lists", _top(recap.top), "I have no list of these days."),
        *gallery,
        _section("Most voted here", _counted(recap.voted, "vote"), "No votes yet: press **Vote** beside a paper."),
        _section("Most asked about here", _counted(recap.asked, "answer"), "No questions yet: mention me with one."),
    ]
    papers = _papers(recap)
    since = [button("Up to today", custom_ids.RECAP(recap_id))] if recap_id != custom_ids.NO_POST else []
    return card(theme.LIST, spaced(parts), menu(papers, 1) if papers else [], since)


def chart_words(recap: Recap) -> str:
    """What the chart shows, for those who do not see it."""
    most_day, most = max(recap.by_day, key=lambda each: each[1])
    total = sum(votes for _, votes in recap.by_day)
    return (
        f"Bar chart: votes on the list of each day, {theme.written(recap.period.first)} to "
        f"{theme.written(recap.period.last)}. Most on {theme.with_weekday(most_day)}: {most:,}. In all: {total:,}."
    )


def scheduled_words(channel_id: int, schedule: Schedule) -> str:
    """When a channel's recaps are posted."""
    words = schedule_words(schedule)
    return (
        f"{words[0].upper()}{words[1:]} I post a recap in <#{channel_id}>, at the time of the channel's daily post. "
        "`/recap stop` ends that."
    )


def _heading(recap: Recap) -> str:
    period = recap.period
    days = f"{theme.written(period.first)} to {theme.written(period.last)}"
    lists = f"{theme.counted(recap.papers, 'paper')} on {theme.counted(recap.lists, 'list')}" if recap.lists else ""
    return f"## Recap of the {period.unit}\n{small(theme.joined(days, lists))}"


def _gallery(recap: Recap) -> ui.MediaGallery[ui.LayoutView]:
    item = discord.MediaGalleryItem(f"attachment://{CHART}", description=chart_words(recap))
    return ui.MediaGallery(item)


def _section(heading: str, lines: Sequence[str], otherwise: str) -> str:
    return "\n".join([f"### {heading}", *(lines or [otherwise])])


def _top(trends: Sequence[Trend]) -> list[str]:
    def draw(place: int, trend: Trend, room: LineBudget) -> str:
        there = theme.counted(trend.paper.votes, "vote") if trend.paper.votes is not None else ""
        here = f"{theme.counted(trend.server_votes, 'vote')} here" if trend.server_votes else ""
        return theme.joined(_title(place, trend.paper, room), there, here)

    return fit_to_limit(trends, draw, _TOP, TERSE)


def _counted(papers: Sequence[Counted], noun: str) -> list[str]:
    def draw(place: int, counted: Counted, room: LineBudget) -> str:
        return theme.joined(_title(place, counted[0], room), theme.counted(counted[1], noun))

    return fit_to_limit(papers, draw, _OTHERS, TERSE)


def _title(place: int, paper: Paper, room: LineBudget) -> str:
    return bold(f"{place + 1}. {title_link(paper, room.title, room.address)}")


def _papers(recap: Recap) -> list[Paper]:
    """All papers of the recap, each once, in the order in which they stand there."""
    all_of_them = [trend.paper for trend in recap.top] + [paper for paper, _ in (*recap.voted, *recap.asked)]
    return list({paper.id: paper for paper in all_of_them}.values())[:CHOICES]
