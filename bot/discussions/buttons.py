"""Buttons and menus that lead to a paper's discussion."""

from __future__ import annotations

import discord

from bot.discussions.cards import choose_paper_card, discussion_card
from bot.discussions.service import discussion
from bot.interactions.components import BotInteraction, CardButton, CardMenu
from bot.ui import custom_ids
from retrieval.errors import InvalidInput


class Discuss(CardButton[custom_ids.PaperFields], custom_id=custom_ids.DISCUSS):
    """Opens a paper's discussion."""

    async def press(self, interaction: BotInteraction) -> None:
        """Link to the discussion, opening it first if there is none."""
        await open_discussion(interaction, self.fields.paper)


class DiscussMenu(CardMenu[custom_ids.NoFields], custom_id=custom_ids.DISCUSS_MENU):
    """Opens the discussion of the chosen paper."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Link to the discussion, opening it first if there is none."""
        await open_discussion(interaction, value)


class DiscussPost(CardButton[custom_ids.PostFields], custom_id=custom_ids.DISCUSS_POST):
    """Offers the papers of a daily post for discussion."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask which paper to discuss."""
        bot = interaction.client
        post = await bot.store.daily_posts.get(self.fields.post)
        papers = await bot.library.papers(post.papers) if post else {}
        if post is None or not papers:
            raise InvalidInput("I no longer have the papers in this post. Use `/paper` to find one and discuss it.")
        shown = [papers[id] for id in post.papers if id in papers]
        await interaction.response.send_message(view=choose_paper_card(shown), ephemeral=True)


async def open_discussion(interaction: BotInteraction, paper_id: str) -> None:
    """Show where a paper is discussed in this server, opening the discussion first if there is none."""
    bot, member = interaction.client, interaction.user
    if not isinstance(member, discord.Member):
        raise InvalidInput("Papers can only be discussed in a server.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    paper = await bot.library.paper(paper_id)
    thread_id = await discussion(bot, member, interaction.channel, paper)
    await interaction.followup.send(view=discussion_card(member.guild.id, thread_id), ephemeral=True)
