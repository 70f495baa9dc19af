"""The menus and buttons of the ``/setup`` screen."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import ui
from discord.utils import format_dt

from bot.daily_post.buttons import save_draft
from bot.daily_post.poster import preview
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import NO_PREVIEW, feed_service
from bot.daily_post.test_posts import send_test_post
from bot.interactions.components import BotInteraction, CardButton, CardItem
from bot.interactions.permissions import check_channel, guild_of
from bot.server_setup.forms import RulesForm, TimeForm
from bot.server_setup.screen import change_draft, draw_screen, get_setup_draft, update_screen
from bot.server_setup.service import switch_channel, toggle_link_cards, with_when_empty
from bot.server_setup.setup_card import OWN_VOTES, add_test_note
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.ui import custom_ids
from bot.ui.markdown import small
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput

_Menu = ui.Select[ui.LayoutView] | ui.ChannelSelect[ui.LayoutView]


class SetupMenu(CardItem[_Menu, custom_ids.SetupMenuFields], custom_id=custom_ids.SETUP_MENU):
    """A menu of the screen. It has no cooldown: a setup takes a dozen choices."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Apply the choice: discussions to the server immediately, everything else to the draft."""
        draft_id, what = self.fields.draft, self.fields.what
        draft = await get_setup_draft(interaction, draft_id)
        store, chosen = interaction.client.store, [str(getattr(each, "id", each)) for each in self.item.values]
        if what == "discussions":
            await store.discussions.set_place(draft.guild_id, int(chosen[0]) if chosen else None)
            await update_screen(interaction, draft_id, draft)
        elif what == "channel":
            feed, news = await switch_channel(store, draft, int(chosen[0]))
            await change_draft(interaction, draft_id, feed, news)
        else:
            await change_draft(interaction, draft_id, with_choice(draft, what, chosen[0]))


def with_choice(draft: DailyFeed, what: str, value: str) -> DailyFeed:
    """The draft with the value chosen in one of its menus."""
    match what:
        case "papers":
            return replace(draft, papers=int(value))
        case "order":
            return replace(draft, server_votes=value == OWN_VOTES)
        case _:
            return with_when_empty(draft, WhenEmpty(value))


class SetupButton(CardButton[custom_ids.SetupFields], custom_id=custom_ids.SETUP):
    """A button of the screen."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Do what the button says."""
        draft_id = self.fields.draft
        draft = await get_setup_draft(interaction, draft_id)
        match self.fields.what:
            case "time":
                await interaction.response.send_modal(TimeForm(draft, draft_id))
            case "rules":
                await interaction.response.send_modal(RulesForm(draft, draft_id))
            case "try":
                await show_preview(interaction, draft_id, draft)
            case "test":
                await send_test(interaction, draft_id, draft)
            case "links":
                await toggle_link_cards(interaction.client.store, draft.guild_id)
                await update_screen(interaction, draft_id, draft)
            case "save":
                await save_draft(interaction, draft)
            case _:
                await interaction.response.edit_message(view=notice_card("The daily post wasn't changed."))


async def show_preview(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Show what the draft would post from recent lists, what not, and why."""
    interaction.client.cooldowns.check(interaction.user.id)
    await interaction.response.defer(ephemeral=True, thinking=True)
    editions = await feed_service(interaction.client).recent_editions(draft)
    await interaction.followup.send(view=preview_card(draft, editions, draft_id, page=0), ephemeral=True)


async def send_test(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Post what the draft would post now; the message is deleted after a minute."""
    bot = interaction.client
    bot.cooldowns.check(interaction.user.id)
    channel = guild_of(interaction).get_channel(draft.channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise InvalidInput("That channel was deleted. Choose another one.")
    check_channel(channel)
    await interaction.response.defer()
    post = await preview(bot, draft)
    if post is None:
        raise InvalidInput(NO_PREVIEW)
    add_test_note(post, small(f"Test post by {interaction.user.mention}. It will be deleted after a minute."))
    test_post = await send_test_post(bot, channel, post)
    news = f"Sent a test post to <#{channel.id}>. It will be deleted {format_dt(test_post.delete_at, 'R')}."
    await interaction.edit_original_response(view=await draw_screen(interaction, draft_id, draft, news))
