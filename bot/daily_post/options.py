"""What an administrator types for the daily post, turned into values; what cannot be is explained."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.daily_post.service import parse_rules
from bot.interactions.autocomplete import query_autocomplete
from bot.ui.discord_limits import CHOICES

_EXAMPLES = ["all", "#cs.CL", "votes:>=10", '"language model" -survey', "(agent OR agents) has:code"]


class Rules(app_commands.Transformer):
    """A query of the search language, or "all" for every paper, which becomes an empty text."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The query. Raises ``InvalidInput`` that points at a mistake and says what was probably meant."""
        return parse_rules(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, interaction: discord.Interaction[PaperBot], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """What was typed and what it may become, as for /search, then examples of what can be."""
        offered = await query_autocomplete(interaction, value)
        known = {choice.value for choice in offered}
        examples = [app_commands.Choice(name=each, value=each) for each in _EXAMPLES if each not in known]
        return [*offered, *examples][:CHOICES]
