"""``/setup``: all settings of a server on one screen whose controls work after a restart."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.daily_post.service import default_channel, feed_service
from bot.interactions.components import BotInteraction
from bot.interactions.permissions import ManagerCog, guild_of
from bot.server_setup.screen import draw_screen


class Setup(ManagerCog):
    """``/setup``"""

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="Channel to set up; you can also choose it on the screen")
    async def setup(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """Set up the daily post and this server's other options; posts don't change until you press Save"""
        guild, feeds = guild_of(interaction), interaction.client.store.daily_feeds
        channel = channel or default_channel(guild, interaction.channel_id, await feeds.of_guild(guild.id))
        feed = await feed_service(interaction.client).edit(guild.id, channel.id, interaction.user.id)
        draft_id = await feeds.save_draft(feed)
        await interaction.response.send_message(view=await draw_screen(interaction, draft_id, feed), ephemeral=True)
