"""Buttons and menus that lead to a paper's discussion."""

from __future__ import annotations

import discord

from bot.discussions.cards import choose_paper_card, discussion_card
from bot.discussions.service import discussion
from bot.interactions.components import BotInteraction, on_choice, on_press, send_ephemeral
from bot.ui import custom_ids
from retrieval.errors import InvalidInput


@on_press(custom_ids.DISCUSS_POST)
async def choose_paper(interaction: BotInteraction, post: int) -> None:
    """Ask which paper of a daily post to discuss."""
    bot = interaction.client
    shown = await bot.store.daily_posts.get(post)
    papers = await bot.library.papers(shown.papers) if shown else {}
    if shown is None or shown.guild_id != interaction.guild_id or not papers:
        raise InvalidInput("I no longer have the papers in this post. Use `/paper` to find one and discuss it.")
    choice = choose_paper_card([papers[id] for id in shown.papers if id in papers])
    await send_ephemeral(interaction, choice)


@on_choice(custom_ids.DISCUSS_MENU)
@on_press(custom_ids.DISCUSS)
async def open_discussion(interaction: BotInteraction, paper: str) -> None:
    """Show where a paper is discussed in this server, opening the discussion first if there is none."""
    bot, member = interaction.client, interaction.user
    if not isinstance(member, discord.Member):
        raise InvalidInput("Papers can only be discussed in a server.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    thread_id = await discussion(bot.store, bot.clock, member, interaction.channel, await bot.library.paper(paper))
    await interaction.followup.send(view=discussion_card(member.guild.id, thread_id), ephemeral=True)
