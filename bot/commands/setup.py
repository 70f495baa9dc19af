"""``/setup``: everything that an administrator sets, on one screen whose controls work after a restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.daily import weekday_words
from bot.cards.markup import small
from bot.cards.notices import notice_card
from bot.cards.setup import CHOICE, SETUP, Screen, note_on_sample, setup_card
from bot.client import PaperBot
from bot.commands.buttons import Press
from bot.commands.daily import check_channel, save, starting_from, upcoming
from bot.commands.daily_options import checked_zone, parsed_time, parsed_weekdays
from bot.errors import permission_names, told
from bot.permissions import missing_in
from bot.posting import preview
from bot.sampling import send_sample
from bot.store.feeds import DailyFeed, WhenEmpty
from retrieval.errors import InvalidInput

_LET_IN: Final = timedelta(hours=1)
"""How long a screen serves a person who does not manage the server, but whom Discord let use the command."""

_FORM: Final = timedelta(minutes=15)
"""How long a form that was opened may be sent: Discord says nothing of one that is closed."""
_LONGEST: Final = 100  # characters of a field

_Button = ui.Button[ui.LayoutView]
_Menu = ui.Select[ui.LayoutView] | ui.ChannelSelect[ui.LayoutView]


async def screen(bot: PaperBot, guild: discord.Guild, draft_id: int, feed: DailyFeed, news: str = "") -> ui.LayoutView:
    """The screen as it is now."""
    channel = guild.get_channel(feed.channel_id)
    lacks = permission_names(missing_in(channel)) if channel else ""
    saved = await bot.store.feeds.get(feed.channel_id) is not None
    return setup_card(Screen(draft_id, feed, await upcoming(bot, feed), saved, lacks, news))


def guild_of(interaction: Press) -> discord.Guild:
    """The server; raises ``NoPrivateMessage`` where there is none."""
    if interaction.guild is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild


async def channel_at_first(interaction: Press) -> discord.TextChannel:
    """The channel that a screen begins with: the server's only daily post's, else this one, else the first."""
    guild = guild_of(interaction)
    feeds = await interaction.client.store.feeds.of_guild(guild.id)
    here = guild.get_channel(interaction.channel_id or 0)
    only = guild.get_channel(feeds[0].channel_id) if len(feeds) == 1 else None
    for channel in (only, here, *guild.text_channels):
        if isinstance(channel, discord.TextChannel):
            return channel
    raise InvalidInput("This server has no text channel that I can see. Make one, or give me **View Channel**.")


async def draft_of(interaction: Press, draft_id: int) -> DailyFeed:
    """The set-up behind a screen. Raises what the person reads where it is gone or not theirs to change.

    Discord itself says who may use the command, and shows the screen to nobody else: whom it let in may go on
    for a while; who manages the server, always.
    """
    draft = await interaction.client.store.feeds.draft(draft_id)
    if draft is None or draft.guild_id != interaction.guild_id:
        raise InvalidInput("This screen is too old. Use `/setup` again.")
    let_in = draft.changed_by == interaction.user.id and interaction.client.clock() - draft.changed_at < _LET_IN
    if not let_in and not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return draft


async def change(interaction: Press, draft_id: int, changed: Callable[[DailyFeed], DailyFeed], news: str = "") -> None:
    """Change the set-up that waits to be saved, and show it on the screen."""
    feed = changed(await draft_of(interaction, draft_id))
    await interaction.client.store.feeds.change_draft(draft_id, feed)
    view = await screen(interaction.client, guild_of(interaction), draft_id, feed, news)
    await interaction.response.edit_message(view=view)


class Setup(commands.Cog):
    """The screen, by command."""

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.describe(channel="The channel to set up; you can also choose it on the screen")
    async def setup(self, interaction: Press, channel: discord.TextChannel | None = None) -> None:
        """Channel, time, papers and all else on one screen; nothing is saved before you say so"""
        bot = interaction.client
        feed = await starting_from(interaction, channel or await channel_at_first(interaction))
        draft_id = await bot.store.feeds.save_draft(feed)
        view = await screen(bot, guild_of(interaction), draft_id, feed)
        await interaction.response.send_message(view=view, ephemeral=True)


class Choose(discord.ui.DynamicItem[_Menu], template=CHOICE):
    """A menu of the screen."""

    def __init__(self, item: _Menu, fields: dict[str, str]) -> None:
        super().__init__(item)
        self.fields = fields

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Called by discord.py for each choice."""
        return cls(item, match.groupdict())

    @told
    async def callback(self, interaction: Press, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Take the choice over. It is not counted as a question: a set-up takes a dozen of them."""
        draft_id, chosen = int(self.fields["draft"]), self.item.values[0]
        match self.fields["what"]:
            case "channel":
                await choose_channel(interaction, draft_id, int(getattr(chosen, "id", 0)))
            case "papers":
                await change(interaction, draft_id, lambda feed: replace(feed, papers=int(str(chosen))))
            case _:
                await change(interaction, draft_id, lambda feed: replace(feed, when_empty=WhenEmpty(str(chosen))))


async def choose_channel(interaction: Press, draft_id: int, channel_id: int) -> None:
    """Go on with another channel: with its own set-up where it has one, else with what the screen shows."""
    own = await interaction.client.store.feeds.get(channel_id)
    now, by = interaction.client.clock(), interaction.user.id
    if own is None:
        await change(interaction, draft_id, lambda feed: replace(feed, channel_id=channel_id))
    else:
        there = replace(own, paused=False, changed_by=by, changed_at=now)
        await change(interaction, draft_id, lambda _: there, f"This is what <#{channel_id}> has now.")


class Control(discord.ui.DynamicItem[_Button], template=SETUP):
    """A button of the screen."""

    def __init__(self, item: _Button, fields: dict[str, str]) -> None:
        super().__init__(item)
        self.fields = fields

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Called by discord.py for each press whose id fits the pattern."""
        return cls(item, match.groupdict())

    @told
    async def callback(self, interaction: Press, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Do what the button says."""
        draft_id = int(self.fields["draft"])
        draft = await draft_of(interaction, draft_id)
        match self.fields["what"]:
            case "time":
                await interaction.response.send_modal(TimeForm(draft, draft_id))
            case "test":
                await send_test(interaction, draft_id, draft)
            case "save":
                await save(interaction, draft)
            case _:
                await interaction.response.edit_message(view=notice_card("Nothing was changed."))


async def send_test(interaction: Press, draft_id: int, draft: DailyFeed) -> None:
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
    sample = await send_sample(bot, channel, post)
    news = f"A test post stands in <#{channel.id}>. It goes {format_dt(sample.delete_at, 'R')}."
    await interaction.edit_original_response(view=await screen(bot, guild, draft_id, draft, news))


class TimeForm(ui.Modal, title="When the post goes out"):
    """When the post goes out, filled with what holds now."""

    def __init__(self, feed: DailyFeed, draft_id: int) -> None:
        super().__init__(timeout=_FORM.total_seconds())
        self._draft_id = draft_id
        days = weekday_words(feed.weekdays)
        self._time = self._field("time", "Time", "24 hours, like 09:00", f"{feed.time:%H:%M}")
        self._zone = self._field("zone", "Time zone", "A place, like Europe/Berlin or America/New_York", feed.zone)
        self._days = self._field("days", "Days", "Every day, Monday to Friday, or names like mon,wed,fri", days)

    @told
    async def on_submit(self, interaction: Press, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Take the form over; what cannot be is explained, and the screen stays as it was."""
        when = {
            "time": parsed_time(self._time.value),
            "zone": checked_zone(self._zone.value),
            "weekdays": parsed_weekdays(self._days.value),
        }
        await change(interaction, self._draft_id, lambda feed: replace(feed, **when))

    def _field(self, name: str, label: str, hint: str, value: str) -> ui.TextInput[Self]:
        field = ui.TextInput[Self](custom_id=name, default=value, max_length=_LONGEST)
        self.add_item(ui.Label(text=label, description=hint, component=field))
        return field


async def setup(bot: PaperBot) -> None:
    """Called by ``load_extension``."""
    await bot.add_cog(Setup())
    bot.add_dynamic_items(Choose, Control)


async def teardown(bot: PaperBot) -> None:
    """Called when the extension is unloaded."""
    bot.remove_dynamic_items(Choose, Control)
