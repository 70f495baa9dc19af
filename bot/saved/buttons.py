"""The buttons, menus and the form of saved papers. Everybody acts on their own papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction, on_choice, on_press, on_submit, send_ephemeral
from bot.saved.cards import (
    ALREADY_SAVED,
    SAVED,
    code_card,
    edit_form,
    export_card,
    file_card,
    removed_card,
    save_card,
    saved_page_card,
)
from bot.saved.export.bibtex import to_bibtex
from bot.saved.export.formats import ExportFormat, file_name
from bot.saved.export.items import ExportItem
from bot.saved.link_card import new_link_card, saved_links_card
from bot.saved.service import parse_list_name, parse_note, parse_tags, saved_service
from bot.storage.saved_papers import SavedPaper
from bot.texts import mark, tr, written_number
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from bot.web_feeds.service import public_url_of

_MAX_CODE: Final = 3_500  # characters of BibTeX in a message; longer entries are sent as a file


async def _card(interaction: BotInteraction, save: SavedPaper, heading: str) -> ui.LayoutView:
    return save_card(*await saved_service(interaction.client).details(save), heading=heading)


@on_press(custom_ids.PAPER_SAVE)
async def save_paper(interaction: BotInteraction, paper: str) -> None:
    """Save a paper in the last used list."""
    service, user_id = saved_service(interaction.client), interaction.user.id
    found = await interaction.client.library.paper(paper)
    save, is_new = await service.save(user_id, found.id, await service.choose_list(user_id, None))
    await send_ephemeral(interaction, await _card(interaction, save, SAVED if is_new else ALREADY_SAVED))


@on_press(custom_ids.PAPER_BIBTEX)
async def show_bibtex(interaction: BotInteraction, paper: str) -> None:
    """Show a paper's entry; a very long one is sent as a file."""
    text = to_bibtex([ExportItem(await interaction.client.library.paper(paper))]).strip()
    if len(text) <= _MAX_CODE and "```" not in text:
        hint = tr("Copy it, or save the paper: `/saved` exports whole lists.")
        await send_ephemeral(interaction, code_card(text, hint))
        return
    file = attached("paper.bib", text.encode())
    card = file_card(file.filename, tr("This entry is too long for a message, so here it is as a file."))
    await interaction.response.send_message(view=card, file=file, ephemeral=True)


@on_press(custom_ids.SAVED_OPEN)
async def open_saved(interaction: BotInteraction, save: int) -> None:
    """Show a saved paper's note and tags."""
    found = await saved_service(interaction.client).get(interaction.user.id, save)
    await send_ephemeral(interaction, await _card(interaction, found, mark("In {list}")))


@on_press(custom_ids.SAVED_EDIT)
async def edit_saved(interaction: BotInteraction, save: int) -> None:
    """Ask for list, note and tags."""
    found = await saved_service(interaction.client).get(interaction.user.id, save)
    await interaction.response.send_modal(edit_form(found))


@on_submit(custom_ids.SAVED_FORM)
async def change_saved(interaction: BotInteraction, values: Mapping[str, str], save: int) -> None:
    """Save what was typed, and show the changed paper in place."""
    service, user_id = saved_service(interaction.client), interaction.user.id
    changed = await service.change(
        user_id,
        save,
        list_name=parse_list_name(values["list"], await service.lists(user_id)),
        note=parse_note(values["note"]),
        tags=parse_tags(values["tags"]),
    )
    await interaction.response.edit_message(view=await _card(interaction, changed, mark("Changed, in {list}")))


@on_press(custom_ids.SAVED_REMOVE)
async def remove_saved(interaction: BotInteraction, save: int) -> None:
    """Remove a saved paper, and offer to undo that."""
    removed = await saved_service(interaction.client).remove(interaction.user.id, save)
    await interaction.response.edit_message(view=removed_card(*removed))


@on_press(custom_ids.SAVED_UNDO)
async def undo_removal(interaction: BotInteraction, save: int) -> None:
    """Restore a paper."""
    restored = await saved_service(interaction.client).restore(interaction.user.id, save)
    await interaction.response.edit_message(view=await _card(interaction, restored, mark("Restored to {list}")))


@on_choice(custom_ids.SAVED_MOVE)
async def move_saved(interaction: BotInteraction, chosen: str, save: int) -> None:
    """Move a saved paper to another list."""
    moved = await saved_service(interaction.client).change(interaction.user.id, save, list_name=chosen)
    await interaction.response.edit_message(view=await _card(interaction, moved, mark("Moved to {list}")))


@on_press(custom_ids.SAVED_PAGE)
async def show_saved_page(interaction: BotInteraction, search: int, list_name: str, page: int) -> None:
    """Show a list in a new message."""
    await send_ephemeral(interaction, await _page_card(interaction, search, list_name, page))


@on_press(custom_ids.SAVED_TURN)
async def turn_saved_page(interaction: BotInteraction, search: int, list_name: str, page: int) -> None:
    """Turn to another page of saved papers in place."""
    await interaction.response.edit_message(view=await _page_card(interaction, search, list_name, page))


@on_choice(custom_ids.SAVED_LIST)
async def show_other_list(interaction: BotInteraction, chosen: str, search: int) -> None:
    """Show the first page of what the same query finds in another list."""
    card = await _page_card(interaction, search, chosen.removeprefix("="), 0)
    await interaction.response.edit_message(view=card)


async def _page_card(interaction: BotInteraction, search: int, list_name: str, page: int) -> ui.LayoutView:
    service = saved_service(interaction.client)
    view = await service.view(interaction.user.id, search, list_name)
    return saved_page_card(await service.page(interaction.user.id, view, page))


@on_press(custom_ids.SAVED_EXPORT)
async def ask_for_format(interaction: BotInteraction, search: int, list_name: str) -> None:
    """Ask for the format of an export."""
    service = saved_service(interaction.client)
    view = await service.view(interaction.user.id, search, list_name)
    total = len(await service.find(interaction.user.id, view))
    await send_ephemeral(interaction, export_card(view, total, linked=bool(interaction.client.settings.web.public_url)))


@on_press(custom_ids.SAVED_LINK)
async def change_links(interaction: BotInteraction, what: str, list_name: str) -> None:
    """Show which lists have links, make one, or delete all."""
    service, user_id = saved_service(interaction.client), interaction.user.id
    url = public_url_of(interaction.client.settings.web)
    match what:
        case "new":
            token = await service.make_link(user_id, list_name)
            card = new_link_card(f"{url}/saved/{token}.ris", f"{url}/saved/{token}.bib", list_name)
        case "off":
            await service.store.private_links.revoke_for_saved(user_id)
            card = notice_card("All links to your saved papers are deleted.")
        case _:
            links = await service.store.private_links.of_saved(user_id)
            await send_ephemeral(interaction, saved_links_card(links, list_name))
            return
    await interaction.response.edit_message(view=card)


@on_press(custom_ids.SAVED_FILE)
async def send_export(interaction: BotInteraction, form: str, search: int, list_name: str) -> None:
    """Send the file of an export."""
    service, chosen = saved_service(interaction.client), ExportFormat(form)
    view = await service.view(interaction.user.id, search, list_name)
    await interaction.response.defer(ephemeral=True, thinking=True)
    content, papers = await service.export(interaction.user.id, view, chosen)
    file = attached(file_name(chosen, view.list_name), content)
    card = file_card(
        file.filename,
        tr("**{format}:** {number} of your saved papers.", format=chosen.label, number=written_number(papers)),
    )
    await interaction.followup.send(view=card, file=file, ephemeral=True)
