"""``/privacy``: see, download or delete everything stored about you."""

from __future__ import annotations

import asyncio

from discord import app_commands
from discord.ext import commands

from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction, on_press, send_ephemeral
from bot.privacy.cards import confirm_card, deleted_card, privacy_card
from bot.privacy.service import as_json, everything_of
from bot.saved.cards import file_card
from bot.texts import tr
from bot.ui import custom_ids
from bot.ui.notices import notice_card


class Privacy(commands.Cog):
    """The command."""

    @app_commands.command(name="privacy")
    async def privacy(self, interaction: BotInteraction) -> None:
        """See, download or delete everything I store about you"""
        card = privacy_card(await _counts(interaction), interaction.client.settings.chat.keep_days)
        await send_ephemeral(interaction, card)


async def _counts(interaction: BotInteraction) -> dict[str, int]:
    """How many records there are about the person, by heading."""
    kept = await everything_of(interaction.client.store, interaction.user.id)
    return {heading: len(records) for heading, records in kept.items()}


@on_press(custom_ids.PRIVACY)
async def act(interaction: BotInteraction, what: str) -> None:
    """Send the file, ask for confirmation, delete, or cancel; always for the person who pressed."""
    match what:
        case "file":
            await _send_file(interaction)
        case "ask":
            await interaction.response.edit_message(view=confirm_card(await _counts(interaction)))
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
        view=file_card(file.filename, tr("Everything I store about you:")), file=file, ephemeral=True
    )
