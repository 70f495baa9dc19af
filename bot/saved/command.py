"""``/save`` and ``/saved``: private lists of papers, with notes and tags."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.interactions.autocomplete import in_time, paper_autocomplete, query_autocomplete
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.papers.list_cards import choose_card, mistake_card
from bot.saved.cards import ALREADY_SAVED, SAVED, save_card, saved_page_card
from bot.saved.service import MAX_LIST_NAME, MAX_NOTE, MAX_TYPED_TAGS, parse_note, parse_tags, saved_service
from bot.ui.discord_limits import CHOICES
from retrieval.errors import QueryError


class SavedCommands(commands.Cog):
    """Commands about saved papers."""

    @app_commands.command(name="save")
    @app_commands.rename(list_name="list")
    @app_commands.describe(
        paper="An arXiv id, a link, or part of the title",
        list_name="One of your lists or a new one; otherwise the list you used last",
        note="What you want to remember about it",
        tags="Your own tags, separated by commas: survey, kv cache",
    )
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def save(
        self,
        interaction: BotInteraction,
        paper: app_commands.Range[str, 1, 300],
        list_name: app_commands.Range[str, 1, MAX_LIST_NAME] | None = None,
        note: app_commands.Range[str, 1, MAX_NOTE] | None = None,
        tags: app_commands.Range[str, 1, MAX_TYPED_TAGS] | None = None,
    ) -> None:
        """Save a paper in a list that only you see"""
        service, user_id = saved_service(interaction.client), interaction.user.id
        # Check what was typed first: a mistake in it shouldn't cost a request to arXiv.
        chosen_list = await service.choose_list(user_id, list_name)
        new_note, new_tags = parse_note(note or ""), parse_tags(tags or "")
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await interaction.client.library.find(paper)
        if len(found) != 1:
            await interaction.followup.send(view=choose_card(paper, found), ephemeral=True)
            return
        save, is_new = await service.save(user_id, found[0].id, chosen_list, new_note, new_tags)
        if not is_new:  # only what was typed changes
            save = await service.change(
                user_id,
                save.id or 0,
                list_name=chosen_list if list_name else None,
                note=new_note or None,
                tags=new_tags or None,
            )
        card = save_card(*await service.details(save), heading=SAVED if is_new else ALREADY_SAVED)
        await interaction.followup.send(view=card, ephemeral=True)

    @app_commands.command(name="saved")
    @app_commands.rename(list_name="list")
    @app_commands.describe(
        list_name="One of your lists; otherwise all of them",
        words="Search them as in /search: words, “phrases”, -exclusions, author:, votes:>20 …",
    )
    @app_commands.autocomplete(words=query_autocomplete)
    async def saved(
        self,
        interaction: BotInteraction,
        list_name: app_commands.Range[str, 1, MAX_LIST_NAME] | None = None,
        words: app_commands.Range[str, 1, 500] = "",
    ) -> None:
        """Your saved papers: view, search, edit, export"""
        service, user_id = saved_service(interaction.client), interaction.user.id
        try:
            view = await service.search(user_id, list_name, words)
        except QueryError as error:
            await send_ephemeral(interaction, mistake_card(error, None))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(view=saved_page_card(await service.page(user_id, view)), ephemeral=True)

    @save.autocomplete("list_name")
    @saved.autocomplete("list_name")
    async def list_autocomplete(self, interaction: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
        """The person's lists, the last used one first."""
        return await in_time(_list_choices(interaction, typed))


async def _list_choices(interaction: BotInteraction, typed: str) -> list[app_commands.Choice[str]]:
    lists = await saved_service(interaction.client).lists(interaction.user.id)
    names = [name for name in lists if typed.casefold() in name.casefold()][:CHOICES]
    return [app_commands.Choice(name=name, value=name) for name in names]
