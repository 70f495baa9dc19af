"""``/inbox``: papers by mail. Only the person sees it; the address is typed into a form."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.inbox.cards import current_card, inbox_card
from bot.inbox.service import FREQUENCIES, MAX_RULES_LENGTH, check_rules, inbox_service
from bot.interactions.autocomplete import query_autocomplete
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.options import Zone
from bot.interactions.schedule_choice import change_schedule, frequency_choices
from bot.texts import mark


class InboxCommands(commands.Cog):
    """The command about the inbox."""

    @app_commands.command(name="inbox")
    @app_commands.choices(often=frequency_choices(*FREQUENCIES))
    @app_commands.describe(
        often="How often you get a mail",
        hour="The hour of your day, 0 to 23",
        zone="Your time zone: type part of its name",
        rules="Only papers that match this search; - for every paper",
    )
    @app_commands.autocomplete(rules=query_autocomplete)
    async def inbox(
        self,
        interaction: BotInteraction,
        often: str | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
        rules: app_commands.Range[str, 1, MAX_RULES_LENGTH] | None = None,
    ) -> None:
        """The day's papers by mail: set up, change, pause or leave"""
        service, user_id = inbox_service(interaction.client), interaction.user.id
        if (often, hour, zone, rules) == (None, None, None, None):
            card = current_card(await service.current(user_id))
        else:
            inbox = await service.get(user_id)
            if rules is not None:
                inbox = replace(inbox, rules=check_rules("" if rules.strip() == "-" else rules))
            inbox = replace(inbox, **change_schedule(inbox.schedule, often, hour, zone).columns)
            card = inbox_card(await service.change(inbox), done=mark("Changed."))
        await send_ephemeral(interaction, card)
