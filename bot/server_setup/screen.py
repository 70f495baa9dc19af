"""Show the screen of ``/setup`` and change its draft."""

from __future__ import annotations

import discord
from discord import ui

from bot.daily_post.buttons import get_draft
from bot.daily_post.service import default_channel, feed_service
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.permissions import guild_of
from bot.server_setup.service import load_screen
from bot.server_setup.setup_card import setup_card
from bot.storage.daily_feeds import DailyFeed


async def open_screen(interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
    """Show the screen to this person only, with a new draft for the channel, or else for the likeliest one."""
    guild, feeds = guild_of(interaction), interaction.client.store.daily_feeds
    channel = channel or default_channel(guild, interaction.channel_id, await feeds.of_guild(guild.id))
    feed = await feed_service(interaction.client).edit(guild.id, channel.id, interaction.user.id)
    draft_id = await feeds.save_draft(feed)
    await send_ephemeral(interaction, await draw_screen(interaction, draft_id, feed))


async def get_setup_draft(interaction: BotInteraction, draft_id: int) -> DailyFeed:
    """The draft behind a screen, if the person may use ``/setup``."""
    return await get_draft(interaction, draft_id, "setup")


async def change_draft(interaction: BotInteraction, draft_id: int, feed: DailyFeed, news: str = "") -> None:
    """Replace the draft and update the screen."""
    await interaction.client.store.daily_feeds.change_draft(draft_id, feed)
    await update_screen(interaction, draft_id, feed, news)


async def update_screen(interaction: BotInteraction, draft_id: int, feed: DailyFeed, news: str = "") -> None:
    """Redraw the screen in place."""
    await interaction.response.edit_message(view=await draw_screen(interaction, draft_id, feed, news))


async def draw_screen(interaction: BotInteraction, draft_id: int, feed: DailyFeed, news: str = "") -> ui.LayoutView:
    """The screen as of now."""
    return setup_card(await load_screen(interaction.client, guild_of(interaction), draft_id, feed, news))
