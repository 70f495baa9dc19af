"""What a person follows: just followed, all of it, one of it, tried out; and that messages to them are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.follows.alert_card import compact_lines
from bot.interactions.schedule_choice import schedule_words
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from bot.ui import custom_ids, theme
from bot.ui.components import LINE_BUDGETS, TERSE, Row, button, card, fit_to_limit, menu, spaced
from bot.ui.components import pager as turning_row
from bot.ui.discord_limits import LABEL, shorten
from bot.ui.markdown import bold, fitted, small, visible
from bot.ui.notices import mistake
from retrieval.errors import QueryError
from retrieval.papers import Paper

PAGE: Final = 5
"""Things on a page of what a person follows."""

_TITLE: Final = 120  # characters of what is followed
_PAPERS: Final = 2_600  # characters of the papers of a trial
_BACK: Final = "Back to what you follow"


@dataclass(frozen=True, slots=True)
class FollowPreview:
    """What a follow would have brought in the last ``days`` days: some of the papers, and how many of them.

    ``ever`` counts what fits of everything that was ever read; ``counted`` and ``ever_counted``: not stopped at the
    number given.
    """

    days: int
    papers: Sequence[Paper]
    total: int
    ever: int
    counted: bool = True
    ever_counted: bool = True


@dataclass(frozen=True, slots=True)
class FollowStatus:
    """How things stand with all that a person follows: ``when`` the next message comes, how many papers wait for it."""

    follows: Sequence[Follow]
    follower: Follower | None
    when: datetime | None
    waiting: int


def new_follow_card(follow: Follow, state: FollowStatus, trial: FollowPreview | None, mend: Row = ()) -> ui.LayoutView:
    """Something is followed from now on, and what it would have brought lately, where that could be found out.

    ``mend``: what was probably meant.
    """
    tried = _tried(trial, terse=True) if trial else []
    parts = [f"**You follow** {_named(follow)}.\n{_plan(state)}", *tried]
    row = [_do("Undo", "remove", follow), button("Change when", custom_ids.follows("when")), _list_button()]
    return card(theme.LIST, spaced(parts), mend, row)


def follow_list_card(state: FollowStatus, *, page: int, done: str = "") -> ui.LayoutView:
    """A page (0-based) of all that a person follows; ``done`` says what was just done."""
    if not state.follows:
        return _empty_card(state, done)
    pages = -(-len(state.follows) // PAGE)
    page = min(page, pages - 1)
    first = page * PAGE
    which = f"page {page + 1} of {pages}" if pages > 1 else ""
    heading = f"## What you follow\n{small(theme.joined(theme.counted(len(state.follows), 'thing'), which))}"
    entries = [
        ui.Section[ui.LayoutView](_entry(number, each), accessory=_do("Open", "open", each))
        for number, each in enumerate(state.follows[first : first + PAGE], first + 1)
    ]
    parts = [*([done] if done else []), heading, *entries, _plan(state)]
    return card(theme.LIST, spaced(parts), _doing(state), turning_row(custom_ids.follows_page, page, pages))


def _empty_card(state: FollowStatus, done: str) -> ui.LayoutView:
    hint = (
        "You follow nothing. `/follow` tells you by direct message of new papers: on words of yours, by an author, "
        "in a category, or for a whole search.\nTry `/follow words:diffusion policy` or `/follow author:Fei-Fei Li`."
    )
    waits = [button(f"Show the {state.waiting:,} that wait", custom_ids.follows_waiting(0))] if state.waiting else []
    return card(theme.NOTICE, spaced([*([done] if done else []), hint]), waits)


def follow_card(follow: Follow, state: FollowStatus, *, done: str = "") -> ui.LayoutView:
    """One thing that a person follows, and what they can do with it."""
    since = f"Followed since {format_dt(follow.created_at, 'D')}."
    paused = " **Paused**: you hear nothing of it until you resume it." if follow.paused else ""
    parts = [*([done] if done else []), f"## {fitted(follow.text, _TITLE)}\n{since}{paused}", _plan(state)]
    turn = _do("Resume", "resume", follow) if follow.paused else _do("Pause", "pause", follow)
    row = [_do("Test", "test", follow), _do("Edit", "edit", follow), turn, _do("Remove", "remove", follow)]
    return card(theme.LIST, spaced(parts), row, [_list_button(_BACK)])


def preview_card(follow: Follow, trial: FollowPreview, mend: Row = ()) -> ui.LayoutView:
    """What one thing would have brought lately."""
    parts = [f"Testing {_named(follow)}.", *_tried(trial, terse=False)]
    papers = [menu(trial.papers, 1)] if trial.papers else []
    return card(theme.LIST, spaced(parts), *papers, mend, [_do("Back", "open", follow), _do("Edit", "edit", follow)])


def removed_card(follow: Follow) -> ui.LayoutView:
    """Something is followed no more, which can be undone."""
    row = [_do("Undo", "restore", follow), _list_button(_BACK)]
    return card(theme.NOTICE, [f"You no longer follow {_named(follow)}."], row)


def dms_closed_card(state: FollowStatus) -> ui.LayoutView:
    """Messages to the person are refused: what happened, what waits, what to do."""
    return card(theme.NOTICE, [_closed(state)], _doing(state))


def query_error_card(error: QueryError, button: Row = ()) -> ui.LayoutView:
    """What is wrong with what was to be followed, where, and a button for what was probably meant."""
    return card(theme.NOTICE, mistake(str(error)), button)


def suggestion_row(label: str, text: str, custom_id: str) -> Row:
    """A button for what was probably meant."""
    return [button(shorten(f"{label}: {visible(text)}", LABEL), custom_id, main=True)]


def _plan(state: FollowStatus) -> str:
    """When the person hears of it, and what waits."""
    if state.follower is None:
        return "You have not chosen yet when you hear of it."
    if state.follower.closed_at is not None:
        return _closed(state)
    when = f"\nNext: {format_dt(state.when, 'F')} ({format_dt(state.when, 'R')})." if state.when else ""
    waits = f" {_count(state.waiting)} for it." if state.waiting else ""
    rarely = (
        ", at most four times an hour"
        if state.follower.frequency is Frequency.AT_ONCE
        else " if there is something new"
    )
    often = bold(schedule_words(state.follower.schedule))
    return f"I write to you {often}{rarely}: one direct message about all that you follow.{when}{waits}"


def _closed(state: FollowStatus) -> str:
    closed = state.follower.closed_at if state.follower else None
    day = f" on {format_dt(closed, 'f')}" if closed else ""
    waits = f"{_count(state.waiting)} for you. " if state.waiting else ""
    return (
        f"**I could not write to you{day}**: Discord says that your direct messages are closed to me, so I send "
        f"nothing for now. Nothing is lost: {waits}\n"
        "To hear from me again, allow direct messages in the privacy settings of a server that we share, "
        "then press **Resume messages**."
    )


def _count(waiting: int) -> str:
    return f"{theme.counted(waiting, 'paper')} {'waits' if waiting == 1 else 'wait'}"


def _doing(state: FollowStatus) -> Row:
    closed = state.follower is not None and state.follower.closed_at is not None
    resume = [button("Resume messages", custom_ids.follows("reopen"), main=True)] if closed else []
    waiting = [button(f"Show the {state.waiting:,} that wait", custom_ids.follows_waiting(0))] if state.waiting else []
    return [*resume, button("Change when", custom_ids.follows("when")), *waiting]


def _entry(number: int, follow: Follow) -> str:
    paused = "paused" if follow.paused else ""
    facts = theme.joined(paused, f"since {theme.written(follow.created_at.date())}")
    return f"{bold(f'{number}. {fitted(follow.text, _TITLE)}')}\n{small(facts)}"


def _number(papers: int, *, counted: bool) -> str:
    return ("" if counted else "more than ") + theme.counted(papers, "paper")


def _tried(trial: FollowPreview, *, terse: bool) -> list[str]:
    """In words, then the papers."""
    days = f"In the last {trial.days} days"
    if not trial.total:
        fits = "fits" if trial.ever == 1 else "fit"
        ever = f"Of everything that I have read, {_number(trial.ever, counted=trial.ever_counted)} {fits}."
        return [f"{days} it would have brought nothing. {ever if trial.ever else 'No paper that I have read fits it.'}"]
    number = _number(trial.total, counted=trial.counted)
    such_as = ", such as" if trial.total > len(trial.papers) else ""
    said = f"{days} it would have brought {bold(number)}{such_as}:"
    lines = fit_to_limit(
        trial.papers,
        lambda place, paper, room: compact_lines(paper, place + 1, room),
        _PAPERS,
        TERSE if terse else LINE_BUDGETS,
    )
    return [said, "\n".join(lines)]


def _named(follow: Follow) -> str:
    return bold(fitted(follow.text, _TITLE))


def _do(label: str, what: str, follow: Follow) -> ui.Button[ui.LayoutView]:
    return button(label, custom_ids.follow(what, follow.id or 0))


def _list_button(label: str = "All that you follow") -> ui.Button[ui.LayoutView]:
    return button(label, custom_ids.follows("list"))
