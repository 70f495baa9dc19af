"""The forms of ``/following``: the text of a follow, and the schedule."""

from __future__ import annotations

from discord import ui

from bot.errors import reports_errors
from bot.follows.follow_cards import follow_list_card, preview_card, query_error_card
from bot.follows.service import FREQUENCIES, MAX_TEXT_LENGTH, FollowService
from bot.interactions.components import BotInteraction
from bot.interactions.schedule_choice import ScheduleForm
from bot.storage.follows import Follow, Follower
from retrieval.errors import QueryError


class EditForm(ui.Modal, title="What to follow"):
    """Asks for another search, and begins with the present one."""

    def __init__(self, service: FollowService, follow: Follow) -> None:
        super().__init__()
        self._service = service
        self._follow = follow
        self.text = ui.TextInput[ui.LayoutView](custom_id="text", default=follow.text, max_length=MAX_TEXT_LENGTH)
        hint = "As in /search: words, author:, category:, “phrases”, -exclusions, OR"
        self.add_item(ui.Label(text="Papers that match", description=hint, component=self.text))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Change the follow, and show its preview."""
        await interaction.response.defer()
        user_id = interaction.user.id
        try:
            changed = await self._service.change_text(user_id, self._follow.id or 0, self.text.value)
        except QueryError as error:
            card = query_error_card(error, await self._service.suggest(user_id, error), self._follow)
            await interaction.followup.send(view=card, ephemeral=True)
        else:
            await interaction.edit_original_response(view=preview_card(changed, await self._service.preview(changed)))


class FollowScheduleForm(ScheduleForm):
    """Asks when to send messages about new papers."""

    def __init__(self, service: FollowService, follower: Follower) -> None:
        super().__init__("When you're notified", follower.schedule, *FREQUENCIES)
        self._service = service

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Save the schedule, and show the list."""
        user_id = interaction.user.id
        await self._service.set_schedule(user_id, self.chosen())
        card = follow_list_card(await self._service.status(user_id), done="Changed.")
        await interaction.response.edit_message(view=card)
