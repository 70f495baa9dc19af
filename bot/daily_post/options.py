"""Options of ``/daily``."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.daily_post.feed_text import WHEN_EMPTY_CHOICES
from bot.daily_post.service import parse_rules
from bot.interactions.autocomplete import query_autocomplete
from bot.storage.daily_feeds import WhenEmpty
from bot.ui.discord_limits import CHOICES

_EXAMPLES: Final = ("all", "#cs.CL", "votes:>=10", '"language model" -survey', "(agent OR agents) has:code")


class Rules(app_commands.Transformer):
    """A search query, or "all" for every paper, which becomes an empty string."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The query. Raises ``InvalidInput`` that points at a mistake and suggests a fix."""
        return parse_rules(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, interaction: discord.Interaction[PaperBot], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Completions as for ``/search``, then examples."""
        offered = await query_autocomplete(interaction, value)
        known = {choice.value for choice in offered}
        examples = [app_commands.Choice(name=each, value=each) for each in _EXAMPLES if each not in known]
        return [*offered, *examples][:CHOICES]


class WhenEmptyOption(app_commands.Transformer):
    """What happens on days without papers."""

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """One for each ``WhenEmpty``."""
        return [app_commands.Choice(name=label, value=value.value) for value, label in WHEN_EMPTY_CHOICES.items()]

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> WhenEmpty:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The choice."""
        return WhenEmpty(value)
