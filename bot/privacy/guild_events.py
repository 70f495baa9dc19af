"""Servers that remove the bot or add it again."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import PaperBot


class Servers(commands.Cog):
    """Notes when the bot joins or leaves a server. An outage of Discord is neither."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note the time; the server's records are deleted after the number of days in the settings."""
        await self.bot.store.departures.note(guild.id, self.bot.clock())

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep the server's records."""
        await self.bot.store.departures.cancel({guild.id})
