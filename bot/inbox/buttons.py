"""The buttons and forms of ``/inbox``. Everybody acts on their own inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from discord import ui

from bot.inbox.cards import (
    address_form,
    code_form,
    confirm_leave_card,
    current_card,
    inbox_card,
    left_card,
    pending_card,
    settings_form,
)
from bot.inbox.service import InboxService, check_rules, inbox_service
from bot.interactions.components import BotInteraction, on_press, on_submit
from bot.interactions.schedule_choice import submitted_schedule
from bot.mail.addresses import parse_address
from bot.texts import mark
from bot.ui import custom_ids


@on_press(custom_ids.INBOX)
async def act(interaction: BotInteraction, what: str) -> None:
    """Open a form, or do something and show the inbox as it is then."""
    service, user_id = inbox_service(interaction.client), interaction.user.id
    match what:
        case "join" | "address":
            await interaction.response.send_modal(address_form())
        case "code":
            await service.check_pending(user_id)
            await interaction.response.send_modal(code_form())
        case "change":
            await interaction.response.send_modal(settings_form(await service.get(user_id)))
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
            return inbox_card(await service.change(inbox), done=mark("Paused.") if paused else mark("Resumed."))


@on_submit(custom_ids.INBOX_ADDRESS_FORM)
async def mail_code(interaction: BotInteraction, values: Mapping[str, str]) -> None:
    """Mail a code to the address, and ask for it."""
    address = parse_address(values["address"])
    await interaction.response.defer()
    code = await inbox_service(interaction.client).send_code(interaction.user.id, address)
    await interaction.edit_original_response(view=pending_card(code))


@on_submit(custom_ids.INBOX_CODE_FORM)
async def confirm_code(interaction: BotInteraction, values: Mapping[str, str]) -> None:
    """Check the code, and show the inbox that it sets up."""
    await interaction.response.defer()
    status = await inbox_service(interaction.client).confirm(interaction.user.id, values["code"])
    await interaction.edit_original_response(view=inbox_card(status, done=mark("Your inbox is set up.")))


@on_submit(custom_ids.INBOX_SETTINGS_FORM)
async def change_settings(interaction: BotInteraction, values: Mapping[str, str]) -> None:
    """Save the settings, and show the inbox."""
    service = inbox_service(interaction.client)
    inbox = await service.get(interaction.user.id)
    schedule = submitted_schedule(inbox.schedule, values)
    changed = replace(inbox, **schedule.columns, rules=check_rules(values["rules"]))
    await interaction.response.edit_message(view=inbox_card(await service.change(changed), done=mark("Changed.")))
