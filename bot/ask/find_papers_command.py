"""“Find papers on this” on a message."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.ask.service import subject_of
from bot.client import PaperBot
from bot.papers.list_cards import near_card, similar_card

Press = discord.Interaction[PaperBot]


class Find(commands.Cog):
    """Papers near what somebody wrote."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name="Find papers on this", callback=self.find_on)

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take it away again."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def find_on(self, interaction: Press, message: discord.Message) -> None:
        """Show, to this person alone, papers like the one that a message names, or near what it says."""
        library = self.bot.library
        named, text = await subject_of(self.bot, message)
        await interaction.response.defer(ephemeral=True, thinking=True)
        if named is not None:
            card = similar_card(named, await library.similar(named.id))
        else:
            card = near_card(text, await library.near(text))
        await interaction.followup.send(view=card, ephemeral=True)
