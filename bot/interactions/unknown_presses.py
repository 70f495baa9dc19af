"""Answers presses that discord.py drops: on buttons and menus of another version, or that their message hasn't got."""

from __future__ import annotations

from typing import Any, cast

import discord
from discord.ext import commands

from bot.errors import tell
from bot.interactions.components import CARD_ITEMS, BotInteraction
from retrieval.errors import InvalidInput


class UnknownPresses(commands.Cog):
    """Receives every press."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: BotInteraction) -> None:
        """Say that a press does nothing. Ignores presses that a ``CardItem`` gets, and other interactions."""
        if interaction.type is discord.InteractionType.component and not _is_known(interaction):
            error = InvalidInput("This button no longer works. Please use the command again.")
            await tell(interaction, error)


def _is_known(interaction: BotInteraction) -> bool:
    """Whether discord.py finds what to do: a kind of item with this id, in the message."""
    data = cast("dict[str, Any]", interaction.data or {})
    custom_id, message = str(data.get("custom_id")), interaction.message
    if message is None or not any(item.custom_id_kind.pattern.fullmatch(custom_id) for item in CARD_ITEMS):
        return False
    view = discord.ui.LayoutView.from_message(message)
    return any(
        getattr(item, "custom_id", None) == custom_id and item.type.value == data.get("component_type")
        for item in view.walk_children()
    )
