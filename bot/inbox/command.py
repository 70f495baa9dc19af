"""``/inbox``: the papers by mail, for oneself alone. The address is typed in a form, and seen by nobody else."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands, ui
from discord.ext import commands

from bot.inbox.cards import confirm_leave_card, left_card, offer_card, pending_card
from bot.inbox.forms import (
    AddressModal,
    ChangeModal,
    CodeModal,
    change,
    checked_rules,
    mail_service,
    own_inbox,
    present_card,
)
from bot.interactions.autocomplete import query_autocomplete
from bot.interactions.components import BotInteraction, CardButton
from bot.interactions.options import Zone
from bot.interactions.schedule_choice import change_schedule, frequency_choices
from bot.storage.inbox_codes import LIFE, TRIES
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from bot.ui import custom_ids
from retrieval.errors import InvalidInput


async def first_card(interaction: BotInteraction) -> ui.LayoutView:
    """What there is for this person: their inbox, a code to be entered, or the offer."""
    bot, user_id = interaction.client, interaction.user.id
    pending = await bot.store.inbox_codes.pending(user_id, bot.clock())
    if pending is not None:
        return pending_card(pending.address, pending.sent_at + LIFE, TRIES - pending.tries)
    inbox = await bot.store.inboxes.get(user_id)
    return offer_card() if inbox is None else await present_card(bot, inbox)


def changed(inbox: Inbox, often: str | None, hour: int | None, zone: str | None, rules: str | None) -> Inbox:
    """The inbox with what was named; what was not stays. Raises ``QueryError`` for a search with a mistake."""
    if rules is not None:
        inbox = replace(inbox, rules=checked_rules("" if rules.strip() == "-" else rules))
    return replace(inbox, **change_schedule(inbox.schedule, often, hour, zone).columns)


class InboxCog(commands.Cog):
    """The inbox by command."""

    @app_commands.command(name="inbox")
    @app_commands.choices(often=frequency_choices(Frequency.DAILY, Frequency.WEEKLY))
    @app_commands.describe(
        often="How often a mail comes",
        hour="At what hour, 0 to 23",
        zone="The time zone that is meant: type a part of its name",
        rules="Only papers that match this search; - for every paper",
    )
    @app_commands.autocomplete(rules=query_autocomplete)
    async def inbox(
        self,
        interaction: BotInteraction,
        often: str | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
        rules: app_commands.Range[str, 1, 300] | None = None,
    ) -> None:
        """The day's papers by mail: set up, change, pause or leave"""
        mail_service(interaction.client)
        if often is None and hour is None and zone is None and rules is None:
            card = await first_card(interaction)
        else:
            inbox = changed(await own_inbox(interaction), often, hour, zone, rules)
            card = await change(interaction, inbox, "Changed.")
        await interaction.response.send_message(view=card, ephemeral=True)


class InboxButton(CardButton, template=custom_ids.INBOX):
    """What a person does with their own inbox."""

    async def press(self, interaction: BotInteraction) -> None:
        """Open a form, or do it and show how the inbox is then."""
        mail_service(interaction.client)
        match self.fields["what"]:
            case "join" | "address":
                await interaction.response.send_modal(AddressModal())
            case "code":
                await interaction.response.send_modal(await _code_modal(interaction))
            case "change":
                await interaction.response.send_modal(ChangeModal(await own_inbox(interaction)))
            case what:
                await interaction.response.edit_message(view=await _done(interaction, what))


async def _code_modal(interaction: BotInteraction) -> CodeModal:
    if await interaction.client.store.inbox_codes.pending(interaction.user.id, interaction.client.clock()) is None:
        raise InvalidInput("There is no code to enter any more. `/inbox` sends another.")
    return CodeModal()


async def _done(interaction: BotInteraction, what: str) -> ui.LayoutView:
    """Do what a button without a form is for; the card that then stands there."""
    bot = interaction.client
    if what == "show":
        return await first_card(interaction)
    if what == "cancel":
        await bot.store.inbox_codes.cancel(interaction.user.id)
        return await first_card(interaction)
    if what == "leave-now":
        await bot.store.inboxes.forget_person(interaction.user.id)
        return left_card()
    inbox = await own_inbox(interaction)
    if what == "leave":
        return confirm_leave_card(inbox)
    paused = what == "pause"
    words = "Paused." if paused else "Resumed."
    return await change(interaction, replace(inbox, paused=paused, reason=None), words)
