"""Buttons of the daily post: the whole list below a post; Save, Cancel and the pages of a preview below settings."""

from __future__ import annotations

import discord

from bot.daily_post.editions import Editions
from bot.daily_post.feed_cards import saved_card
from bot.daily_post.post_card import whole_list_card
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import feed_service
from bot.interactions.components import BotInteraction, CardButton, send_ephemeral
from bot.interactions.permissions import check_channel, check_let_in
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import DeliveryKind
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


class WholeList(CardButton[custom_ids.PostFields], custom_id=custom_ids.POST):
    """The whole list behind a daily post."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the first page, as the papers rank now."""
        await send_ephemeral(interaction, await _whole_list(interaction, self.fields.post, 0))


class WholeListPage(CardButton[custom_ids.PostPageFields], custom_id=custom_ids.POST_PAGE):
    """Another page of the whole list."""

    async def press(self, interaction: BotInteraction) -> None:
        """Replace the page shown."""
        card = await _whole_list(interaction, self.fields.post, self.fields.page)
        await interaction.response.edit_message(view=card)


async def _whole_list(interaction: BotInteraction, post_id: int, page: int) -> discord.ui.LayoutView:
    """A page of the lists behind a post. Raises ``InvalidInput`` if they are gone."""
    bot = interaction.client
    post = await bot.store.deliveries.get(DeliveryKind.POST, post_id)
    editions = Editions(bot.library, bot.store)
    posted = await editions.whole_list(post, interaction.guild_id or 0, bot.clock()) if post else None
    if post is None or posted is None:
        raise InvalidInput("I no longer have that list. Use `/trending` to see the newest one.")
    return whole_list_card(posted, post_id, page=page, first=post.payload.first_day if post.payload else None)


class PreviewPage(CardButton[custom_ids.DraftPageFields], custom_id=custom_ids.DAILY_PREVIEW):
    """Another of the recent lists on which settings are previewed."""

    async def press(self, interaction: BotInteraction) -> None:
        """Replace the page shown, if the person may use ``/daily``."""
        draft_id = self.fields.draft
        draft = await get_draft(interaction, draft_id)
        await interaction.response.defer()
        editions = await feed_service(interaction.client).recent_editions(draft)
        card = preview_card(draft, editions, draft_id, page=self.fields.page)
        await interaction.edit_original_response(view=card)


class SaveOrCancel(CardButton[custom_ids.DraftFields], custom_id=custom_ids.DAILY_DRAFT):
    """Save and Cancel below settings. The draft is in the database, so they work after a restart."""

    async def press(self, interaction: BotInteraction) -> None:
        """Save or discard the draft, if the person may use ``/daily``."""
        draft = await get_draft(interaction, self.fields.draft)
        if self.fields.what == "save":
            await save_draft(interaction, draft)
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
