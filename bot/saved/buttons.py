"""The buttons of saved papers: save, open, edit, move, remove and undo, turn pages, export.

Whoever presses acts on their own papers: each look and each change asks for the owner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self

import discord

from bot.client import PaperBot
from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction, CardButton, CardMenu
from bot.interactions.forms import Form, Submission
from bot.saved.cards import PAGE, SavedView, code_card, export_card, file_card, removed_card, save_card, saved_list_card
from bot.saved.export.bibtex import to_bibtex
from bot.saved.export.formats import ExportFormat, export, file_name
from bot.saved.export.items import ExportItem
from bot.saved.service import (
    LIST_NAME,
    NOTE,
    TYPED_TAGS,
    chosen_list,
    list_name_of,
    note_of,
    on_shelf,
    tags_of,
    with_papers,
)
from bot.storage.saved_papers import SavedPaper
from bot.ui import custom_ids
from retrieval.errors import InvalidInput
from retrieval.papers import Paper

_CODE = 3_500  # characters of BibTeX that a message shows; longer ones come as a file


async def keep(
    bot: PaperBot, user_id: int, paper_id: str, list_name: str, note: str = "", tags: Sequence[str] = ()
) -> tuple[SavedPaper, bool]:
    """Save a paper, and whether it is new: what was saved before stays as it is."""
    return await bot.store.saved_papers.keep(SavedPaper(user_id, paper_id, list_name, note, tuple(tags), bot.clock()))


async def told_of(bot: PaperBot, save: SavedPaper, heading: str) -> discord.ui.LayoutView:
    """The card of a saved paper."""
    lists = await bot.store.saved_papers.lists(save.user_id)
    return save_card(save, await _paper_of(bot, save), list(lists), heading=heading)


async def look_at(bot: PaperBot, user_id: int, shelf: SavedView, page: int) -> discord.ui.LayoutView:
    """The card of a page (0-based) of saved papers; a page past the end becomes the last one."""
    saves = await on_shelf(bot.store, bot.library, user_id, shelf.list_name, shelf.query)
    page = min(page, max(0, (len(saves) - 1) // PAGE))
    shown = saves[page * PAGE : (page + 1) * PAGE]
    papers = [item.paper for item in await with_papers(bot.library, shown)]
    lists = await bot.store.saved_papers.lists(user_id)
    return saved_list_card(shelf, list(zip(shown, papers, strict=True)), page=page, total=len(saves), lists=lists)


async def _paper_of(bot: PaperBot, save: SavedPaper) -> Paper:
    [item] = await with_papers(bot.library, [save])
    return item.paper


async def _mine(interaction: BotInteraction, fields: dict[str, str]) -> SavedPaper:
    """The saved paper that a button belongs to. Raises ``InvalidInput`` where it is not there (any more)."""
    save = await interaction.client.store.saved_papers.get(interaction.user.id, int(fields["save"]))
    return _there(save)


def _there(save: SavedPaper | None) -> SavedPaper:
    if save is None:
        raise InvalidInput("You have removed that paper. `/saved` shows what you have.")
    return save


async def _shelf(interaction: BotInteraction, search_id: int, name: str) -> SavedView:
    """The shelf that a button names. Raises ``InvalidInput`` where its query was forgotten."""
    query = await interaction.client.store.searches.get(search_id) if search_id else ""
    if query is None:
        raise InvalidInput("This search is too old: I no longer have it. Search again with `/saved`.")
    return SavedView(name or None, query, search_id)


class SavePaper(CardButton, template=custom_ids.PAPER_SAVE):
    """Save under a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Keep it in the list that was used last, and show what can be done with it."""
        bot, user_id = interaction.client, interaction.user.id
        paper = await bot.library.paper(self.fields["paper"])
        save, new = await keep(bot, user_id, paper.id, await chosen_list(bot.store, user_id, None))
        view = await told_of(bot, save, "Saved in" if new else "Saved before, in")
        await interaction.response.send_message(view=view, ephemeral=True)


class PaperBibtex(CardButton, template=custom_ids.PAPER_BIBTEX):
    """BibTeX under a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the entry to be copied; a very long one comes as a file."""
        paper = await interaction.client.library.paper(self.fields["paper"])
        text = to_bibtex([ExportItem(paper)]).strip()
        if len(text) <= _CODE and "```" not in text:
            view = code_card(text, "Copy it, or save the paper: a whole list can be exported from `/saved`.")
            await interaction.response.send_message(view=view, ephemeral=True)
            return
        file = attached("paper.bib", text.encode())
        view = file_card(file.filename, "This entry is too long for a message. Here it is as a file.")
        await interaction.response.send_message(view=view, file=file, ephemeral=True)


class OpenSaved(CardButton, template=custom_ids.SAVED_OPEN):
    """A saved paper of a list."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show it with its note and tags."""
        view = await told_of(interaction.client, await _mine(interaction, self.fields), "In")
        await interaction.response.send_message(view=view, ephemeral=True)


class EditSaved(CardButton, template=custom_ids.SAVED_EDIT):
    """Edit under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask for list, note and tags."""
        await interaction.response.send_modal(EditForm(await _mine(interaction, self.fields)))


class EditForm(Form, template=custom_ids.SAVED_FORM):
    """The list, note and tags of a saved paper."""

    def __init__(self, save: SavedPaper) -> None:
        super().__init__("Edit a saved paper", custom_ids.saved_form(save.id or 0))
        name = discord.ui.TextInput[Self](label="List", custom_id="list", default=save.list_name, max_length=LIST_NAME)
        note = discord.ui.TextInput[Self](
            label="Note",
            custom_id="note",
            style=discord.TextStyle.paragraph,
            default=save.note,
            required=False,
            max_length=NOTE,
            placeholder="What you want to remember about it",
        )
        tags = discord.ui.TextInput[Self](
            label="Tags, with commas between them",
            custom_id="tags",
            default=", ".join(save.tags),
            required=False,
            max_length=TYPED_TAGS,
            placeholder="survey, kv cache",
        )
        for field in (name, note, tags):
            self.add_item(field)

    @classmethod
    async def submit(cls, interaction: BotInteraction, submission: Submission) -> None:
        """Save what was typed, and show the changed paper in place."""
        saves, values = interaction.client.store.saved_papers, submission.values
        changed = await saves.change(
            interaction.user.id,
            int(submission.fields["save"]),
            list_name=list_name_of(values["list"], await saves.lists(interaction.user.id)),
            note=note_of(values["note"]),
            tags=tags_of(values["tags"]),
        )
        await interaction.response.edit_message(view=await told_of(interaction.client, _there(changed), "Changed, in"))


class RemoveSaved(CardButton, template=custom_ids.SAVED_REMOVE):
    """Remove under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Take it out, and offer to put it back."""
        bot = interaction.client
        gone = _there(await bot.store.saved_papers.remove(interaction.user.id, int(self.fields["save"]), bot.clock()))
        await interaction.response.edit_message(view=removed_card(gone, await _paper_of(bot, gone)))


class UndoRemove(CardButton, template=custom_ids.SAVED_UNDO):
    """Undo after a removal."""

    async def press(self, interaction: BotInteraction) -> None:
        """Put it back."""
        back = await interaction.client.store.saved_papers.restore(interaction.user.id, int(self.fields["save"]))
        if back is None:
            raise InvalidInput("It is gone for good by now, or you have saved it anew. `/saved` shows what you have.")
        await interaction.response.edit_message(view=await told_of(interaction.client, back, "Put back into"))


class SavedPage(CardButton, template=custom_ids.SAVED_PAGE):
    """Show list under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show its list in a message of its own."""
        shelf = await _shelf(interaction, int(self.fields["search"]), self.fields["list"])
        view = await look_at(interaction.client, interaction.user.id, shelf, int(self.fields["page"]))
        await interaction.response.send_message(view=view, ephemeral=True)


class SavedTurn(CardButton, template=custom_ids.SAVED_TURN):
    """Another page of saved papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        shelf = await _shelf(interaction, int(self.fields["search"]), self.fields["list"])
        view = await look_at(interaction.client, interaction.user.id, shelf, int(self.fields["page"]))
        await interaction.response.edit_message(view=view)


class ExportSaved(CardButton, template=custom_ids.SAVED_EXPORT):
    """Export under saved papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask for the format."""
        bot, shelf = interaction.client, await _shelf(interaction, int(self.fields["search"]), self.fields["list"])
        saves = await on_shelf(bot.store, bot.library, interaction.user.id, shelf.list_name, shelf.query)
        view = export_card(shelf, len(saves), {form.value: form.spoken for form in ExportFormat})
        await interaction.response.send_message(view=view, ephemeral=True)


class SavedFile(CardButton, template=custom_ids.SAVED_FILE):
    """A format of an export."""

    async def press(self, interaction: BotInteraction) -> None:
        """Make the file and send it to the person who pressed."""
        bot, form = interaction.client, ExportFormat(self.fields["form"])
        shelf = await _shelf(interaction, int(self.fields["search"]), self.fields["list"])
        await interaction.response.defer(ephemeral=True, thinking=True)
        saves = await on_shelf(bot.store, bot.library, interaction.user.id, shelf.list_name, shelf.query)
        items = await with_papers(bot.library, saves)
        file = attached(file_name(form, shelf.list_name), await asyncio.to_thread(export, form, items))
        view = file_card(file.filename, f"**{form.spoken}:** {len(items):,} of your saved papers.")
        await interaction.followup.send(view=view, file=file, ephemeral=True)


class SavedMenu(CardMenu, template="none"):
    """A menu about saved papers. Subclasses say what a choice does."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Do it, and show what came of it."""
        await interaction.response.edit_message(view=await self.chosen(interaction, value))

    async def chosen(self, interaction: BotInteraction, value: str) -> discord.ui.LayoutView:
        """Do it; the card that takes the place of this one."""
        raise NotImplementedError


class MoveSaved(SavedMenu, template=custom_ids.SAVED_MOVE):
    """The lists that a saved paper may be moved to."""

    async def chosen(self, interaction: BotInteraction, value: str) -> discord.ui.LayoutView:
        """Move it."""
        saves = interaction.client.store.saved_papers
        moved = await saves.change(interaction.user.id, int(self.fields["save"]), list_name=value)
        return await told_of(interaction.client, _there(moved), "Moved to")


class OtherList(SavedMenu, template=custom_ids.SAVED_LIST):
    """Another list of saved papers."""

    async def chosen(self, interaction: BotInteraction, value: str) -> discord.ui.LayoutView:
        """Its first page, of what the same query finds in it."""
        shelf = await _shelf(interaction, int(self.fields["search"]), value.removeprefix("="))
        return await look_at(interaction.client, interaction.user.id, shelf, 0)
