"""Passes submitted forms to their ``Form``; if a form was lost in a restart, its text is returned to the person."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import discord
from discord.ext import commands

from bot.client import PaperBot
from bot.errors import tell
from bot.interactions.attachments import attached
from bot.interactions.components import BotInteraction
from bot.interactions.forms import Form
from bot.ui import theme
from bot.ui.components import card, spaced
from bot.ui.discord_limits import TEXT

log = logging.getLogger(__name__)

_FILE: Final = "what-you-typed.txt"
_SHOWN: Final = TEXT - 500  # characters of typed text in a card; more goes into a file


class FormSubmissions(commands.Cog):
    """Passes each submission to its form."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_interaction(self, interaction: BotInteraction) -> None:
        """Submit a ``Form``, or say that a form was lost in a restart. Ignores other interactions."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data = cast("dict[str, Any]", interaction.data or {})
        values, custom_id = dict(_values(data.get("components", []))), str(data.get("custom_id"))
        found = Form.find(custom_id)
        try:
            if found is not None:
                form, fields = found
                await form.submit(interaction, fields, values)
            elif not interaction.response.is_done() and not _is_remembered(self.bot, custom_id):
                log.info("Form %s was opened before the restart: its text is shown to the person again", custom_id)
                await _give_back(interaction, values)
        except Exception as error:  # noqa: BLE001 - the policy: whatever it is, the person reads about it
            await tell(interaction, error)


def _is_remembered(bot: PaperBot, custom_id: str) -> bool:
    """Whether discord.py has the form in memory, so that it handles the submission itself."""
    return custom_id in bot._connection._view_store._modals  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way


def _values(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The custom id and value of each control, inside labels and rows, too; of a menu, its first chosen value."""
    for each in components:
        inner = [*each.get("components", []), *([each["component"]] if "component" in each else [])]
        yield from _values(inner)
        chosen = each.get("values") or [each.get("value")]
        if "custom_id" in each and chosen[0] is not None:
            yield each["custom_id"], str(chosen[0])


async def _give_back(interaction: BotInteraction, values: Mapping[str, str]) -> None:
    """Say that nothing was saved, and show what was typed so that it can be copied."""
    texts = [text for text in values.values() if text.strip()]
    said = "**I was restarted while this form was open, so nothing was saved.** Please open it again."
    if not texts:
        await interaction.response.send_message(view=card(theme.NOTICE, [said]), ephemeral=True)
        return
    blocks = [f"```\n{text}\n```" for text in texts]
    if sum(map(len, blocks)) <= _SHOWN and not any("```" in text for text in texts):
        view = card(theme.NOTICE, spaced([f"{said} Here is what you typed:", *blocks]))
        await interaction.response.send_message(view=view, ephemeral=True)
        return
    view = card(theme.NOTICE, [f"{said} Here is what you typed, as a file:"])
    view.add_item(discord.ui.File(f"attachment://{_FILE}"))
    file = attached(_FILE, "\n\n".join(texts).encode())
    await interaction.response.send_message(view=view, file=file, ephemeral=True)
