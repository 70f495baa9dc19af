"""The buttons and forms of alerts and of what a person follows. Everybody acts on their own follows."""

from __future__ import annotations

from collections.abc import Mapping

from discord import ui

from bot.follows.alert_card import all_matches_card, pending_card
from bot.follows.follow_cards import (
    follow_card,
    follow_list_card,
    new_follow_card,
    preview_card,
    query_error_card,
    removed_card,
    schedule_form,
    text_form,
)
from bot.follows.service import FollowService, follow_service
from bot.interactions.components import BotInteraction, on_press, on_submit, send_ephemeral
from bot.interactions.schedule_choice import submitted_schedule
from bot.storage.follows import Follow
from bot.texts import tr
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


@on_press(custom_ids.FOLLOW_TEXT)
async def follow_suggestion(interaction: BotInteraction, search: int) -> None:
    """Follow what was probably meant, and replace the mistake's card."""
    service = follow_service(interaction.client)
    text = await service.suggested_text(interaction.user.id, search)
    await interaction.response.defer()
    follow = await service.follow(interaction.user.id, text)
    await interaction.edit_original_response(view=await new_follow(service, follow))


@on_press(custom_ids.FOLLOW_INSTEAD)
async def follow_instead(interaction: BotInteraction, follow: int, search: int) -> None:
    """Change a follow to what was probably meant, and show its preview."""
    service = follow_service(interaction.client)
    text = await service.suggested_text(interaction.user.id, search)
    await interaction.response.defer()
    card, _ = await _change_text(service, interaction.user.id, follow, text)
    await interaction.edit_original_response(view=card)


@on_submit(custom_ids.FOLLOW_FORM)
async def change_text(interaction: BotInteraction, values: Mapping[str, str], follow: int) -> None:
    """Change a follow, and show its preview in place; a mistake is shown below."""
    await interaction.response.defer()
    card, changed = await _change_text(follow_service(interaction.client), interaction.user.id, follow, values["text"])
    if changed:
        await interaction.edit_original_response(view=card)
    else:
        await interaction.followup.send(view=card, ephemeral=True)


async def _change_text(service: FollowService, user_id: int, follow_id: int, text: str) -> tuple[ui.LayoutView, bool]:
    """The preview of the changed follow, or what is wrong with the text; and whether it was changed."""
    try:
        changed = await service.change_text(user_id, follow_id, text)
    except QueryError as error:
        follow = await service.get(user_id, follow_id)
        return query_error_card(error, await service.suggest(user_id, error), follow), False
    return preview_card(changed, await service.preview(changed)), True


@on_press(custom_ids.FOLLOW)
async def act_on_follow(interaction: BotInteraction, what: str, follow: int) -> None:
    """Do something with a follow, and show it as it is then."""
    service, user_id = follow_service(interaction.client), interaction.user.id
    match what:
        case "edit":
            await interaction.response.send_modal(text_form(await service.get(user_id, follow)))
        case "test":
            found = await service.get(user_id, follow)
            await interaction.response.defer()
            await interaction.edit_original_response(view=preview_card(found, await service.preview(found)))
        case "remove":
            await interaction.response.edit_message(view=removed_card(await service.remove(user_id, follow)))
        case action:
            changed, done = await _changed(service, user_id, follow, action)
            card = follow_card(changed, await service.status(user_id), done=done)
            await interaction.response.edit_message(view=card)


async def _changed(service: FollowService, user_id: int, follow_id: int, action: str) -> tuple[Follow, str]:
    """The follow after an action, and what to say about it."""
    match action:
        case "pause":
            return await service.set_paused(user_id, follow_id, paused=True), tr("Paused.")
        case "resume":
            return await service.set_paused(user_id, follow_id, paused=False), tr("Resumed.")
        case "restore":
            return await service.restore(user_id, follow_id), tr("You follow it again.")
        case _:
            return await service.get(user_id, follow_id), ""


@on_press(custom_ids.FOLLOWS_PAGE)
async def turn_follows(interaction: BotInteraction, page: int) -> None:
    """Turn to another page of what a person follows in place."""
    status = await follow_service(interaction.client).status(interaction.user.id)
    await interaction.response.edit_message(view=follow_list_card(status, page=page))


@on_press(custom_ids.FOLLOWS_FROM)
async def show_follows(interaction: BotInteraction, alert: int) -> None:  # noqa: ARG001 - part of the id
    """Show what a person follows; the alert stays as it is."""
    status = await follow_service(interaction.client).status(interaction.user.id)
    await send_ephemeral(interaction, follow_list_card(status))


@on_press(custom_ids.FOLLOWS_DO)
async def act_on_follows(interaction: BotInteraction, what: str) -> None:
    """Do something with all follows, and show the list as it is then."""
    service, user_id, done = follow_service(interaction.client), interaction.user.id, ""
    if what == "when":
        await interaction.response.send_modal(schedule_form(await service.follower(user_id)))
        return
    if what == "reopen" and await service.store.follows.reopen(user_id):
        done = tr("Resumed. You'll get the next message when it is due.")
    await interaction.response.edit_message(view=follow_list_card(await service.status(user_id), done=done))


@on_submit(custom_ids.FOLLOWS_FORM)
async def change_schedule(interaction: BotInteraction, values: Mapping[str, str]) -> None:
    """Save the schedule, and show the list."""
    service, user_id = follow_service(interaction.client), interaction.user.id
    await service.set_schedule(user_id, submitted_schedule((await service.follower(user_id)).schedule, values))
    card = follow_list_card(await service.status(user_id), done=tr("Changed."))
    await interaction.response.edit_message(view=card)


@on_press(custom_ids.FOLLOWS_WAITING)
async def show_pending(interaction: BotInteraction, page: int) -> None:
    """Show a page of the papers of the next message in place; it is sent all the same."""
    matches = await follow_service(interaction.client).pending(interaction.user.id)
    await interaction.response.edit_message(view=pending_card(matches, page=page))


@on_press(custom_ids.ALERT)
async def show_all_matches(interaction: BotInteraction, alert: int) -> None:
    """Show all papers of an alert, which stays as it is."""
    matches = await follow_service(interaction.client).alert_papers(interaction.user.id, alert)
    await send_ephemeral(interaction, all_matches_card(alert, matches, page=0))


@on_press(custom_ids.ALERT_PAGE)
async def turn_all_matches(interaction: BotInteraction, alert: int, page: int) -> None:
    """Turn to another page of all papers of an alert in place."""
    matches = await follow_service(interaction.client).alert_papers(interaction.user.id, alert)
    await interaction.response.edit_message(view=all_matches_card(alert, matches, page=page))
