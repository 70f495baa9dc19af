"""``/help`` and ``/about``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.ask.examples import EXAMPLES
from bot.client import PaperBot
from bot.ui.notices import about_card, help_card


class Help(commands.Cog):
    """What the bot can do, and what it is."""

    @app_commands.command(name="help")
    async def help(self, interaction: discord.Interaction[PaperBot]) -> None:
        """What I can do, with questions to try"""
        await interaction.response.send_message(view=help_card(EXAMPLES), ephemeral=True)

    @app_commands.command(name="about")
    async def about(self, interaction: discord.Interaction[PaperBot]) -> None:
        """What I have read, how answers are made, and what I keep"""
        bot = interaction.client
        card = about_card(
            await bot.library.stats(),
            bot.settings.chat.keep_days,
            reads_messages=bot.settings.discord.message_content,
        )
        await interaction.response.send_message(view=card, ephemeral=True)
