"""``/forget``: end a person's conversation in a channel."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.ask.service import Asker, ask_service
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.texts import counted, tr
from bot.ui.notices import notice_card


class ForgetCommand(commands.Cog):
    """``/forget``."""

    @app_commands.command(name="forget")
    async def forget(self, interaction: BotInteraction) -> None:
        """Start fresh: your next question here won't refer to earlier ones"""
        ended = await ask_service(interaction.client).start_fresh(Asker.of(interaction))
        started = tr("Started fresh.") if ended else tr("There was nothing to forget.")
        minutes = counted(interaction.client.settings.chat.context_minutes, "minute")
        hint = tr("Reply to an answer to continue it. Conversations also end by themselves after {time}.", time=minutes)
        await send_ephemeral(interaction, notice_card(f"{started} {hint}"))
