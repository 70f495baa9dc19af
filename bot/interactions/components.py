"""Buttons and menus that are known by their custom ids, also after a restart."""

from __future__ import annotations

import re
from typing import Any, Final, Self, TypeVar

import discord

from bot.client import PaperBot
from bot.errors import reports_errors

BotInteraction = discord.Interaction[PaperBot]


_Button = discord.ui.Button[discord.ui.LayoutView]


_Menu = discord.ui.Select[discord.ui.LayoutView]


_NO_ID: Final = "none"
"""The template of base classes, which ``DynamicItem`` insists on."""

V = TypeVar("V", bound=discord.ui.Item[Any])


class CardItem(discord.ui.DynamicItem[V], template=_NO_ID):
    """A button or a menu known by its custom id, also after a restart. Subclasses say what a press does."""

    counted = True
    """Whether a press counts as one of the questions that a person may ask in a time."""

    def __init__(self, item: V, fields: dict[str, str]) -> None:
        super().__init__(item)
        self.fields = fields

    @classmethod
    def has_custom_id(cls) -> bool:
        """Whether this is a button or menu of its own; base classes have no custom id."""
        return cls.__discord_ui_compiled_template__.pattern != _NO_ID

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Called by discord.py for each press whose id fits the pattern."""
        return cls(item, match.groupdict())

    @reports_errors
    async def callback(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Count the press as a question of this person's, then do what it is for."""
        if self.counted:
            interaction.client.cooldowns.take(interaction.user.id)
        await self.press(interaction)

    async def press(self, interaction: BotInteraction) -> None:
        """What a press does."""
        raise NotImplementedError


class CardButton(CardItem[_Button], template=_NO_ID):
    """A button."""


class CardMenu(CardItem[_Menu], template=_NO_ID):
    """A menu of which one entry is chosen."""

    async def press(self, interaction: BotInteraction) -> None:
        """Go on with what was chosen."""
        await self.choose(interaction, self.item.values[0])

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """What a choice does."""
        raise NotImplementedError


async def send_ephemeral(interaction: BotInteraction, card: discord.ui.LayoutView) -> None:
    """Show a card to the person who pressed, and to nobody else."""
    await interaction.response.send_message(view=card, ephemeral=True)
