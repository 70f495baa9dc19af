"""What ``/inbox`` shows: the offer, the code to type in, how the mail comes, what became of the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.interactions.schedule_choice import schedule_words
from bot.storage.inbox_mails import Mail, MailStatus
from bot.storage.inboxes import Inbox
from bot.ui import custom_ids, theme
from bot.ui.components import button, card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, plain, small

_RULES: Final = 300


def offer_card() -> ui.LayoutView:
    """Nothing is set up: what it would be, and how to begin."""
    parts = [
        "## The papers by mail",
        "I can send you the day's trending papers, or those of the week, as a mail: titles, authors, votes and the "
        "first sentences of each abstract. You choose the hour, and a search that papers must match.",
        small(
            "First I mail you a code, to see that the address is yours. It is used for nothing else, and forgotten "
            "when you leave."
        ),
    ]
    return card(theme.NOTICE, spaced(parts), [button("Get the papers by mail", custom_ids.inbox("join"), main=True)])


def pending_card(address: str, until: datetime, tries: int) -> ui.LayoutView:
    """A code was sent, and can be typed in until a moment, and so many times more."""
    parts = [
        "## Look into your mail",
        f"I have sent a code to {bold(plain(address))}. It expires {format_dt(until, 'R')}, "
        f"and you have {theme.counted(tries, 'try', 'tries')}.",
        small("Nothing there? Look into the folder for spam. No papers are sent before the code was entered."),
    ]
    row = [
        button("Enter the code", custom_ids.inbox("code"), main=True),
        button("Send another", custom_ids.inbox("address")),
        button("Cancel", custom_ids.inbox("cancel")),
    ]
    return card(theme.NOTICE, spaced(parts), row)


def inbox_card(
    inbox: Inbox, when: datetime | None, papers: int, recent: Sequence[Mail], *, done: str = ""
) -> ui.LayoutView:
    """How the mail comes. ``when`` is the next one, ``papers`` the most in it, ``done`` what was just done."""
    head = [f"## Your inbox\n{bold(plain(inbox.address))}"]
    parts = [*([f"**{done}**"] if done else []), *head, _plan(inbox, when, papers)]
    rows = [_row(mail) for mail in recent]
    stop = (
        button("Resume", custom_ids.inbox("resume"), main=True)
        if inbox.paused
        else button("Pause", custom_ids.inbox("pause"))
    )
    buttons = [
        button("Change", custom_ids.inbox("change")),
        button("Other address", custom_ids.inbox("address")),
        stop,
        button("Leave", custom_ids.inbox("leave")),
    ]
    return card(theme.LIST, spaced([*parts, *(["\n".join(rows)] if rows else [])]), buttons)


def confirm_leave_card(inbox: Inbox) -> ui.LayoutView:
    """Whether the person means it."""
    text = f"Leave the inbox? No more mail comes to {bold(plain(inbox.address))}, and I forget the address."
    row = [button("Leave", custom_ids.inbox("leave-now")), button("Keep it", custom_ids.inbox("show"), main=True)]
    return card(theme.NOTICE, [text], row)


def left_card() -> ui.LayoutView:
    """It is done; the way back."""
    text = "You have left the inbox, and your address is forgotten. No more mail comes."
    return card(theme.NOTICE, [text], [button("Start again", custom_ids.inbox("join"))])


def _plan(inbox: Inbox, when: datetime | None, papers: int) -> str:
    rules = f", that match {_code(inbox.rules)}" if inbox.rules else ""
    words = schedule_words(inbox.schedule)
    often = bold(words[0].upper() + words[1:])
    plan = f"{often}, up to {theme.counted(papers, 'paper')}{rules}. On a day without new ones nothing comes."
    if when is not None:
        return f"{plan}\nNext: {format_dt(when, 'F')} ({format_dt(when, 'R')})."
    why = f" {plain(shorten(inbox.reason, 400), links=True)}" if inbox.reason else ""
    return f"{plan}\n**Paused.**{why} No mail comes until you press Resume."


def _code(text: str) -> str:
    """A search as it was typed, on one line."""
    shown = shorten(" ".join(text.split()), _RULES).replace("`", "'")
    return f"`{shown}`"


def _row(mail: Mail) -> str:
    """What became of one mail."""
    reason = plain(shorten(mail.reason or "", 150))
    match mail.status:
        case MailStatus.SENT:
            became = "sent"
        case MailStatus.OPEN:
            became = "being sent"
        case MailStatus.WAITING:
            again = f", I try again {format_dt(mail.again_at, 'R')}" if mail.again_at else ""
            became = f"not sent yet{again}: {reason}"
        case MailStatus.REFUSED:
            became = f"not sent: {reason}"
        case MailStatus.UNKNOWN:
            became = f"it may not have arrived: {reason}"
    return small(f"{theme.written(mail.for_day)}{theme.DOT}{became}")
