"""The forms of ``/following``: another text for something that is followed, and when messages come."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from discord import ui

from bot.errors import reports_errors
from bot.follows.follow_cards import query_error_card
from bot.follows.service import checked, list_page, mend_of, there_or_gone, trial_page
from bot.interactions.components import BotInteraction
from bot.interactions.schedule_choice import ScheduleForm
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from retrieval.errors import QueryError

_LONGEST: Final = 500  # characters of a text


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


class WhenForm(ScheduleForm):
    """Asks when messages about new papers are sent."""

    def __init__(self, follower: Follower) -> None:
        frequencies = Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY
        super().__init__("When you hear of new papers", follower.schedule, *frequencies)
        self._follower = follower

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Save it, and show the list."""
        bot = interaction.client
        changed = replace(self._follower, **self.chosen().columns, changed_at=bot.clock())
        await bot.store.follows.set_follower(changed)
        await interaction.response.edit_message(view=await list_page(bot, interaction.user.id, done="**Changed.**"))
