"""``/paper``: one paper, by id, link or part of its title."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.autocomplete import paper_autocomplete
from bot.interactions.recently_used import open_paper
from bot.papers.list_cards import choose_card
from bot.papers.paper_card import paper_card
from retrieval.papers import arxiv_id


class Papers(commands.Cog):
    """Papers by command."""

    @app_commands.command(name="paper")
    @app_commands.describe(paper="An arXiv id, a link, or part of the title")
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def paper(self, interaction: discord.Interaction[PaperBot], paper: app_commands.Range[str, 1, 300]) -> None:
        """Show a paper: authors, votes, abstract and links"""
        library = interaction.client.library
        id = arxiv_id(paper)
        if id and library.fetcher is not None and not await library.papers([id]):
            await interaction.response.defer(thinking=True)  # arXiv may take longer than the three seconds of Discord
        found = await library.find(paper)
        if len(found) == 1:
            card = paper_card(await open_paper(interaction.client, interaction.user.id, found[0].id))
        else:
            card = choose_card(paper, found)
        if interaction.response.is_done():
            await interaction.followup.send(view=card)
        else:
            await interaction.response.send_message(view=card)
