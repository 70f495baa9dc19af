"""``/privacy``: see, download or delete everything stored about you."""

from __future__ import annotations

import asyncio

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction, CardButton
from bot.privacy.cards import confirm_card, deleted_card, privacy_card
from bot.privacy.service import as_json, everything_of
from bot.saved.cards import file_card
from bot.ui import custom_ids
from bot.ui.notices import notice_card


class Privacy(commands.Cog):
    """The command."""

    @app_commands.command(name="privacy")
    async def privacy(self, interaction: BotInteraction) -> None:
        """See, download or delete everything I store about you"""
        await interaction.response.send_message(view=await _overview(interaction), ephemeral=True)


async def _overview(interaction: BotInteraction) -> discord.ui.LayoutView:
    bot = interaction.client
    kept = await everything_of(bot.store, interaction.user.id)
    return privacy_card({heading: len(records) for heading, records in kept.items()}, bot.settings.chat.keep_days)


class PrivacyButton(CardButton[custom_ids.PrivacyFields], custom_id=custom_ids.PRIVACY):
    """The card's buttons. They always act on the records of the person who presses."""

    async def press(self, interaction: BotInteraction) -> None:
        """Send the file, ask for confirmation, delete, or cancel."""
        match self.fields.what:
            case "file":
                await _send_file(interaction)
            case "ask":
                kept = await everything_of(interaction.client.store, interaction.user.id)
                counts = {heading: len(records) for heading, records in kept.items()}
                await interaction.response.edit_message(view=confirm_card(counts))
            case "delete":
                await interaction.response.defer()
                count = await interaction.client.store.forget_person(interaction.user.id)
                await interaction.edit_original_response(view=deleted_card(count))
            case _:
                await interaction.response.edit_message(view=notice_card("Nothing was deleted."))


async def _send_file(interaction: BotInteraction) -> None:
    bot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    kept = await everything_of(bot.store, interaction.user.id)
    content = await asyncio.to_thread(as_json, interaction.user.id, bot.clock(), kept)
    file = attached("your-data.json", content)
    await interaction.followup.send(
        view=file_card(file.filename, "Everything I store about you:"), file=file, ephemeral=True
    )
