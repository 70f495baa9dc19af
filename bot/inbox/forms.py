"""The forms of ``/inbox``: an address, the code that was mailed to it, and the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from discord import ui

from bot.errors import reports_errors
from bot.inbox.cards import inbox_card, pending_card
from bot.inbox.service import FREQUENCIES, MAX_RULES_LENGTH, InboxService, check_rules
from bot.interactions.components import BotInteraction
from bot.interactions.schedule_choice import ScheduleForm
from bot.mail.addresses import parse_address
from bot.storage.inboxes import Inbox

_MAX_ADDRESS: Final = 254
_MAX_CODE: Final = 20


class AddressForm(ui.Modal, title="Papers by mail"):
    """Asks for an address, and mails a code to it."""

    def __init__(self, service: InboxService) -> None:
        super().__init__()
        self._service = service
        self.address = ui.TextInput[ui.LayoutView](
            custom_id="address", placeholder="ada@example.org", max_length=_MAX_ADDRESS
        )
        hint = "I'll send a code there, which you then enter here."
        self.add_item(ui.Label(text="Your email address", description=hint, component=self.address))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Mail the code, and ask for it."""
        address = parse_address(self.address.value)
        await interaction.response.defer()
        code = await self._service.send_code(interaction.user.id, address)
        await interaction.edit_original_response(view=pending_card(code))


class CodeForm(ui.Modal, title="The code from the mail"):
    """Asks for the code. The right one sets up the inbox."""

    def __init__(self, service: InboxService) -> None:
        super().__init__()
        self._service = service
        self.code = ui.TextInput[ui.LayoutView](custom_id="code", placeholder="ABCD-2345", max_length=_MAX_CODE)
        hint = "Eight letters and digits. Case and dashes don't matter."
        self.add_item(ui.Label(text="Code", description=hint, component=self.code))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Check the code, and show the inbox."""
        await interaction.response.defer()
        status = await self._service.confirm(interaction.user.id, self.code.value)
        await interaction.edit_original_response(view=inbox_card(status, done="Your inbox is set up."))


class SettingsForm(ScheduleForm):
    """Asks how often, when, and which papers."""

    def __init__(self, service: InboxService, inbox: Inbox) -> None:
        super().__init__("Your mail", inbox.schedule, *FREQUENCIES)
        self._service = service
        self._inbox = inbox
        self.rules = ui.TextInput[ui.LayoutView](
            custom_id="rules",
            default=inbox.rules or None,
            required=False,
            max_length=MAX_RULES_LENGTH,
            placeholder="diffusion -medical",
        )
        hint = "As in /search: words, author:, votes:, has:code. Leave empty for every paper."
        self.add_item(ui.Label(text="Only papers that match this search", description=hint, component=self.rules))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Save the settings, and show the inbox."""
        changed = replace(self._inbox, **self.chosen().columns, rules=check_rules(self.rules.value))
        status = await self._service.change(changed)
        await interaction.response.edit_message(view=inbox_card(status, done="Changed."))
