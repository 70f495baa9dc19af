"""``/forget``: a person's conversation in a channel ends, and the next question stands alone."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.ask.service import Asker, forget_context
from bot.client import PaperBot
from bot.ui.notices import notice_card


class Forget(commands.Cog):
    """The end of a conversation."""

    @app_commands.command(name="forget")
    async def forget(self, interaction: discord.Interaction[PaperBot]) -> None:
        """Begin afresh: your next question here has nothing to do with the last ones"""
        bot = interaction.client
        ended = await forget_context(bot, Asker.of(interaction))
        begun = "Forgotten." if ended else "There was nothing to forget."
        text = (
            f"{begun} Your next question here stands alone. To go on from an answer all the same, reply to it; "
            f"after {bot.settings.chat.context_minutes} minutes a conversation ends by itself."
        )
        await interaction.response.send_message(view=notice_card(text), ephemeral=True)
