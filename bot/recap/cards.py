"""The card of a recap: top papers, what the server voted for and asked about, and a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import discord
from discord import ui

from bot.interactions.schedule_choice import schedule_words
from bot.recap.service import Counted, Period, Recap
from bot.storage.schedule import Frequency, Schedule
from bot.texts import counted, days_between, mark, tr, translated, with_weekday, written, written_number
from bot.ui import custom_ids, theme
from bot.ui.components import (
    LINE_BUDGETS,
    TERSE,
    LineBudget,
    aim_words,
    button,
    card,
    fit_to_limit,
    menu,
    setup_button,
    spaced,
    title_link,
)
from bot.ui.discord_limits import CHOICES, shorten
from bot.ui.markdown import bold, plain, small
from retrieval.english import Text
from retrieval.papers import Paper
from retrieval.trending.results import Days
from retrieval.trending.score import Trend

CHART: Final = "recap.png"
"""The file name of the attached chart."""
_TITLES: Final = {Frequency.WEEKLY: mark("Recap of the week"), Frequency.MONTHLY: mark("Recap of the month")}
_MAX_TEXT: Final = 3_500
"""Characters of all lines together; what the other sections leave is for the top papers."""
_MAX_OTHERS: Final = 900
_SOME_WORDS: Final = LineBudget(120, 120)
_NO_WORDS: Final = LineBudget(120, 0)


def recap_card(recap: Recap, recap_id: int, *, charted: bool) -> ui.LayoutView:
    """A recap. ``charted``: its chart is attached as ``CHART``.

    A button has ``recap_id``, by which an interrupted recap is found again; there is none with ``NO_POST``.
    """
    if recap.is_empty:
        nothing = tr("There's nothing to show: no lists, no votes and no questions.")
        return card(theme.NOTICE, [_heading(recap), nothing], [setup_button()])
    gallery = [_gallery(recap)] if charted else []
    voted, asked = _counted(recap.voted, "vote"), _counted(recap.asked, "answer")
    top = _top(recap.top, _MAX_TEXT - sum(map(len, [*voted, *asked])))
    parts = [
        _heading(recap),
        _section(_lists_heading(recap), top, tr("I have no lists from these days.")),
        *gallery,
        _section(tr("Most voted here"), voted, tr("No votes yet. Press **Vote** beside a paper.")),
        _section(tr("Most asked about here"), asked, tr("No questions yet. Mention me and ask one.")),
    ]
    papers = _papers(recap)
    since = [button("Up to today", custom_ids.RECAP(recap_id))] if recap_id != custom_ids.NO_POST else []
    return card(theme.LIST, spaced(parts), menu(papers, 1) if papers else [], since)


def chart_words(recap: Recap) -> str:
    """The alternative text of the chart."""
    most_day, most = max(recap.by_day, key=lambda each: each[1])
    total = sum(votes for _, votes in recap.by_day)
    return (
        tr("Bar chart: votes for each day's list, {days}.", days=_written(recap.listed))
        + " "
        + tr("Most on {day}: {votes}.", day=with_weekday(most_day), votes=written_number(most))
        + " "
        + tr("Total: {votes}.", votes=written_number(total))
    )


def scheduled_words(channel_id: int, schedule: Schedule) -> str:
    """When a channel's recaps are posted."""
    return tr(
        "I'll post a recap in {channel} {often}, at the time of the channel's daily post. Use `/recap stop` to stop.",
        channel=f"<#{channel_id}>",
        often=bold(schedule_words(schedule)),
    )


def _heading(recap: Recap) -> str:
    papers, lists = counted(recap.papers, "paper"), counted(recap.lists, "list")
    lists = tr("{papers} on {lists}", papers=papers, lists=lists) if recap.lists else ""
    title = tr(_TITLES[recap.period.frequency]) if isinstance(recap.period, Period) else tr("Recap")
    return f"## {title}\n{small(theme.joined(_written(recap.period), lists))}"


def _lists_heading(recap: Recap) -> str:
    """What the top papers are of, with the days if they aren't those of the recap."""
    if recap.listed == recap.period:
        return tr("Top papers of the lists")
    return f"{tr('Top papers of the newest lists')}\n{small(_written(recap.listed))}"


def _written(period: Period | Days) -> str:
    if period.first == period.last:
        return written(period.first)
    return days_between(period.first, period.last)


def _gallery(recap: Recap) -> ui.MediaGallery[ui.LayoutView]:
    item = discord.MediaGalleryItem(f"attachment://{CHART}", description=chart_words(recap))
    return ui.MediaGallery(item)


def _section(heading: str, lines: Sequence[str], otherwise: str) -> str:
    return "\n".join([f"### {heading}", *(lines or [otherwise])])


def _top(trends: Sequence[Trend], limit: int) -> list[str]:
    """The papers, each with what it does; if there's no room for that below all of them, below the first ones."""

    def draw(place: int, trend: Trend, budget: LineBudget) -> str:
        there = counted(trend.paper.votes, "vote") if trend.paper.votes is not None else ""
        here = tr("{votes} here", votes=counted(trend.server_votes, "vote")) if trend.server_votes else ""
        line = theme.joined(_title(place, trend.paper, budget), there, here)
        words = aim_words(trend.paper, budget.words)
        return f"{line}\n{small(words)}" if words else line

    for described in range(len(trends) + 1, 0, -1):
        budgets = LINE_BUDGETS[:2] if described > len(trends) else (_SOME_WORDS,)
        kept = fit_to_limit(trends[:described], draw, limit, budgets)
        kept += [draw(place, trend, _NO_WORDS) for place, trend in enumerate(trends) if place >= described]
        if len(kept) == len(trends) and sum(map(len, kept)) <= limit:
            return kept
    return fit_to_limit(trends, draw, limit, TERSE)


def _counted(papers: Sequence[Counted], noun: str) -> list[str]:
    def draw(place: int, each: Counted, budget: LineBudget) -> str:
        return theme.joined(_title(place, each[0], budget), counted(each[1], noun))

    return fit_to_limit(papers, draw, _MAX_OTHERS, TERSE)


def _title(place: int, paper: Paper, budget: LineBudget) -> str:
    return bold(f"{place + 1}. {title_link(paper, budget.title, budget.address)}")


def _papers(recap: Recap) -> list[Paper]:
    """All papers of the recap, without duplicates, in their order on the card."""
    all_of_them = [trend.paper for trend in recap.top] + [paper for paper, _ in (*recap.voted, *recap.asked)]
    return list({paper.id: paper for paper in all_of_them}.values())[:CHOICES]


def stopped_recaps_card(server: str, channel: str | None, trouble: Text) -> ui.LayoutView:
    """Tells an administrator that recaps were stopped and how to fix it. ``channel``: its name, if it exists."""
    where = bold(plain(shorten(server, 100)))
    if channel:
        stopped = mark("I stopped the recaps in {channel} of {server}.")
        stopped = tr(stopped, channel=bold(f"#{plain(shorten(channel, 100))}"), server=where)
        fix = tr(
            "Allow me **View Channel** and **Send Messages** in that channel's settings, then use `/recap schedule` to "
            "have them again."
        )
    else:
        stopped = tr("I stopped the recaps in a channel of {server}.", server=where)
        fix = tr("Use `/recap schedule` to have them again.")
    return card(theme.NOTICE, spaced([f"{stopped} {translated(trouble)}", fix]))
