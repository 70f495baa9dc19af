"""``/links``: whether pasted links to papers become cards, in a server or a channel of it."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.storage.link_cards import WHOLE_SERVER
from bot.ui.notices import notice_card

Press = discord.Interaction[PaperBot]
Place = discord.TextChannel | discord.ForumChannel | discord.Thread

NO_CONTENT = (
    "**I cannot read messages here yet.** Whoever runs me must allow it: the setting `message_content` under "
    "`[discord]`, and the Message Content intent at Discord. Until then no link becomes a card."
)
"""What an administrator reads where the intent is missing."""


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class LinkCommands(commands.GroupCog, group_name="links", group_description="Cards for pasted links to papers"):
    """Cards of links by command. Whom a server lets use it, Discord's own command permissions say."""

    @app_commands.command(name="on")
    @app_commands.describe(channel="One channel; without it the whole server")
    async def on(self, interaction: Press, channel: Place | None = None) -> None:
        """Links to arXiv papers become cards, once a paper and channel in a day"""
        await _choose(interaction, channel, wanted=True)

    @app_commands.command(name="off")
    @app_commands.describe(channel="One channel; without it the whole server")
    async def off(self, interaction: Press, channel: Place | None = None) -> None:
        """Links stay as they are"""
        await _choose(interaction, channel, wanted=False)


async def _choose(interaction: Press, channel: Place | None, *, wanted: bool) -> None:
    bot, guild_id = interaction.client, interaction.guild_id or 0
    await bot.store.link_cards.choose(guild_id, channel.id if channel else WHOLE_SERVER, wanted=wanted)
    await interaction.response.send_message(view=notice_card(await links_state(bot, guild_id)), ephemeral=True)


async def links_state(bot: PaperBot, guild_id: int) -> str:
    """Where links become cards, in a server's words."""
    chosen = dict(await bot.store.link_cards.choices(guild_id))
    everywhere = chosen.pop(WHOLE_SERVER, False)
    others = [f"<#{id}>" for id, wanted in chosen.items() if wanted != everywhere]
    if everywhere:
        text = "Links to papers become cards in this server" + (
            f", but not in {', '.join(others[:20])}." if others else "."
        )
    elif others:
        text = f"Links to papers become cards in {', '.join(others[:20])}."
    else:
        text = "Links to papers stay as they are. `/links on` makes cards of them."
    readable = bot.settings.discord.message_content
    return text if readable or not (everywhere or others) else f"{text}\n{NO_CONTENT}"
