"""Measures how long commands take."""

from __future__ import annotations

from discord.ext import commands

from bot.interactions.components import BotInteraction
from bot.logs import event_seconds
from bot.metrics import SECONDS


class Measurements(commands.Cog):
    """Receives every command that was answered."""

    @commands.Cog.listener()
    async def on_app_command_completion(self, _interaction: BotInteraction, _command: object) -> None:
        """Note the seconds since it arrived."""
        SECONDS.labels("command").observe(event_seconds())
