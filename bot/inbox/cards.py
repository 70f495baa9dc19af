"""What ``/inbox`` shows: the offer, the code to enter, the settings, the outcome of the latest mails, and its forms."""

from __future__ import annotations

from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.inbox.service import FREQUENCIES, MAX_RULES_LENGTH, InboxStatus, PendingCode
from bot.interactions.schedule_choice import schedule_fields, schedule_words
from bot.storage.deliveries import Delivery, Status
from bot.storage.inboxes import Inbox
from bot.texts import counted, written
from bot.ui import custom_ids, theme
from bot.ui.components import button, card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.forms import form, text_field
from bot.ui.markdown import bold, code, plain, small

_MAX_ADDRESS: Final = 254
_MAX_CODE: Final = 20
_MAX_RULES: Final = 300
_MAX_REASON: Final = 400
_MAX_MAIL_REASON: Final = 150


def current_card(current: InboxStatus | PendingCode | None) -> ui.LayoutView:
    """The inbox, the code to enter, or the offer."""
    match current:
        case InboxStatus():
            return inbox_card(current)
        case PendingCode():
            return pending_card(current)
        case None:
            return offer_card()


def offer_card() -> ui.LayoutView:
    """There is no inbox yet."""
    parts = [
        "## Papers by mail",
        "I can mail you the day's trending papers, or the week's: titles, authors, votes and what each paper does. "
        "You choose the hour, and if you like a search that papers must match.",
        small(
            "First I'll mail you a code to check that the address is yours. I use the address for nothing else, and "
            "delete it when you leave."
        ),
    ]
    return card(theme.NOTICE, spaced(parts), [button("Get papers by mail", custom_ids.INBOX("join"), main=True)])


def pending_card(pending: PendingCode) -> ui.LayoutView:
    """A code was mailed."""
    parts = [
        "## Check your inbox",
        f"I've sent a code to {bold(plain(pending.address))}. It expires {format_dt(pending.expires_at, 'R')}, "
        f"and you have {counted(pending.tries, 'try', 'tries')}.",
        small("Nothing there? Check your spam folder. You won't get any papers until you've entered the code."),
    ]
    row = [
        button("Enter the code", custom_ids.INBOX("code"), main=True),
        button("Send another", custom_ids.INBOX("address")),
        button("Cancel", custom_ids.INBOX("cancel")),
    ]
    return card(theme.NOTICE, spaced(parts), row)


def inbox_card(status: InboxStatus, *, done: str = "") -> ui.LayoutView:
    """The settings and the latest mails. ``done`` says what was just done."""
    inbox = status.inbox
    parts = [f"## Your inbox\n{bold(plain(inbox.address))}", _settings(status)]
    if done:
        parts.insert(0, bold(done))
    if status.recent:
        parts.append("\n".join(map(_mail_line, status.recent)))
    row = [
        button("Change", custom_ids.INBOX("change")),
        button("Change address", custom_ids.INBOX("address")),
        button("Resume", custom_ids.INBOX("resume"), main=True)
        if inbox.paused
        else button("Pause", custom_ids.INBOX("pause")),
        button("Leave", custom_ids.INBOX("leave")),
    ]
    return card(theme.LIST, spaced(parts), row)


def confirm_leave_card(inbox: Inbox) -> ui.LayoutView:
    """Asks whether to leave."""
    text = f"Leave the inbox? You'll get no more mail at {bold(plain(inbox.address))}, and I'll delete the address."
    row = [button("Leave", custom_ids.INBOX("leave-now")), button("Stay", custom_ids.INBOX("show"), main=True)]
    return card(theme.NOTICE, [text], row)


def left_card() -> ui.LayoutView:
    """The person left."""
    text = "You've left the inbox. Your address is deleted, and you'll get no more mail."
    return card(theme.NOTICE, [text], [button("Start again", custom_ids.INBOX("join"))])


def address_form() -> ui.Modal:
    """Asks for an address, to which a code is mailed."""
    hint = "I'll send a code there, which you then enter here."
    address = text_field("address", "Your email address", hint, max_length=_MAX_ADDRESS, placeholder="ada@example.org")
    return form("Papers by mail", custom_ids.INBOX_ADDRESS_FORM(), address)


def code_form() -> ui.Modal:
    """Asks for the code. The right one sets up the inbox."""
    hint = "Eight letters and digits. Case and dashes don't matter."
    code = text_field("code", "Code", hint, max_length=_MAX_CODE, placeholder="ABCD-2345")
    return form("The code from the mail", custom_ids.INBOX_CODE_FORM(), code)


def settings_form(inbox: Inbox) -> ui.Modal:
    """Asks how often, when, and which papers."""
    rules = text_field(
        "rules",
        "Only papers that match this search",
        "As in /search: words, author:, votes:, has:code. Leave empty for every paper.",
        value=inbox.rules,
        max_length=MAX_RULES_LENGTH,
        placeholder="diffusion -medical",
        required=False,
    )
    fields = schedule_fields(inbox.schedule, *FREQUENCIES)
    return form("Your mail", custom_ids.INBOX_SETTINGS_FORM(), *fields, rules)


def _settings(status: InboxStatus) -> str:
    inbox = status.inbox
    rules = f" that match {code(shorten(' '.join(inbox.rules.split()), _MAX_RULES))}" if inbox.rules else ""
    papers = counted(status.max_papers, "paper")
    often = bold(schedule_words(inbox.schedule))
    text = f"I mail you {often}: up to {papers}{rules}. You get no mail on days without new papers."
    if status.next_at is not None:
        return f"{text}\nNext: {format_dt(status.next_at, 'F')} ({format_dt(status.next_at, 'R')})."
    why = f" {plain(shorten(inbox.reason, _MAX_REASON), links=True)}" if inbox.reason else ""
    return f"{text}\n**Paused.**{why} You get no mail until you press Resume."


def _mail_line(mail: Delivery) -> str:
    """The outcome of one mail."""
    reason = plain(shorten(mail.reason or "", _MAX_MAIL_REASON))
    match mail.status:
        case Status.SENT:
            outcome = "sent"
        case Status.OPEN:
            outcome = "being sent"
        case Status.WAITING:
            again = f", I'll try again {format_dt(mail.retry_at, 'R')}" if mail.retry_at else ""
            outcome = f"not sent yet{again}: {reason}"
        case Status.DROPPED | Status.RELEASED:
            outcome = f"not sent: {reason}"
        case Status.UNKNOWN:
            outcome = f"it may not have arrived: {reason}"
    return small(f"{written(mail.day)}{theme.DOT}{outcome}")
