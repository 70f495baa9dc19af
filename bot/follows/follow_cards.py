"""Cards and forms about what a person follows: all of it, one follow, its preview, closed direct messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.follows.alert_card import compact_lines
from bot.follows.service import FREQUENCIES, MAX_TEXT_LENGTH, FollowPreview, FollowStatus, Suggestion
from bot.interactions.schedule_choice import next_line, schedule_fields, schedule_words
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from bot.texts import counted, mark, tr, written
from bot.ui import custom_ids, theme
from bot.ui.components import LINE_BUDGETS, TERSE, Row, button, card, fit_to_limit, menu, pager, spaced
from bot.ui.discord_limits import LABEL, shorten
from bot.ui.forms import form, text_field
from bot.ui.markdown import bold, fitted, small, visible
from bot.ui.notices import error_text, mistake
from bot.ui.pages import Page
from retrieval.errors import QueryError

PAGE_SIZE: Final = 5

_MAX_FOLLOW: Final = 120  # characters of a follow
_MAX_PAPERS: Final = 2_600  # characters of a preview's papers
_PAUSED: Final = mark("**Paused**: you aren't notified until you resume it.")
_BACK: Final = mark("Back to what you follow")


def new_follow_card(follow: Follow, status: FollowStatus, preview: FollowPreview | None) -> ui.LayoutView:
    """Something new is followed. ``preview`` is ``None`` if there was no time for one."""
    shown = _preview(preview, terse=True) if preview else []
    suggestion = _instead(follow, preview.suggestion) if preview else ()
    row = [
        _follow_button(mark("Undo"), "remove", follow),
        _schedule_button(),
        _list_button(mark("All that you follow")),
    ]
    parts = [f"{tr('**You now follow** {follow}.', follow=_name(follow))}\n{_schedule(status)}", *shown]
    return card(theme.LIST, spaced(parts), suggestion, row)


def follow_list_card(status: FollowStatus, *, page: int = 0, done: str = "") -> ui.LayoutView:
    """A page (0-based) of everything that a person follows. ``done`` says what was just done."""
    if not status.follows:
        return _empty_card(status, done)
    shown = Page.of(page, len(status.follows), PAGE_SIZE)
    heading = f"## {tr('What you follow')}\n{small(theme.joined(counted(shown.total, 'follow'), shown.label))}"
    entries = [
        ui.Section[ui.LayoutView](_entry(number, each), accessory=_follow_button(mark("Open"), "open", each))
        for number, each in enumerate(shown.cut(status.follows), shown.first + 1)
    ]
    parts = [*_done(done), heading, *entries, _schedule(status)]
    turn = pager(custom_ids.FOLLOWS_PAGE, shown)
    return card(theme.LIST, spaced(parts), _status_row(status), turn)


def _empty_card(status: FollowStatus, done: str) -> ui.LayoutView:
    hint = tr(
        "You don't follow anything yet. With `/follow` I send you a direct message about new papers: with certain "
        "words, by an author, in a category, or for a whole search.\n"
        "Try `/follow words:diffusion policy` or `/follow author:Fei-Fei Li`."
    )
    return card(theme.NOTICE, spaced([*_done(done), hint]), _pending_button(status))


def follow_card(follow: Follow, status: FollowStatus, *, done: str = "") -> ui.LayoutView:
    """One follow, and what can be done with it."""
    since = tr("Followed since {day}.", day=format_dt(follow.created_at, "D"))
    paused = f" {tr(_PAUSED)}" if follow.paused else ""
    parts = [*_done(done), f"## {fitted(follow.text, _MAX_FOLLOW)}\n{since}{paused}", _schedule(status)]
    row = [
        _follow_button(mark("Preview"), "test", follow),
        _follow_button(mark("Edit"), "edit", follow),
        _follow_button(mark("Resume"), "resume", follow)
        if follow.paused
        else _follow_button(mark("Pause"), "pause", follow),
        _follow_button(mark("Remove"), "remove", follow),
    ]
    return card(theme.LIST, spaced(parts), row, [_list_button(_BACK)])


def preview_card(follow: Follow, preview: FollowPreview) -> ui.LayoutView:
    """What a follow matched lately."""
    parts = [tr("Preview of {follow}", follow=_name(follow)), *_preview(preview, terse=False)]
    papers: Row = menu(preview.papers, 1) if preview.papers else ()
    row = [_follow_button(mark("Back"), "open", follow), _follow_button(mark("Edit"), "edit", follow)]
    return card(theme.LIST, spaced(parts), papers, _instead(follow, preview.suggestion), row)


def removed_card(follow: Follow) -> ui.LayoutView:
    """A follow was removed, which can be undone."""
    row = [_follow_button(mark("Undo"), "restore", follow), _list_button(_BACK)]
    return card(theme.NOTICE, [tr("You no longer follow {follow}.", follow=_name(follow))], row)


def dms_closed_card(status: FollowStatus) -> ui.LayoutView:
    """Discord refused direct messages to the person: what is pending, and how to fix it."""
    return card(theme.NOTICE, [_dms_closed(status)], _status_row(status))


def query_error_card(
    error: QueryError, suggestion: Suggestion | None, instead_of: Follow | None = None
) -> ui.LayoutView:
    """A mistake in a search, and a button that follows what was probably meant."""
    row: Row = ()
    if suggestion is not None:
        custom_id = (
            custom_ids.FOLLOW_INSTEAD(instead_of.id or 0, suggestion.search_id)
            if instead_of
            else custom_ids.FOLLOW_TEXT(suggestion.search_id)
        )
        row = _suggestion_row(mark("Follow: {query}"), suggestion, custom_id)
    return card(theme.NOTICE, mistake(error_text(error)), row)


def text_form(follow: Follow) -> ui.Modal:
    """Asks for another search, and begins with the present one."""
    hint = mark("As in /search: words, author:, category:, “phrases”, -exclusions, OR")
    text = text_field("text", "Papers that match", hint, value=follow.text, max_length=MAX_TEXT_LENGTH)
    return form("What to follow", custom_ids.FOLLOW_FORM(follow.id or 0), text)


def schedule_form(follower: Follower) -> ui.Modal:
    """Asks when to send messages about new papers."""
    fields = schedule_fields(follower.schedule, *FREQUENCIES)
    return form("When you're notified", custom_ids.FOLLOWS_FORM(), *fields)


def _instead(follow: Follow, suggestion: Suggestion | None) -> Row:
    if suggestion is None:
        return ()
    return _suggestion_row(
        mark("Did you mean: {query}"), suggestion, custom_ids.FOLLOW_INSTEAD(follow.id or 0, suggestion.search_id)
    )


def _suggestion_row(label: str, suggestion: Suggestion, custom_id: str) -> Row:
    return [button(shorten(tr(label, query=visible(suggestion.text)), LABEL), custom_id, main=True)]


def _schedule(status: FollowStatus) -> str:
    """When the person is notified, and what is pending."""
    follower = status.follower
    if follower is None:
        return tr("You haven't chosen yet when you're notified.")
    if follower.closed_at is not None:
        return _dms_closed(status)
    often = bold(schedule_words(follower.schedule))
    once = mark("I write to you {often}, at most four times an hour: one direct message about everything you follow.")
    else_ = mark("I write to you {often} if there's something new: one direct message about everything you follow.")
    text = tr(once if follower.frequency is Frequency.AT_ONCE else else_, often=often)
    if status.next_at:
        text = f"{text}\n{next_line(status.next_at)}"
    return f"{text} {tr('{papers} so far.', papers=counted(status.pending, 'paper'))}" if status.pending else text


def _dms_closed(status: FollowStatus) -> str:
    closed = status.follower.closed_at if status.follower else None
    stopped = tr("**I couldn't send you a direct message**: yours are closed to me, so I've stopped for now.")
    if closed:
        dated = mark(
            "**I couldn't send you a direct message on {day}**: yours are closed to me, so I've stopped for now."
        )
        stopped = tr(dated, day=format_dt(closed, "f"))
    kept = tr("I've kept {papers} for you.", papers=counted(status.pending, "paper")) if status.pending else ""
    allow = tr(
        "To hear from me again, allow direct messages in the privacy settings of a server that we share, then press "
        "**Resume messages**."
    )
    return f"{stopped} {tr('Nothing is lost.')} {kept}".rstrip() + f"\n{allow}"


def _status_row(status: FollowStatus) -> Row:
    closed = status.follower is not None and status.follower.closed_at is not None
    resume = [button("Resume messages", custom_ids.FOLLOWS_DO("reopen"), main=True)] if closed else []
    return [*resume, _schedule_button(), *_pending_button(status)]


def _entry(number: int, follow: Follow) -> str:
    paused = tr("paused") if follow.paused else ""
    facts = theme.joined(paused, tr("since {day}", day=written(follow.created_at.date())))
    return f"{bold(f'{number}. {fitted(follow.text, _MAX_FOLLOW)}')}\n{small(facts)}"


def _preview(preview: FollowPreview, *, terse: bool) -> list[str]:
    days = counted(preview.days, "day")
    if not preview.total:
        ever = _paper_count(preview.total_ever, exact=preview.exact_ever)
        older = tr("I know {papers} that it matches.", papers=ever)
        none = tr("None of the papers I know matches it.")
        return [f"{tr('No matches in the last {days}.', days=days)} {older if preview.total_ever else none}"]
    all_shown = mark("It matches {papers} in the last {days}:")
    some_shown = mark("It matches {papers} in the last {days}, such as:")
    budgets = TERSE if terse else LINE_BUDGETS
    lines = fit_to_limit(
        preview.papers, lambda place, paper, budget: compact_lines(paper, place + 1, budget), _MAX_PAPERS, budgets
    )
    matches = bold(_paper_count(preview.total, exact=preview.exact))
    heading = some_shown if preview.total > len(preview.papers) else all_shown
    return [tr(heading, papers=matches, days=days), "\n".join(lines)]


def _paper_count(papers: int, *, exact: bool) -> str:
    count = counted(papers, "paper")
    return count if exact else tr("more than {papers}", papers=count)


def _done(done: str) -> Sequence[str]:
    return [bold(done)] if done else []


def _name(follow: Follow) -> str:
    return bold(fitted(follow.text, _MAX_FOLLOW))


def _follow_button(label: str, action: custom_ids.FollowAction, follow: Follow) -> ui.Button[ui.LayoutView]:
    return button(label, custom_ids.FOLLOW(action, follow.id or 0))


def _schedule_button() -> ui.Button[ui.LayoutView]:
    return button("Change schedule", custom_ids.FOLLOWS_DO("when"))


def _list_button(label: str) -> ui.Button[ui.LayoutView]:
    return button(label, custom_ids.FOLLOWS_DO("list"))


def _pending_button(status: FollowStatus) -> list[ui.Button[ui.LayoutView]]:
    label = tr("Show {papers}", papers=counted(status.pending, "pending paper"))
    return [button(label, custom_ids.FOLLOWS_WAITING(0))] if status.pending else []
