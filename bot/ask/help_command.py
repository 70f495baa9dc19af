"""``/help`` and ``/about``."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.ask.examples import EXAMPLES
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.ui.notices import about_card, help_card


class HelpCommands(commands.Cog):
    """``/help`` and ``/about``."""

    @app_commands.command(name="help")
    async def help(self, interaction: BotInteraction) -> None:
        """What I can do, with questions to try"""
        mentions = interaction.client.command_mentions
        await send_ephemeral(interaction, help_card(EXAMPLES, mentions, manages=interaction.permissions.manage_guild))

    @app_commands.command(name="about")
    async def about(self, interaction: BotInteraction) -> None:
        """What I've read, how I answer, and what I store"""
        settings = interaction.client.settings
        stats = await interaction.client.library.stats()
        stats = stats if settings.sources.enabled else replace(stats, sources=())
        card = about_card(stats, settings.chat.keep_days, reads_messages=settings.discord.message_content)
        await send_ephemeral(interaction, card)
