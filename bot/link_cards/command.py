"""``/links``: whether pasted links to papers become cards, in a server or one of its channels."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.permissions import ManagerCog
from bot.link_cards.service import links_state
from bot.storage.link_cards import WHOLE_SERVER
from bot.ui.notices import notice_card

LinkChannel = discord.TextChannel | discord.ForumChannel | discord.Thread


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class LinkCommands(
    ManagerCog, commands.GroupCog, group_name="links", group_description="Cards for pasted links to papers"
):
    """``/links``. Each server decides who can use it in Discord's command permissions."""

    @app_commands.command(name="on")
    @app_commands.describe(channel="One channel; leave it out for the whole server")
    async def on(self, interaction: BotInteraction, channel: LinkChannel | None = None) -> None:
        """Turn links to arXiv papers into cards, once a day per paper and channel"""
        await _choose(interaction, channel, wanted=True)

    @app_commands.command(name="off")
    @app_commands.describe(channel="One channel; leave it out for the whole server")
    async def off(self, interaction: BotInteraction, channel: LinkChannel | None = None) -> None:
        """Leave links as they are"""
        await _choose(interaction, channel, wanted=False)


async def _choose(interaction: BotInteraction, channel: LinkChannel | None, *, wanted: bool) -> None:
    bot, guild_id = interaction.client, interaction.guild_id or 0
    await bot.store.link_cards.choose(guild_id, channel.id if channel else WHOLE_SERVER, wanted=wanted)
    state = await links_state(bot.store, guild_id, reads_messages=bot.settings.discord.message_content)
    await send_ephemeral(interaction, notice_card(state))
