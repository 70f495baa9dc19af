"""Buttons and menus that are recognised by their custom ids, so that they keep working after a restart."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

import discord

from bot.client import PaperBot
from bot.errors import reports_errors
from bot.ui.custom_ids import CustomId

BotInteraction = discord.Interaction[PaperBot]

_Button = discord.ui.Button[discord.ui.LayoutView]
_Menu = discord.ui.Select[discord.ui.LayoutView]
_NO_ID: Final = "none"
"""``DynamicItem`` requires a template for base classes, too."""

V = TypeVar("V", bound=discord.ui.Item[Any])
F = TypeVar("F")


class CardItem(discord.ui.DynamicItem[V], Generic[V, F], template=_NO_ID):
    """A button or menu, and the fields of its custom id. Subclasses name the id and define ``press``."""

    id_kind: ClassVar[CustomId[..., Any] | None] = None
    """``None`` for a base class."""

    counted = True
    """Whether a press counts as a question for the person's cooldown."""

    def __init_subclass__(cls, *, custom_id: CustomId[..., F] | None = None) -> None:
        super().__init_subclass__(template=custom_id.pattern if custom_id else _NO_ID)
        cls.id_kind = custom_id

    def __init__(self, item: V, fields: F) -> None:
        super().__init__(item)
        self.fields = fields

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Called by discord.py for each press whose id matches."""
        if cls.id_kind is None:
            raise TypeError(f"{cls.__name__} has no custom id")
        return cls(item, cls.id_kind.parse(match[0]))

    @reports_errors
    async def callback(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Check the person's cooldown, then do what the item is for."""
        if self.counted:
            interaction.client.cooldowns.check(interaction.user.id)
        await self.press(interaction)

    async def press(self, interaction: BotInteraction) -> None:
        """What a press does."""
        raise NotImplementedError


class CardButton(CardItem[_Button, F]):
    """A button."""


class CardMenu(CardItem[_Menu, F]):
    """A menu where people choose one entry."""

    async def press(self, interaction: BotInteraction) -> None:
        """Pass on what was chosen."""
        await self.choose(interaction, self.item.values[0])

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """What a choice does."""
        raise NotImplementedError


async def send_ephemeral(interaction: BotInteraction, card: discord.ui.LayoutView) -> None:
    """Show a card to the person who pressed, and to nobody else."""
    await interaction.response.send_message(view=card, ephemeral=True)
