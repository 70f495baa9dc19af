"""What ``/inbox`` shows: the offer, the code to enter, the settings, the outcome of the latest mails, and its forms."""

from __future__ import annotations

from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.inbox.service import FREQUENCIES, MAX_RULES_LENGTH, InboxStatus, PendingCode
from bot.interactions.schedule_choice import next_line, schedule_fields, schedule_words
from bot.storage.deliveries import Delivery, Status
from bot.storage.inboxes import Inbox
from bot.texts import counted, mark, tr, translated, written
from bot.ui import custom_ids, theme
from bot.ui.components import button, card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.forms import form, text_field
from bot.ui.markdown import bold, code, plain, small

_MAX_ADDRESS: Final = 254
_MAX_CODE: Final = 20
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
        f"## {tr('Papers by mail')}",
        tr(
            "I can mail you the day's trending papers, or the week's: titles, authors, votes and what each paper does. "
            "You choose the hour, and if you like a search that papers must match."
        ),
        small(
            tr(
                "First I'll mail you a code to check that the address is yours. I use the address for nothing else, "
                "and delete it when you leave."
            )
        ),
    ]
    return card(theme.NOTICE, spaced(parts), [button("Get papers by mail", custom_ids.INBOX("join"), main=True)])


def pending_card(pending: PendingCode) -> ui.LayoutView:
    """A code was mailed."""
    parts = [
        f"## {tr('Check your inbox')}",
        tr(
            "I've sent a code to {address}. It expires {when}, and you have {tries}.",
            address=bold(plain(pending.address)),
            when=format_dt(pending.expires_at, "R"),
            tries=counted(pending.tries, "try", "tries"),
        ),
        small(tr("Nothing there? Check your spam folder. You won't get any papers until you've entered the code.")),
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
    parts = [f"## {tr('Your inbox')}\n{bold(plain(inbox.address))}", _settings(status)]
    if done:
        parts.insert(0, bold(tr(done)))
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
    text = tr(
        "Leave the inbox? You'll get no more mail at {address}, and I'll delete the address.",
        address=bold(plain(inbox.address)),
    )
    row = [button("Leave", custom_ids.INBOX("leave-now")), button("Stay", custom_ids.INBOX("show"), main=True)]
    return card(theme.NOTICE, [text], row)


def left_card() -> ui.LayoutView:
    """The person left."""
    text = tr("You've left the inbox. Your address is deleted, and you'll get no more mail.")
    return card(theme.NOTICE, [text], [button("Start again", custom_ids.INBOX("join"))])


def address_form() -> ui.Modal:
    """Asks for an address, to which a code is mailed."""
    hint = mark("I'll send a code there, which you then enter here.")
    address = text_field("address", "Your email address", hint, max_length=_MAX_ADDRESS, placeholder="ada@example.org")
    return form("Papers by mail", custom_ids.INBOX_ADDRESS_FORM(), address)


def code_form() -> ui.Modal:
    """Asks for the code. The right one sets up the inbox."""
    hint = mark("Eight letters and digits. Case and dashes don't matter.")
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
    papers = tr("up to {papers}", papers=counted(status.max_papers, "paper"))
    if inbox.rules:
        rules = code(shorten(" ".join(inbox.rules.split()), MAX_RULES_LENGTH))
        papers = tr("{papers} that match {rules}", papers=papers, rules=rules)
    often = bold(schedule_words(inbox.schedule))
    text = tr("I mail you {often}: {papers}. You get no mail on days without new papers.", often=often, papers=papers)
    if status.next_at is not None:
        return f"{text}\n{next_line(status.next_at)}"
    why = f" {plain(shorten(translated(inbox.reason), _MAX_REASON), links=True)}" if inbox.reason else ""
    return f"{text}\n{tr('**Paused.**')}{why} {tr('You get no mail until you press Resume.')}"


def _mail_line(mail: Delivery) -> str:
    """The outcome of one mail."""
    reason = plain(shorten(translated(mail.reason or ""), _MAX_MAIL_REASON))
    match mail.status:
        case Status.SENT:
            outcome = tr("sent")
        case Status.OPEN:
            outcome = tr("being sent")
        case Status.WAITING:
            again = format_dt(mail.retry_at, "R") if mail.retry_at else ""
            later = tr("not sent yet, I'll try again {when}: {reason}", when=again, reason=reason)
            outcome = later if again else tr("not sent yet: {reason}", reason=reason)
        case Status.DROPPED | Status.RELEASED:
            outcome = tr("not sent: {reason}", reason=reason)
        case Status.UNKNOWN:
            outcome = tr("it may not have arrived: {reason}", reason=reason)
    return small(f"{written(mail.day)}{theme.DOT}{outcome}")
