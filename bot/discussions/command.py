"""``/discussions``: where a server discusses papers."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.permissions import ManagerCog
from bot.texts import tr
from bot.ui.notices import notice_card


class Discussions(ManagerCog):
    """``/discussions``"""

    @app_commands.command(name="discussions")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="Channel or forum for all discussions; leave out for wherever Discuss is pressed")
    async def discussions(
        self, interaction: BotInteraction, channel: discord.TextChannel | discord.ForumChannel | None = None
    ) -> None:
        """Choose where papers are discussed: in threads of a channel or in a forum"""
        await interaction.client.store.discussions.set_place(interaction.guild_id or 0, channel.id if channel else None)
        where = f"<#{channel.id}>" if channel else ""
        there = tr("New discussions will open in {channel}.", channel=where)
        there = there if where else tr("New discussions will open in the channel where someone presses Discuss.")
        text = f"{there} {tr('Existing ones stay where they are.')}"
        await send_ephemeral(interaction, notice_card(text))
