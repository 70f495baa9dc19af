"""The forms of ``/inbox``: an address, the code that was mailed there, how the mail comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from discord import ui

from bot.client import PaperBot
from bot.errors import reports_errors
from bot.inbox.cards import inbox_card, pending_card
from bot.interactions.components import BotInteraction
from bot.interactions.schedule_choice import ScheduleForm
from bot.jobs.local_time import local_day, next_time
from bot.mail import codes
from bot.mail.addresses import checked_address, mailbox_digest
from bot.mail.errors import MailUnavailable
from bot.mail.mailer import MailService
from bot.mail.messages import Recipient
from bot.storage.inbox_codes import LIFE, TRIES
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from retrieval.errors import InvalidInput
from retrieval.query.query import parse

_LAST_MAILS: Final = 3  # that the card shows
_RULES: Final = 300  # characters of a search
_ADDRESS: Final = 254
_CODE: Final = 20


def mail_service(bot: PaperBot) -> MailService:
    """The bot's mail. Raises ``InvalidInput`` where it has none."""
    if bot.mail is None:
        raise InvalidInput("This bot has no mail. Whoever runs it can set that up: docs/operator.md tells how.")
    return bot.mail


async def own_inbox(interaction: BotInteraction) -> Inbox:
    """The person's inbox. Raises ``InvalidInput`` where there is none."""
    inbox = await interaction.client.store.inboxes.get(interaction.user.id)
    if inbox is None:
        raise InvalidInput("You have no inbox. `/inbox` sets one up.")
    return inbox


def checked_rules(text: str) -> str:
    """A search that papers must match, as it was typed. Raises ``QueryError`` that points at the mistake."""
    rules = " ".join(text.split())
    if rules:
        parse(rules)
    return rules


async def present_card(bot: PaperBot, inbox: Inbox, done: str = "") -> ui.LayoutView:
    """The inbox as it is now; ``done`` says what was just done."""
    now = bot.clock()
    today = local_day(inbox, now)
    ran_on = (await bot.store.inbox_mails.days_run(today)).get(inbox.user_id, set())
    recent = await bot.store.inbox_mails.recent(inbox.user_id, _LAST_MAILS)
    return inbox_card(inbox, next_time(inbox, now, ran_on), bot.settings.mail.papers, recent, done=done)


async def change(interaction: BotInteraction, inbox: Inbox, done: str) -> ui.LayoutView:
    """Keep a changed inbox, from now on; the card that says so. Raises ``InvalidInput`` where it is gone."""
    bot = interaction.client
    changed = replace(inbox, changed_at=bot.clock())
    if not await bot.store.inboxes.change(changed):
        raise InvalidInput("Your inbox has changed meanwhile. `/inbox` shows it.")
    return await present_card(bot, changed, done)


class AddressModal(ui.Modal, title="The papers by mail"):
    """Asks for the address, and mails a code to it."""

    address = ui.Label[ui.LayoutView](
        text="Your mail address",
        description="I send a code there, which you then enter here.",
        component=ui.TextInput[ui.LayoutView](placeholder="ada@example.org", max_length=_ADDRESS, custom_id="address"),
    )

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Keep the code's hash, mail the code, and ask for it."""
        assert isinstance(self.address.component, ui.TextInput)
        bot, office = interaction.client, mail_service(interaction.client)
        address = checked_address(self.address.component.value)
        await interaction.response.defer()
        await _send_code(bot, office, Recipient(interaction.user.id, address))
        await interaction.edit_original_response(view=pending_card(address, bot.clock() + LIFE, TRIES))


async def _send_code(bot: PaperBot, office: MailService, to: Recipient) -> None:
    """Mail a new code. What was certainly not sent for the server's sake counts against nobody's limit."""
    code, at, kept = codes.new_code(), bot.clock(), bot.store.inbox_codes
    hashed = await codes.hashed(code)
    digest = mailbox_digest(to.address)
    number = await kept.keep(to.user_id, to.address, digest, hashed.salt, hashed.digest, at)
    try:
        await office.send_code(to, code, int(LIFE.total_seconds() // 60), at)
    except MailUnavailable:
        await kept.take_back(number)
        raise


class CodeModal(ui.Modal, title="The code from the mail"):
    """Asks for the code; with the right one the inbox is set up."""

    code = ui.Label[ui.LayoutView](
        text="Code",
        description="Eight letters and digits. Case and dashes do not matter.",
        component=ui.TextInput[ui.LayoutView](placeholder="ABCD-2345", max_length=_CODE, custom_id="code"),
    )

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Compare, and set the inbox up at the address that the code was sent to."""
        assert isinstance(self.code.component, ui.TextInput)
        bot, now = interaction.client, interaction.client.clock()
        await interaction.response.defer()
        sent = await bot.store.inbox_codes.attempt(interaction.user.id, now)
        if sent is None:
            raise InvalidInput(
                "There is no code to enter any more: it was used, too old, or tried too often. `/inbox` sends another."
            )
        if not await codes.fits(self.code.component.value, codes.Hashed(sent.salt, sent.digest)):
            raise InvalidInput(_wrong(TRIES - sent.tries))
        if not await bot.store.inbox_codes.use_up(sent.id):
            raise InvalidInput("This code was used already. `/inbox` shows your inbox.")
        inbox = await _confirmed(bot, interaction.user.id, sent.address)
        await bot.store.inboxes.save(inbox)
        await interaction.edit_original_response(
            view=await present_card(bot, inbox, "The address is yours: it is set up.")
        )


def _wrong(left: int) -> str:
    if left <= 0:
        return "That is not the code, and there is no try left. `/inbox` sends another."
    return f"That is not the code. You have {left} more {'try' if left == 1 else 'tries'}."


async def _confirmed(bot: PaperBot, user_id: int, address: str) -> Inbox:
    """The person's inbox at a proven address: as it was, else as the settings propose."""
    now, daily = bot.clock(), bot.settings.daily
    present = await bot.store.inboxes.get(user_id)
    if present is not None:
        return replace(present, address=address, paused=False, reason=None, confirmed_at=now, changed_at=now)
    return Inbox(
        user_id=user_id,
        address=address,
        frequency=Frequency.DAILY,
        weekday=0,
        hour=daily.time.hour,
        zone=daily.zone,
        rules="",
        paused=False,
        reason=None,
        confirmed_at=now,
        changed_at=now,
    )


class ChangeModal(ScheduleForm):
    """Asks how often, when, and which papers."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__("How your mail comes", inbox.schedule, Frequency.DAILY, Frequency.WEEKLY)
        self._inbox = inbox
        self.rules = ui.TextInput[ui.LayoutView](
            custom_id="rules",
            default=inbox.rules or None,
            required=False,
            max_length=_RULES,
            placeholder="diffusion -medical",
        )
        self.add_item(
            ui.Label(
                text="Only papers that match this search",
                description="As in /search: words, author:, votes:, has:code. Empty: every paper.",
                component=self.rules,
            )
        )

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Check what was typed, keep it, show it."""
        typed = replace(self._inbox, **self.chosen().columns, rules=checked_rules(self.rules.value))
        await interaction.response.edit_message(view=await change(interaction, typed, "Changed."))
