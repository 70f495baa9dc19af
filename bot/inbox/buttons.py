"""The buttons of ``/inbox``. Everybody acts on their own inbox."""

from __future__ import annotations

from dataclasses import replace

from discord import ui

from bot.inbox.cards import confirm_leave_card, current_card, inbox_card, left_card
from bot.inbox.forms import AddressForm, CodeForm, SettingsForm
from bot.inbox.service import InboxService, inbox_service
from bot.interactions.components import BotInteraction, CardButton
from bot.ui import custom_ids


class InboxButton(CardButton[custom_ids.InboxFields], custom_id=custom_ids.INBOX):
    """An action on the inbox."""

    async def press(self, interaction: BotInteraction) -> None:
        """Open a form, or do it and show the inbox as it is then."""
        service, user_id = inbox_service(interaction.client), interaction.user.id
        match self.fields.what:
            case "join" | "address":
                await interaction.response.send_modal(AddressForm(service))
            case "code":
                await service.check_pending(user_id)
                await interaction.response.send_modal(CodeForm(service))
            case "change":
                await interaction.response.send_modal(SettingsForm(service, await service.get(user_id)))
            case action:
                await interaction.response.edit_message(view=await _done(service, user_id, action))


async def _done(service: InboxService, user_id: int, action: str) -> ui.LayoutView:
    """Do what needs no form; the card that shows the result."""
    match action:
        case "show":
            return current_card(await service.current(user_id))
        case "cancel":
            await service.cancel_code(user_id)
            return current_card(await service.current(user_id))
        case "leave":
            return confirm_leave_card(await service.get(user_id))
        case "leave-now":
            await service.leave(user_id)
            return left_card()
        case _:
            paused = action == "pause"
            inbox = replace(await service.get(user_id), paused=paused, reason=None)
            return inbox_card(await service.change(inbox), done="Paused." if paused else "Resumed.")
