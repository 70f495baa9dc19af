"""``/paper``: one paper, by id, link or part of its title."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.cooldown import QUESTION
from bot.interactions.autocomplete import paper_autocomplete
from bot.interactions.components import BotInteraction
from bot.papers.list_cards import choose_card
from bot.papers.paper_card import paper_card
from bot.papers.service import paper_service
from retrieval.papers import named_arxiv_id


class PaperCommand(commands.Cog):
    """``/paper``."""

    @app_commands.command(name="paper", extras=QUESTION)
    @app_commands.describe(paper="An arXiv id, a link, or part of the title")
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def paper(self, interaction: BotInteraction, paper: app_commands.Range[str, 1, 300]) -> None:
        """Show a paper: authors, votes, abstract and links"""
        library = interaction.client.library
        id = named_arxiv_id(paper)
        if id and library.fetcher is not None and not await library.papers([id]):
            await interaction.response.defer(thinking=True)  # arXiv can take longer than Discord's three seconds
        found = await library.find(paper)
        if len(found) == 1:
            card = paper_card(await paper_service(interaction.client).open(interaction.user.id, found[0].id))
        else:
            card = choose_card(paper, found)
        if interaction.response.is_done():
            await interaction.followup.send(view=card)
        else:
            await interaction.response.send_message(view=card)
