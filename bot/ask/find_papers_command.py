"""“Find papers on this” on a message."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.ask.service import MessageContent, ask_service
from bot.cooldown import QUESTION
from bot.interactions.components import BotInteraction
from bot.papers.list_cards import near_card, similar_card


@app_commands.context_menu(name="Find papers on this", extras=QUESTION)
async def find_papers(interaction: BotInteraction, message: discord.Message) -> None:
    """Show papers similar to the one that a message names, or close to what it says, to this person only."""
    library = interaction.client.library
    paper, text = await ask_service(interaction.client).paper_or_text(MessageContent.of(message))
    await interaction.response.defer(ephemeral=True, thinking=True)
    if paper is not None:
        card = similar_card(paper, await library.similar(paper.id))
    else:
        card = near_card(text, await library.near(text))
    await interaction.followup.send(view=card, ephemeral=True)
