"""The buttons and menus of saved papers. Everybody acts on their own papers."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.saved.cards import code_card, export_card, file_card, removed_card, save_card, saved_page_card
from bot.saved.export.bibtex import to_bibtex
from bot.saved.export.formats import ExportFormat, file_name
from bot.saved.export.items import ExportItem
from bot.saved.forms import EditForm
from bot.saved.service import saved_service
from bot.ui import custom_ids

_MAX_CODE: Final = 3_500  # characters of BibTeX in a message; longer entries are sent as a file


class SavePaper(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER_SAVE):
    """Save under a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Save it in the last used list."""
        service, user_id = saved_service(interaction.client), interaction.user.id
        paper = await interaction.client.library.paper(self.fields.paper)
        save, is_new = await service.save(user_id, paper.id, await service.choose_list(user_id, None))
        heading = "Saved in" if is_new else "Already saved in"
        await send_ephemeral(interaction, save_card(*await service.details(save), heading=heading))


class PaperBibtex(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER_BIBTEX):
    """BibTeX under a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the entry; a very long one is sent as a file."""
        paper = await interaction.client.library.paper(self.fields.paper)
        text = to_bibtex([ExportItem(paper)]).strip()
        if len(text) <= _MAX_CODE and "```" not in text:
            hint = "Copy it, or save the paper: `/saved` exports whole lists."
            await send_ephemeral(interaction, code_card(text, hint))
            return
        file = attached("paper.bib", text.encode())
        card = file_card(file.filename, "This entry is too long for a message, so here it is as a file.")
        await interaction.response.send_message(view=card, file=file, ephemeral=True)


class OpenSaved(CardButton[custom_ids.SaveFields], custom_id=custom_ids.SAVED_OPEN):
    """Open beside a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show its note and tags."""
        service = saved_service(interaction.client)
        save = await service.get(interaction.user.id, self.fields.save)
        await send_ephemeral(interaction, save_card(*await service.details(save), heading="In"))


class EditSaved(CardButton[custom_ids.SaveFields], custom_id=custom_ids.SAVED_EDIT):
    """Edit under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask for list, note and tags."""
        save = await saved_service(interaction.client).get(interaction.user.id, self.fields.save)
        await interaction.response.send_modal(EditForm(save))


class RemoveSaved(CardButton[custom_ids.SaveFields], custom_id=custom_ids.SAVED_REMOVE):
    """Remove under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Remove it, and offer to undo that."""
        removed = await saved_service(interaction.client).remove(interaction.user.id, self.fields.save)
        await interaction.response.edit_message(view=removed_card(*removed))


class UndoRemove(CardButton[custom_ids.SaveFields], custom_id=custom_ids.SAVED_UNDO):
    """Undo after a removal."""

    async def press(self, interaction: BotInteraction) -> None:
        """Restore the paper."""
        service = saved_service(interaction.client)
        save = await service.restore(interaction.user.id, self.fields.save)
        await interaction.response.edit_message(view=save_card(*await service.details(save), heading="Restored to"))


class SavedPageButton(CardButton[custom_ids.SavedPageFields], custom_id=custom_ids.SAVED_PAGE):
    """Show list under a saved paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the list in a new message."""
        await send_ephemeral(interaction, await _page_card(interaction, self.fields))


class TurnSavedPage(CardButton[custom_ids.SavedPageFields], custom_id=custom_ids.SAVED_TURN):
    """Another page of saved papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        await interaction.response.edit_message(view=await _page_card(interaction, self.fields))


async def _page_card(interaction: BotInteraction, fields: custom_ids.SavedPageFields) -> ui.LayoutView:
    service = saved_service(interaction.client)
    view = await service.view(fields.search, fields.list_name)
    return saved_page_card(await service.page(interaction.user.id, view, fields.page))


class ExportSaved(CardButton[custom_ids.SavedListFields], custom_id=custom_ids.SAVED_EXPORT):
    """Export under saved papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask for the format."""
        service = saved_service(interaction.client)
        view = await service.view(self.fields.search, self.fields.list_name)
        await send_ephemeral(interaction, export_card(view, len(await service.find(interaction.user.id, view))))


class SavedFile(CardButton[custom_ids.SavedFileFields], custom_id=custom_ids.SAVED_FILE):
    """A format of an export."""

    async def press(self, interaction: BotInteraction) -> None:
        """Send the file."""
        service, form = saved_service(interaction.client), ExportFormat(self.fields.form)
        view = await service.view(self.fields.search, self.fields.list_name)
        await interaction.response.defer(ephemeral=True, thinking=True)
        content, papers = await service.export(interaction.user.id, view, form)
        file = attached(file_name(form, view.list_name), content)
        card = file_card(file.filename, f"**{form.label}:** {papers:,} of your saved papers.")
        await interaction.followup.send(view=card, file=file, ephemeral=True)


class MoveSaved(CardMenu[custom_ids.SaveFields], custom_id=custom_ids.SAVED_MOVE):
    """The lists that a saved paper can be moved to."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Move it."""
        service = saved_service(interaction.client)
        save = await service.change(interaction.user.id, self.fields.save, list_name=value)
        await interaction.response.edit_message(view=save_card(*await service.details(save), heading="Moved to"))


class OtherList(CardMenu[custom_ids.SearchFields], custom_id=custom_ids.SAVED_LIST):
    """Another list of saved papers."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Show the first page of what the same query finds in it."""
        service = saved_service(interaction.client)
        view = await service.view(self.fields.search, value.removeprefix("="))
        await interaction.response.edit_message(view=saved_page_card(await service.page(interaction.user.id, view)))
