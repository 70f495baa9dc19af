"""Passes submitted forms to their functions.

discord.py remembers the forms that it sends, and silently ignores submissions of any other. So forms aren't left to
it: see ``bot.ui.forms.form``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import discord
from discord.ext import commands

from bot.errors import tell
from bot.interactions.components import SUBMISSIONS, BotInteraction
from retrieval.errors import InvalidInput


class FormSubmissions(commands.Cog):
    """Receives every submission."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: BotInteraction) -> None:
        """Submit a form. Ignores other interactions."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        try:
            await _submit(interaction, cast("dict[str, Any]", interaction.data or {}))
        except Exception as error:  # noqa: BLE001 - the policy: whatever it is, the person reads about it
            await tell(interaction, error)


async def _submit(interaction: BotInteraction, data: dict[str, Any]) -> None:
    custom_id, values = str(data.get("custom_id")), dict(_values(data.get("components", [])))
    for kind, submit in SUBMISSIONS.items():
        if kind.pattern.fullmatch(custom_id):
            await submit(interaction, values, **kind.parse(custom_id))
            return
    raise InvalidInput("I was updated while this form was open, so nothing was saved. Please open it again.")


def _values(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The name and value of each field, inside labels, too; of a menu, its chosen value."""
    for each in components:
        inner = [*each.get("components", []), *([each["component"]] if "component" in each else [])]
        yield from _values(inner)
        chosen = each.get("values") or [each.get("value")]
        if "custom_id" in each and chosen[0] is not None:
            yield each["custom_id"], str(chosen[0])
