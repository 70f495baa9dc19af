"""Buttons of the daily post: the whole list below a post; Save, Cancel and the pages of a preview below settings."""

from __future__ import annotations

import discord

from bot.daily_post.editions import Editions
from bot.daily_post.feed_cards import saved_card
from bot.daily_post.post_card import whole_list_card
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import feed_service
from bot.interactions.components import BotInteraction, on_press, send_ephemeral
from bot.interactions.permissions import check_channel, check_let_in
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import DeliveryKind
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


@on_press(custom_ids.POST)
async def show_whole_list(interaction: BotInteraction, post: int) -> None:
    """Show the first page of the whole list behind a daily post, as the papers rank now."""
    await send_ephemeral(interaction, await _whole_list(interaction, post, 0))


@on_press(custom_ids.POST_PAGE)
async def turn_whole_list(interaction: BotInteraction, post: int, page: int) -> None:
    """Turn to another page of the whole list in place."""
    await interaction.response.edit_message(view=await _whole_list(interaction, post, page))


async def _whole_list(interaction: BotInteraction, post_id: int, page: int) -> discord.ui.LayoutView:
    """A page of the lists behind a post. Raises ``InvalidInput`` if they are gone."""
    bot = interaction.client
    post = await bot.store.deliveries.get(DeliveryKind.POST, post_id)
    post = post if post is not None and post.guild_id == interaction.guild_id else None
    editions = Editions(bot.library, bot.store)
    posted = await editions.whole_list(post, interaction.guild_id or 0, bot.clock()) if post else None
    if post is None or posted is None:
        raise InvalidInput("I no longer have that list. Use `/trending` to see the newest one.")
    return whole_list_card(posted, post_id, page=page, first=post.payload.first_day if post.payload else None)


@on_press(custom_ids.DAILY_PREVIEW)
async def turn_preview(interaction: BotInteraction, draft: int, page: int) -> None:
    """Preview settings on another of the recent lists in place, if the person may use ``/daily``."""
    feed = await get_draft(interaction, draft)
    await interaction.response.defer()
    editions = await feed_service(interaction.client).recent_editions(feed)
    await interaction.edit_original_response(view=preview_card(feed, editions, draft, page=page))


@on_press(custom_ids.DAILY_DRAFT)
async def save_or_cancel(interaction: BotInteraction, what: str, draft: int) -> None:
    """Save or discard settings, if the person may use ``/daily``."""
    feed = await get_draft(interaction, draft)
    if what == "save":
        await save_draft(interaction, feed)
    else:
        await interaction.response.edit_message(view=notice_card("Nothing was changed."))


async def get_draft(interaction: BotInteraction, draft_id: int, command: str = "daily") -> DailyFeed:
    """The draft behind a button, if the person may use ``command``.

    Raises ``MissingPermissions``, or ``InvalidInput`` if the draft has expired.
    """
    await check_let_in(interaction, command)
    return await feed_service(interaction.client).draft(draft_id, interaction.guild_id)


async def save_draft(interaction: BotInteraction, draft: DailyFeed) -> None:
    """Save a draft, if the bot can post in its channel, and confirm in place of the buttons."""
    feeds = feed_service(interaction.client)
    channel = interaction.guild.get_channel(draft.channel_id) if interaction.guild else None
    if channel is None:
        raise InvalidInput("That channel was deleted. Use `/daily set` with another one.")
    check_channel(channel)
    feed = await feeds.save(draft, interaction.user.id)
    await interaction.response.edit_message(view=saved_card(feed, await feeds.next_post(feed)))
