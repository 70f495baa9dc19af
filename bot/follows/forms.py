"""The forms of ``/following``: another text for something that is followed, and when messages come."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.errors import reports_errors
from bot.follows.follow_cards import query_error_card
from bot.follows.service import checked, list_page, mend_of, there_or_gone, trial_page
from bot.interactions.components import BotInteraction
from bot.interactions.options import checked_zone
from bot.storage.follows import Follow, Follower, Pace
from retrieval.errors import QueryError

_LONGEST: Final = 500  # characters of a text
_ZONE: Final = 64


class EditForm(ui.Modal, title="What to follow"):
    """Asks for another text; begins with the one of now."""

    def __init__(self, follow: Follow) -> None:
        super().__init__()
        self._follow = follow
        self.text = ui.TextInput[ui.LayoutView](custom_id="text", default=follow.text, max_length=_LONGEST)
        hint = "As in /search: words, author:, category:, “phrases”, -exclusions, OR"
        self.add_item(ui.Label(text="Papers with", description=hint, component=self.text))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Follow the new text in the place of the old one, and show what it would have brought."""
        await interaction.response.defer()
        try:
            changed = await changed_text(interaction, self._follow.id or 0, self.text.value)
        except QueryError as error:
            button = await mend_of(interaction.client, interaction.user.id, error, self._follow)
            await interaction.followup.send(view=query_error_card(error, button), ephemeral=True)
        else:
            await interaction.edit_original_response(view=await trial_page(interaction.client, changed))


async def changed_text(interaction: BotInteraction, follow_id: int, text: str) -> Follow:
    """Follow another text in the place of one. Raises as ``checked`` and ``Follows.change`` do."""
    changed = await interaction.client.store.follows.change(interaction.user.id, follow_id, checked(text))
    return there_or_gone(changed)


class WhenForm(ui.Modal, title="When you hear of new papers"):
    """Asks how often, and when; begins with what holds now."""

    def __init__(self, follower: Follower) -> None:
        super().__init__()
        self._follower = follower
        days = [(f"Every week, on {day}", str(number)) for number, day in enumerate(day_name)]
        paces = [("At once", Pace.AT_ONCE.value), ("Every day", Pace.DAILY.value), *days]
        present = str(follower.weekday) if follower.pace is Pace.WEEKLY else follower.pace.value
        self.pace = _menu("pace", paces, present)
        self.hour = _menu("hour", [(f"{hour:02}:00", str(hour)) for hour in range(24)], str(follower.hour))
        self.zone = ui.TextInput[ui.LayoutView](custom_id="zone", default=follower.zone, max_length=_ZONE)
        self.add_item(ui.Label(text="How often", component=self.pace))
        self.add_item(ui.Label(text="At what hour", description="Not for “at once”", component=self.hour))
        self.add_item(ui.Label(text="In which time zone", description="Such as Europe/Berlin", component=self.zone))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Check what was typed, keep it, show it."""
        bot, zone, pace = interaction.client, checked_zone(self.zone.value), self.pace.values[0]
        weekday = int(pace) if pace.isdecimal() else self._follower.weekday
        typed = replace(
            self._follower,
            pace=Pace.WEEKLY if pace.isdecimal() else Pace(pace),
            weekday=weekday,
            hour=int(self.hour.values[0]),
            zone=zone,
            changed_at=bot.clock(),
        )
        await bot.store.follows.set_follower(typed)
        await interaction.response.edit_message(view=await list_page(bot, interaction.user.id, done="**Changed.**"))


def _menu(name: str, options: Sequence[tuple[str, str]], present: str) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=name,
        options=[discord.SelectOption(label=label, value=value, default=value == present) for label, value in options],
    )
