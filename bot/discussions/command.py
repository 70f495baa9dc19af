"""Discussing a paper: the buttons that lead to its thread, and the command that says where threads are opened."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussions.cards import discussion_card, which_paper_card
from bot.discussions.service import discussion
from bot.interactions.components import BotInteraction, CardButton, CardMenu
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


class Discuss(CardButton, template=custom_ids.DISCUSS):
    """A paper's thread in this server."""

    async def press(self, interaction: BotInteraction) -> None:
        """Lead there; open it first where there is none."""
        await open_discussion(interaction, self.fields["paper"])


class DiscussMenu(CardMenu, template=custom_ids.DISCUSS_MENU):
    """The same by choosing a paper."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Lead there; open it first where there is none."""
        await open_discussion(interaction, value)


class DiscussPost(CardButton, template=custom_ids.DISCUSS_POST):
    """The papers of a daily post."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask which one is meant."""
        bot = interaction.client
        post = await bot.store.shown_posts.get(int(self.fields["post"]))
        papers = await bot.library.papers(post.papers) if post else {}
        if post is None or not papers:
            raise InvalidInput("I no longer have the papers of this post. `/paper` finds one, to discuss it.")
        shown = [papers[id] for id in post.papers if id in papers]
        await interaction.response.send_message(view=which_paper_card(shown), ephemeral=True)


async def open_discussion(interaction: BotInteraction, paper_id: str) -> None:
    """Show a person where a paper is discussed in the server where they pressed."""
    bot, member = interaction.client, interaction.user
    if not isinstance(member, discord.Member):
        raise InvalidInput("Papers are discussed in servers: press it there.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    paper = await bot.library.paper(paper_id)
    thread_id = await discussion(bot, member, interaction.channel, paper)
    await interaction.followup.send(view=discussion_card(member.guild.id, thread_id), ephemeral=True)


class DiscussionPlace(commands.Cog):
    """Where a server wants its discussions."""

    @app_commands.command(name="discussions")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="A channel or forum for all of them; left out: where “Discuss” is pressed")
    async def discussions(
        self, interaction: BotInteraction, channel: discord.TextChannel | discord.ForumChannel | None = None
    ) -> None:
        """Say where papers are discussed: in threads of a channel, or as posts of a forum"""
        await interaction.client.store.discussions.set_place(interaction.guild_id or 0, channel.id if channel else None)
        where = f"in <#{channel.id}>" if channel else "in the channel where “Discuss” is pressed"
        text = f"From now on each paper's discussion is opened {where}. Those that are open stay where they are."
        await interaction.response.send_message(view=notice_card(text), ephemeral=True)
