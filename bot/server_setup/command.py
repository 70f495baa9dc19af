"""``/setup``: everything that an administrator sets, on one screen whose controls work after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

import discord
from discord import app_commands, ui
from discord.ext import commands
from discord.utils import format_dt

from bot.daily_post.command import save, starting_from, tried_lists
from bot.daily_post.poster import preview
from bot.daily_post.service import check_wait_until
from bot.daily_post.test_posts import send_test_post
from bot.interactions.components import BotInteraction, CardButton, CardItem
from bot.interactions.permissions import check_channel
from bot.server_setup.forms import RulesForm, TimeForm
from bot.server_setup.screen import change, draft_of, guild_of, screen, show
from bot.server_setup.screen_card import CHOICE, OWN_VOTES, SETUP, note_on_sample
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.link_cards import WHOLE_SERVER
from bot.ui.markdown import small
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput

_WAITS: Final = timedelta(hours=3)
"""How long a channel waits for its papers where nothing else was said."""

_Menu = ui.Select[ui.LayoutView] | ui.ChannelSelect[ui.LayoutView]


async def channel_at_first(interaction: BotInteraction) -> discord.TextChannel:
    """The channel that a screen begins with: the server's only daily post's, else this one, else the first."""
    guild = guild_of(interaction)
    feeds = await interaction.client.store.daily_feeds.of_guild(guild.id)
    here = guild.get_channel(interaction.channel_id or 0)
    only = guild.get_channel(feeds[0].channel_id) if len(feeds) == 1 else None
    for channel in (only, here, *guild.text_channels):
        if isinstance(channel, discord.TextChannel):
            return channel
    raise InvalidInput("This server has no text channel that I can see. Make one, or give me **View Channel**.")


class Setup(commands.Cog):
    """The screen, by command."""

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="The channel to set up; you can also choose it on the screen")
    async def setup(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """Channel, time, papers and all else on one screen; nothing is saved before you say so"""
        bot = interaction.client
        feed = await starting_from(interaction, channel or await channel_at_first(interaction))
        draft_id = await bot.store.daily_feeds.save_draft(feed)
        view = await screen(bot, guild_of(interaction), draft_id, feed)
        await interaction.response.send_message(view=view, ephemeral=True)


class Choose(CardItem[_Menu], template=CHOICE):
    """A menu of the screen."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Take the choice over. It is not counted as a question: a set-up takes a dozen of them."""
        draft_id = int(self.fields["draft"])
        chosen = [str(getattr(each, "id", each)) for each in self.item.values]
        match self.fields["what"]:
            case "channel":
                await choose_channel(interaction, draft_id, int(chosen[0]))
            case "papers":
                await change(interaction, draft_id, lambda feed: replace(feed, papers=int(chosen[0])))
            case "order":
                await change(interaction, draft_id, lambda feed: replace(feed, server_votes=chosen[0] == OWN_VOTES))
            case "empty":
                await change(interaction, draft_id, lambda feed: with_empty(feed, WhenEmpty(chosen[0])))
            case _:
                await choose_discussions(interaction, draft_id, int(chosen[0]) if chosen else None)


async def choose_channel(interaction: BotInteraction, draft_id: int, channel_id: int) -> None:
    """Go on with another channel: with its own set-up where it has one, else with what the screen shows."""
    own = await interaction.client.store.daily_feeds.get(channel_id)
    now, by = interaction.client.clock(), interaction.user.id
    if own is None:
        await change(interaction, draft_id, lambda feed: replace(feed, channel_id=channel_id))
    else:
        there = replace(own, paused=False, changed_by=by, changed_at=now)
        await change(interaction, draft_id, lambda _: there, f"This is what <#{channel_id}> has now.")


def with_empty(feed: DailyFeed, when_empty: WhenEmpty) -> DailyFeed:
    """The set-up with another wish for days without papers; one that waits does so for some hours, or to midnight."""
    until = feed.wait_until
    if when_empty is WhenEmpty.WAIT and (until is None or until <= feed.time):
        later = datetime.combine(feed.changed_at.date(), feed.time) + _WAITS
        until = later.time() if later.time() > feed.time else time(23, 59)
    check_wait_until(when_empty, feed.time, until)
    return replace(feed, when_empty=when_empty, wait_until=until)


async def choose_discussions(interaction: BotInteraction, draft_id: int, channel_id: int | None) -> None:
    """Say for the whole server where papers are discussed; at once."""
    draft = await draft_of(interaction, draft_id)
    await interaction.client.store.discussions.set_place(draft.guild_id, channel_id)
    await show(interaction, draft_id, draft)


class Control(CardButton, template=SETUP):
    """A button of the screen."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Do what the button says."""
        draft_id = int(self.fields["draft"])
        draft = await draft_of(interaction, draft_id)
        match self.fields["what"]:
            case "time":
                await interaction.response.send_modal(TimeForm(draft, draft_id))
            case "rules":
                await interaction.response.send_modal(RulesForm(draft, draft_id))
            case "try":
                await try_out(interaction, draft_id, draft)
            case "test":
                await send_test(interaction, draft_id, draft)
            case "links":
                await switch_links(interaction, draft_id, draft)
            case "save":
                await save(interaction, draft)
            case _:
                await interaction.response.edit_message(view=notice_card("The daily post stays as it was."))


async def try_out(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Show what would have been posted of the last lists, what not, and why."""
    interaction.client.cooldowns.take(interaction.user.id)
    await interaction.response.defer(ephemeral=True, thinking=True)
    card = await tried_lists(interaction.client, draft, draft_id, page=0)
    await interaction.followup.send(view=card, ephemeral=True)


async def switch_links(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Turn cards of pasted links on or off for the whole server; at once."""
    links = interaction.client.store.link_cards
    wanted = await links.wanted(draft.guild_id, WHOLE_SERVER)
    await links.choose(draft.guild_id, WHOLE_SERVER, wanted=not wanted)
    await show(interaction, draft_id, draft)


async def send_test(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Post what would be posted now, for a minute."""
    bot, guild = interaction.client, guild_of(interaction)
    bot.cooldowns.take(interaction.user.id)
    channel = guild.get_channel(draft.channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise InvalidInput("That channel is gone. Choose another one.")
    check_channel(channel)
    await interaction.response.defer()
    post = await preview(bot, draft)
    if post is None:
        raise InvalidInput("There is nothing to show now: I have no list for today with papers that fit.")
    note_on_sample(post, small(f"A test by {interaction.user.mention}: it is deleted after a minute."))
    sample = await send_test_post(bot, channel, post)
    news = f"A test post stands in <#{channel.id}>. It goes {format_dt(sample.delete_at, 'R')}."
    await interaction.edit_original_response(view=await screen(bot, guild, draft_id, draft, news))
