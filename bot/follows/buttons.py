"""The buttons of alerts and of what a person follows. Everybody acts on their own follows."""

from __future__ import annotations

from discord import ui

from bot.follows.alert_card import all_matches_card, pending_card
from bot.follows.follow_cards import (
    follow_card,
    follow_list_card,
    new_follow_card,
    preview_card,
    query_error_card,
    removed_card,
)
from bot.follows.forms import EditForm, FollowScheduleForm
from bot.follows.service import FollowService, follow_service
from bot.interactions.components import BotInteraction, CardButton, send_ephemeral
from bot.storage.follows import Follow
from bot.ui import custom_ids
from retrieval.errors import Busy, QueryError

_PREVIEW_PAPERS = 3  # below the news that something is followed


async def new_follow(service: FollowService, follow: Follow) -> ui.LayoutView:
    """The card of a new follow; without a preview while the bot is busy."""
    status = await service.status(follow.user_id)
    try:
        preview = await service.preview(follow, _PREVIEW_PAPERS)
    except Busy:
        preview = None
    return new_follow_card(follow, status, preview)


class FollowSuggestion(CardButton[custom_ids.SearchFields], custom_id=custom_ids.FOLLOW_TEXT):
    """Follow what was probably meant."""

    async def press(self, interaction: BotInteraction) -> None:
        """Follow it, and replace the mistake's card."""
        service = follow_service(interaction.client)
        text = await service.suggested_text(self.fields.search)
        await interaction.response.defer()
        follow = await service.follow(interaction.user.id, text)
        await interaction.edit_original_response(view=await new_follow(service, follow))


class FollowInstead(CardButton[custom_ids.FollowSearchFields], custom_id=custom_ids.FOLLOW_INSTEAD):
    """Change a follow to what was probably meant."""

    async def press(self, interaction: BotInteraction) -> None:
        """Change it, and show its preview."""
        service, user_id = follow_service(interaction.client), interaction.user.id
        follow_id = self.fields.follow
        text = await service.suggested_text(self.fields.search)
        await interaction.response.defer()
        try:
            follow = await service.change_text(user_id, follow_id, text)
        except QueryError as error:
            follow = await service.get(user_id, follow_id)
            card = query_error_card(error, await service.suggest(user_id, error), follow)
        else:
            card = preview_card(follow, await service.preview(follow))
        await interaction.edit_original_response(view=card)


class FollowButton(CardButton[custom_ids.FollowFields], custom_id=custom_ids.FOLLOW):
    """An action on one follow."""

    async def press(self, interaction: BotInteraction) -> None:
        """Do it, and show the follow as it is then."""
        service, user_id = follow_service(interaction.client), interaction.user.id
        follow_id = self.fields.follow
        match self.fields.what:
            case "edit":
                form = EditForm(service, await service.get(user_id, follow_id))
                await interaction.response.send_modal(form)
            case "test":
                follow = await service.get(user_id, follow_id)
                await interaction.response.defer()
                await interaction.edit_original_response(view=preview_card(follow, await service.preview(follow)))
            case "remove":
                await interaction.response.edit_message(view=removed_card(await service.remove(user_id, follow_id)))
            case action:
                follow, done = await _changed(service, user_id, follow_id, action)
                card = follow_card(follow, await service.status(user_id), done=done)
                await interaction.response.edit_message(view=card)


async def _changed(service: FollowService, user_id: int, follow_id: int, action: str) -> tuple[Follow, str]:
    """The follow after an action, and what to say about it."""
    match action:
        case "pause":
            return await service.set_paused(user_id, follow_id, paused=True), "Paused."
        case "resume":
            return await service.set_paused(user_id, follow_id, paused=False), "Resumed."
        case "restore":
            return await service.restore(user_id, follow_id), "You follow it again."
        case _:
            return await service.get(user_id, follow_id), ""


class FollowsPage(CardButton[custom_ids.PageFields], custom_id=custom_ids.FOLLOWS_PAGE):
    """Another page of what a person follows."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        status = await follow_service(interaction.client).status(interaction.user.id)
        await interaction.response.edit_message(view=follow_list_card(status, page=self.fields.page))


class FollowsFrom(CardButton[custom_ids.AlertFields], custom_id=custom_ids.FOLLOWS_FROM):
    """What a person follows, from an alert, which stays as it is."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the list."""
        status = await follow_service(interaction.client).status(interaction.user.id)
        await send_ephemeral(interaction, follow_list_card(status))


class FollowsButton(CardButton[custom_ids.FollowsFields], custom_id=custom_ids.FOLLOWS_DO):
    """An action on everything a person follows."""

    async def press(self, interaction: BotInteraction) -> None:
        """Do it, and show the list as it is then."""
        service, user_id, done = follow_service(interaction.client), interaction.user.id, ""
        if self.fields.what == "when":
            form = FollowScheduleForm(service, await service.follower(user_id))
            await interaction.response.send_modal(form)
            return
        if self.fields.what == "reopen" and await service.store.follows.reopen(user_id):
            done = "Resumed. You'll get the next message when it is due."
        await interaction.response.edit_message(view=follow_list_card(await service.status(user_id), done=done))


class PendingPage(CardButton[custom_ids.PageFields], custom_id=custom_ids.FOLLOWS_WAITING):
    """The papers of the next message, which is sent all the same."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show a page in place."""
        matches = await follow_service(interaction.client).pending(interaction.user.id)
        await interaction.response.edit_message(view=pending_card(matches, page=self.fields.page))


class AllMatches(CardButton[custom_ids.AlertFields], custom_id=custom_ids.ALERT):
    """All papers of an alert, which stays as it is."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the first page."""
        alert_id = self.fields.alert
        matches = await follow_service(interaction.client).alert_papers(interaction.user.id, alert_id)
        await send_ephemeral(interaction, all_matches_card(alert_id, matches, page=0))


class AllMatchesPage(CardButton[custom_ids.AlertPageFields], custom_id=custom_ids.ALERT_PAGE):
    """Another page of all papers of an alert."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        alert_id, page = self.fields.alert, self.fields.page
        matches = await follow_service(interaction.client).alert_papers(interaction.user.id, alert_id)
        await interaction.response.edit_message(view=all_matches_card(alert_id, matches, page=page))
