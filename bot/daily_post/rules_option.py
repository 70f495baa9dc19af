"""What an administrator types for the daily post, turned into values; what cannot be is explained."""

from __future__ import annotations

from datetime import time

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.interactions.autocomplete import query_autocomplete
from bot.storage.daily_feeds import WhenEmpty
from bot.ui.discord_limits import CHOICES
from retrieval.errors import InvalidInput, QueryError
from retrieval.query.query import parse

_EVERYTHING = {"all", "everything", "every paper", "*"}
_EXAMPLES = ["all", "#cs.CL", "votes:>=10", '"language model" -survey', "(agent OR agents) has:code"]
MOST_RULES = 500
"""Characters of a channel's rules."""


class Rules(app_commands.Transformer):
    """A query of the search language, or "all" for every paper, which becomes an empty text."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The query. Raises ``InvalidInput`` that points at a mistake and says what was probably meant."""
        return parsed_rules(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, interaction: discord.Interaction[PaperBot], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """What was typed and what it may become, as for /search, then examples of what can be."""
        offered = await query_autocomplete(interaction, value)
        known = {choice.value for choice in offered}
        examples = [app_commands.Choice(name=each, value=each) for each in _EXAMPLES if each not in known]
        return [*offered, *examples][:CHOICES]


def parsed_rules(text: str) -> str:
    """A channel's rules as they are kept. Raises ``InvalidInput`` with a caret below the mistake."""
    if text.strip().casefold() in _EVERYTHING:
        return ""
    if len(text) > MOST_RULES:
        raise InvalidInput(f"Rules can have {MOST_RULES} characters at most; these have {len(text)}.")
    try:
        return parse(text).text
    except QueryError as error:
        meant = f" Try “{error.mend}”." if error.mend else ""
        raise InvalidInput(f"{error.reason}{meant}\n{error.query}\n{' ' * error.column}^") from None


def waiting(when_empty: WhenEmpty, at: time, until: time | None) -> None:
    """Raise ``InvalidInput`` where a channel is to wait and it is not clear until when."""
    if when_empty is not WhenEmpty.WAIT:
        return
    if until is None:
        raise InvalidInput("Say until when I am to wait, with the option wait_until: 14:00, for example.")
    if until <= at:
        raise InvalidInput(f"The post is due at {at:%H:%M}: I can wait until a later time of the same day.")
