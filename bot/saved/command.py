"""``/save`` and ``/saved``: private lists of papers, with notes and tags."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.autocomplete import paper_autocomplete, query_autocomplete
from bot.papers.list_cards import choose_card, mistake_card
from bot.saved.buttons import keep, look_at, told_of
from bot.saved.cards import SavedView
from bot.saved.service import LIST_NAME, NOTE, TYPED_TAGS, chosen_list, list_name_of, note_of, tags_of
from bot.ui.discord_limits import CHOICES
from retrieval.errors import QueryError
from retrieval.query.query import parse

Press = discord.Interaction[PaperBot]


class Saving(commands.Cog):
    """Saved papers by command."""

    @app_commands.command(name="save")
    @app_commands.rename(list_name="list")
    @app_commands.describe(
        paper="An arXiv id, a link, or part of the title",
        list_name="One of your lists or a new one; without it the list that you used last",
        note="What you want to remember about it",
        tags="Words of your own between commas: survey, kv cache",
    )
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def save(
        self,
        interaction: Press,
        paper: app_commands.Range[str, 1, 300],
        list_name: app_commands.Range[str, 1, LIST_NAME] | None = None,
        note: app_commands.Range[str, 1, NOTE] | None = None,
        tags: app_commands.Range[str, 1, TYPED_TAGS] | None = None,
    ) -> None:
        """Keep a paper in a list that only you see"""
        bot = interaction.client
        # What was typed is looked at first: a mistake in it costs no look at arXiv.
        chosen = await chosen_list(bot.store, interaction.user.id, list_name)
        written, labels = note_of(note or ""), tags_of(tags or "")
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await bot.library.find(paper)
        if len(found) != 1:
            await interaction.followup.send(view=choose_card(paper, found), ephemeral=True)
            return
        save, new = await keep(bot, interaction.user.id, found[0].id, chosen, written, labels)
        heading = "Saved in" if new else "Saved before, in"
        if not new:  # what was typed changes it, what was not stays
            changed = await bot.store.saved_papers.change(
                interaction.user.id,
                save.id or 0,
                list_name=chosen if list_name else None,
                note=written or None,
                tags=labels or None,
            )
            save = changed or save
        await interaction.followup.send(view=await told_of(bot, save, heading), ephemeral=True)

    @app_commands.command(name="saved")
    @app_commands.rename(list_name="list")
    @app_commands.describe(
        list_name="One of your lists; without it all of them",
        words="Find some of them: words, “phrases”, -exclusions, author:, votes:>20 … as in /search",
    )
    @app_commands.autocomplete(words=query_autocomplete)
    async def saved(
        self,
        interaction: Press,
        list_name: app_commands.Range[str, 1, LIST_NAME] | None = None,
        words: app_commands.Range[str, 1, 500] = "",
    ) -> None:
        """Your saved papers: look, search, change, export"""
        bot, user_id = interaction.client, interaction.user.id
        lists = await bot.store.saved_papers.lists(user_id)
        name = list_name_of(list_name, lists) if list_name else None
        search_id = 0
        if words:
            try:
                parse(words)
            except QueryError as error:
                await interaction.response.send_message(view=mistake_card(error, None), ephemeral=True)
                return
            search_id = await bot.store.searches.record(words, user_id, bot.clock())
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await look_at(bot, user_id, SavedView(name, words, search_id), 0)
        await interaction.followup.send(view=view, ephemeral=True)

    @save.autocomplete("list_name")
    @saved.autocomplete("list_name")
    async def complete_list(self, interaction: Press, typed: str) -> list[app_commands.Choice[str]]:
        """The person's own lists, the last used one first."""
        lists = await interaction.client.store.saved_papers.lists(interaction.user.id)
        names = [name for name in lists if typed.casefold() in name.casefold()][:CHOICES]
        return [app_commands.Choice(name=name, value=name) for name in names]
