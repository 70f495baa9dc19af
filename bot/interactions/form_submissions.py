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
from bot.logs import begin_event, event_seconds
from bot.metrics import SECONDS
from bot.texts import use_locale
from bot.ui.validation import FormValues, check_text
from retrieval.errors import InvalidInput


class FormSubmissions(commands.Cog):
    """Receives every submission."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: BotInteraction) -> None:
        """Submit a form. Ignores other interactions."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        begin_event()
        use_locale(interaction.locale)
        try:
            await _submit(interaction, cast("dict[str, Any]", interaction.data or {}))
            SECONDS.labels("form").observe(event_seconds())
        except Exception as error:  # noqa: BLE001 - the policy: whatever it is, the person reads about it
            await tell(interaction, error)


async def _submit(interaction: BotInteraction, data: dict[str, Any]) -> None:
    custom_id, values = str(data.get("custom_id")), FormValues(_values(data.get("components")))
    for kind, submit in SUBMISSIONS.items():
        if kind.pattern.fullmatch(custom_id):
            await submit(interaction, values, **kind.parse(custom_id))
            return
    raise InvalidInput("I was updated while this form was open, so nothing was saved. Please open it again.")


def _values(components: object) -> Iterator[tuple[str, str]]:
    """The name and value of each field, inside labels, too; of a menu, its chosen value."""
    for each in cast("list[object]", components) if isinstance(components, list) else ():
        if not isinstance(each, dict):
            continue
        field = cast("dict[str, Any]", each)
        yield from _values(field.get("components"))
        yield from _values([field.get("component")])
        chosen: object = field.get("values") or [field.get("value")]
        value = cast("list[object]", chosen)[0] if isinstance(chosen, list) else None
        if isinstance(value, str) and isinstance(field.get("custom_id"), str):
            yield field["custom_id"], check_text(value)
