"""Servers that come and go: one that removes the bot is noted, one that takes it back is not forgotten."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.client import PaperBot


class Servers(commands.Cog):
    """Listens for servers that the bot enters or has to leave. An outage of Discord's is neither."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note when; what is kept of the server goes after the time that the settings say."""
        await self.bot.store.departures.note(guild.id, self.bot.clock())

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The server goes on with what it had."""
        await self.bot.store.departures.cancel({guild.id})
