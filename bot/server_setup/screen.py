"""The screen of ``/setup`` as it is now, and who may change what it shows."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord import app_commands, ui

from bot.client import PaperBot
from bot.daily_post.command import kept_draft, upcoming
from bot.errors import permission_names
from bot.interactions.components import BotInteraction
from bot.interactions.permissions import missing_in, to_discuss
from bot.link_cards.command import links_state
from bot.server_setup.screen_card import OfServer, Screen, setup_card
from bot.storage.daily_feeds import DailyFeed
from bot.storage.link_cards import WHOLE_SERVER


async def screen(bot: PaperBot, guild: discord.Guild, draft_id: int, feed: DailyFeed, news: str = "") -> ui.LayoutView:
    """The screen as it is now."""
    channel = guild.get_channel(feed.channel_id)
    lacks = permission_names(missing_in(channel)) if channel else ""
    saved = await bot.store.daily_feeds.get(feed.channel_id) is not None
    place = await bot.store.discussions.place(guild.id)
    discussed_in = guild.get_channel(place) if place else None
    server = OfServer(
        links=await bot.store.link_cards.wanted(guild.id, WHOLE_SERVER),
        links_told=await links_state(bot, guild.id),
        discussions=place,
        lacks=permission_names(missing_in(discussed_in, to_discuss(discussed_in))) if discussed_in else "",
    )
    return setup_card(Screen(draft_id, feed, await upcoming(bot, feed), saved, server, lacks, news))


def guild_of(interaction: BotInteraction) -> discord.Guild:
    """The server; raises ``NoPrivateMessage`` where there is none."""
    if interaction.guild is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild


async def draft_of(interaction: BotInteraction, draft_id: int) -> DailyFeed:
    """The set-up behind a screen, for whom the server lets use the command."""
    return await kept_draft(interaction, draft_id, "setup")


async def change(
    interaction: BotInteraction, draft_id: int, changed: Callable[[DailyFeed], DailyFeed], news: str = ""
) -> None:
    """Change the set-up that waits to be saved, and show it on the screen."""
    feed = changed(await draft_of(interaction, draft_id))
    await interaction.client.store.daily_feeds.change_draft(draft_id, feed)
    await show(interaction, draft_id, feed, news)


async def show(interaction: BotInteraction, draft_id: int, feed: DailyFeed, news: str = "") -> None:
    """Draw the screen anew, in its place."""
    view = await screen(interaction.client, guild_of(interaction), draft_id, feed, news)
    await interaction.response.edit_message(view=view)
