"""``/setup``: all settings of a server on one screen whose controls work after a restart."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.interactions.components import BotInteraction
from bot.interactions.permissions import ManagerCog
from bot.server_setup.screen import open_screen


class Setup(ManagerCog):
    """``/setup``"""

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="Channel to set up; you can also choose it on the screen")
    async def setup(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """Set up the daily post and this server's other options; posts don't change until you press Save"""
        await open_screen(interaction, channel)
