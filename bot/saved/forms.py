"""The form that changes a saved paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import discord
from discord import ui

from bot.interactions.components import BotInteraction
from bot.interactions.forms import Form
from bot.saved.cards import save_card
from bot.saved.service import (
    MAX_LIST_NAME,
    MAX_NOTE,
    MAX_TYPED_TAGS,
    parse_list_name,
    parse_note,
    parse_tags,
    saved_service,
)
from bot.storage.saved_papers import SavedPaper
from bot.ui import custom_ids


class EditForm(Form[custom_ids.SaveFields], custom_id=custom_ids.SAVED_FORM):
    """The list, note and tags of a saved paper."""

    def __init__(self, save: SavedPaper) -> None:
        super().__init__("Edit a saved paper", custom_ids.SAVED_FORM(save.id or 0))
        name = ui.TextInput[Self](label="List", custom_id="list", default=save.list_name, max_length=MAX_LIST_NAME)
        note = ui.TextInput[Self](
            label="Note",
            custom_id="note",
            style=discord.TextStyle.paragraph,
            default=save.note,
            required=False,
            max_length=MAX_NOTE,
            placeholder="What you want to remember about it",
        )
        tags = ui.TextInput[Self](
            label="Tags, separated by commas",
            custom_id="tags",
            default=", ".join(save.tags),
            required=False,
            max_length=MAX_TYPED_TAGS,
            placeholder="survey, kv cache",
        )
        for field in (name, note, tags):
            self.add_item(field)

    @classmethod
    async def submit(
        cls, interaction: BotInteraction, fields: custom_ids.SaveFields, values: Mapping[str, str]
    ) -> None:
        """Save what was typed, and show the changed paper in place."""
        service, user_id = saved_service(interaction.client), interaction.user.id
        changed = await service.change(
            user_id,
            fields.save,
            list_name=parse_list_name(values["list"], await service.lists(user_id)),
            note=parse_note(values["note"]),
            tags=parse_tags(values["tags"]),
        )
        card = save_card(*await service.details(changed), heading="Changed, in")
        await interaction.response.edit_message(view=card)
