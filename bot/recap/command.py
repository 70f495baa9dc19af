"""``/recap``: a recap of a week, a month or any days, now or on a schedule."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.cooldown import QUESTION
from bot.interactions.components import BotInteraction, on_press, send_ephemeral
from bot.interactions.options import TypedDay, parse_days
from bot.interactions.permissions import check_channel, check_manages
from bot.recap.cards import scheduled_words
from bot.recap.poster import recap_message
from bot.recap.service import Period, Recap, channel_schedule, days_before, days_until, days_with_lists, make_recap
from bot.storage.deliveries import DeliveryKind
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import Frequency
from bot.texts import mark, tr
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


async def show(interaction: BotInteraction, frequency: Frequency, *, ephemeral: bool) -> None:
    """Send a recap of the week or month up to today."""
    bot = interaction.client
    await interaction.response.defer(ephemeral=ephemeral, thinking=True)
    period = days_until(frequency, bot.clock().date())
    listed = await days_with_lists(bot.library, period)
    recap = await make_recap(bot.library, bot.store, interaction.guild_id or 0, period, listed=listed)
    await _send(interaction, recap, ephemeral=ephemeral)


async def _send(interaction: BotInteraction, recap: Recap, *, ephemeral: bool) -> None:
    card, files = await recap_message(recap, custom_ids.NO_POST, files=interaction.app_permissions.attach_files)
    await interaction.followup.send(view=card, files=files, ephemeral=ephemeral)


@app_commands.guild_only()
class RecapCommands(commands.GroupCog, group_name="recap", group_description="Recaps of a week, a month or any days"):
    """Commands about recaps."""

    @app_commands.command(name="week", extras=QUESTION)
    async def week(self, interaction: BotInteraction) -> None:
        """The last 7 days: top papers, and what this server voted for and asked about"""
        await show(interaction, Frequency.WEEKLY, ephemeral=False)

    @app_commands.command(name="month", extras=QUESTION)
    async def month(self, interaction: BotInteraction) -> None:
        """The last 30 days: top papers, and what this server voted for and asked about"""
        await show(interaction, Frequency.MONTHLY, ephemeral=False)

    @app_commands.command(name="days", extras=QUESTION)
    @app_commands.describe(
        since="The first day, such as 2026-05-27, 2026-05 or 2026", until="The last day; otherwise today"
    )
    async def days(self, interaction: BotInteraction, since: TypedDay, until: TypedDay | None = None) -> None:
        """Any days, up to a year: top papers, and what this server voted for and asked about"""
        bot = interaction.client
        typed = parse_days(since, until)
        assert typed is not None  # ``since`` is required
        days = days_before(typed, bot.clock().date())
        await interaction.response.defer(thinking=True)
        await _send(
            interaction, await make_recap(bot.library, bot.store, interaction.guild_id or 0, days), ephemeral=False
        )

    @app_commands.command(name="schedule")
    @app_commands.choices(
        often=[
            app_commands.Choice(name="Every week", value=Frequency.WEEKLY),
            app_commands.Choice(name="Every month", value=Frequency.MONTHLY),
        ]
    )
    @app_commands.describe(channel="Where recaps are posted", often="Every week on Monday, or every month on the first")
    async def schedule(
        self, interaction: BotInteraction, channel: discord.TextChannel, often: str = Frequency.WEEKLY
    ) -> None:
        """Post a recap in a channel every week or month (for server managers)"""
        check_manages(interaction)
        check_channel(channel)
        bot = interaction.client
        frequency = Frequency(often)
        await bot.store.recaps.save(RecapFeed(channel.id, channel.guild.id, frequency, bot.clock()))
        schedule = await channel_schedule(bot.store, bot.settings.daily, channel.id, frequency)
        await send_ephemeral(interaction, notice_card(scheduled_words(channel.id, schedule)))

    @app_commands.command(name="stop")
    @app_commands.describe(channel="The channel with the recaps")
    async def stop(self, interaction: BotInteraction, channel: discord.TextChannel) -> None:
        """Stop posting recaps in a channel (for server managers)"""
        check_manages(interaction)
        if not await interaction.client.store.recaps.remove(channel.id):
            raise InvalidInput(
                tr("#{channel} has no recaps. Use `/recap schedule` to set them up.", channel=channel.name)
            )
        stopped = mark("I'll post no more recaps in {channel}. Use `/recap schedule` to start again.")
        text = tr(stopped, channel=f"<#{channel.id}>")
        await send_ephemeral(interaction, notice_card(text))


@on_press(custom_ids.RECAP)
async def show_up_to_today(interaction: BotInteraction, recap: int) -> None:
    """Show the recap of the days up to today, as long as the one that was posted."""
    claim = await interaction.client.store.deliveries.get(DeliveryKind.RECAP, recap)
    ours = claim is not None and claim.guild_id == interaction.guild_id
    frequency = Period.parse(claim.name).frequency if claim is not None and ours else Frequency.WEEKLY
    await show(interaction, frequency, ephemeral=True)
