"""``/daily``: the post of the day's list, set up by an administrator, a channel at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.daily_post.feed_cards import DECIDE, TRIED, feeds_card, proposal_card, saved_card
from bot.daily_post.options import Rules
from bot.daily_post.poster import editions_of, preview
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import check_wait_until
from bot.interactions.components import BotInteraction, CardButton
from bot.interactions.options import TimeOfDay, Weekdays, Zone
from bot.interactions.permissions import check_channel, check_let_in
from bot.jobs.local_time import local_day, next_time
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.schedule import EVERY_DAY
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput

LAST_POSTS = 3
"""Past posts that /daily status shows for each channel."""


async def upcoming(bot: PaperBot, feed: DailyFeed) -> datetime | None:
    """When the feed's next post goes out (UTC)."""
    now = bot.clock()
    ran_on = await bot.store.daily_posts.days_run(feed.channel_id, local_day(feed, now))
    return next_time(feed, now, ran_on)


async def starting_from(interaction: BotInteraction, channel: discord.TextChannel) -> DailyFeed:
    """The channel's present set-up, or the one that the settings propose; as of now, by this member."""
    bot, daily = interaction.client, interaction.client.settings.daily
    present = await bot.store.daily_feeds.get(channel.id) or DailyFeed(
        guild_id=channel.guild.id,
        channel_id=channel.id,
        time=daily.time,
        zone=daily.zone,
        papers=daily.papers,
        minimum_votes=daily.minimum_votes,
        weekdays=EVERY_DAY,
        when_empty=WhenEmpty.SILENT,
        paused=False,
        changed_by=0,
        changed_at=bot.clock(),
    )
    return replace(present, paused=False, trouble=None, changed_by=interaction.user.id, changed_at=bot.clock())


async def meant_channel(interaction: BotInteraction, channel: discord.TextChannel | None) -> discord.TextChannel:
    """The given channel, else the server's only one with a daily post, else this one. Raises ``InvalidInput``."""
    if channel is not None:
        return channel
    feeds = await interaction.client.store.daily_feeds.of_guild(interaction.guild_id or 0)
    here = interaction.channel
    only = interaction.guild.get_channel(feeds[0].channel_id) if len(feeds) == 1 and interaction.guild else None
    found = here if isinstance(here, discord.TextChannel) and here.id in {feed.channel_id for feed in feeds} else only
    for each in (found, here):
        if isinstance(each, discord.TextChannel):
            return each
    raise InvalidInput("Name a text channel with the option `channel`.")


async def propose(interaction: BotInteraction, feed: DailyFeed) -> None:
    """Show, to this member alone, the next post and when it goes out, with Save and Cancel."""
    bot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    draft_id = await bot.store.daily_feeds.save_draft(feed)
    post = await preview(bot, feed)
    if post is not None:
        await interaction.followup.send(view=post, ephemeral=True)
    meant = (await bot.library.search(feed.rules, limit=1)).meant if feed.rules else None
    card = proposal_card(feed, await upcoming(bot, feed), draft_id, previewed=post is not None, meant=meant)
    await interaction.followup.send(view=card, ephemeral=True)


async def chosen_feed(interaction: BotInteraction, channel: discord.TextChannel | None) -> DailyFeed:
    """The set-up that is meant: the given channel's, this channel's, or the server's only one."""
    feeds = await interaction.client.store.daily_feeds.of_guild(interaction.guild_id or 0)
    by_channel = {feed.channel_id: feed for feed in feeds}
    wanted = channel.id if channel else interaction.channel_id
    if wanted in by_channel:
        return by_channel[wanted]
    if channel is None and len(feeds) == 1:
        return feeds[0]
    if channel is None and feeds:
        raise InvalidInput("Several channels have a daily post. Name the one that you mean with the option `channel`.")
    place = f"#{channel.name} has" if channel else "This server has"
    raise InvalidInput(f"{place} no daily post. `/daily set` sets one up.")


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Daily(commands.GroupCog, group_name="daily", group_description="The day's trending list in a channel"):
    """The daily post by command."""

    @app_commands.command(name="set")
    @app_commands.rename(time_of_day="time")
    @app_commands.describe(
        channel="Where the list is posted",
        time_of_day="When, in 24 hours: 09:00",
        zone="The time zone that is meant: type a part of its name",
        papers="How many papers at most",
        minimum_votes="Leave out papers with fewer votes",
        weekdays="Every day, Monday to Friday, or names like mon,wed,fri",
        when_empty="What to do when the list is late, or nothing on it fits",
        rules="Which papers, written as for /search: #cs.CL votes:>5 -survey; “all” for every paper",
        server_votes="Whether this server's own votes count in the order",
        wait_until="With when_empty WAIT: the time, in 24 hours, at which I stop waiting",
    )
    async def set(
        self,
        interaction: BotInteraction,
        channel: discord.TextChannel,
        time_of_day: app_commands.Transform[time, TimeOfDay] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
        papers: app_commands.Range[int, 1, 25] | None = None,
        minimum_votes: app_commands.Range[int, 0, 100_000] | None = None,
        weekdays: app_commands.Transform[frozenset[int], Weekdays] | None = None,
        when_empty: WhenEmpty | None = None,
        rules: app_commands.Transform[str, Rules] | None = None,
        server_votes: bool | None = None,
        wait_until: app_commands.Transform[time, TimeOfDay] | None = None,
    ) -> None:
        """Set up the daily post of a channel, or change it; nothing is saved before you say so"""
        check_channel(channel)
        typed = {
            "time": time_of_day,
            "zone": zone,
            "papers": papers,
            "minimum_votes": minimum_votes,
            "weekdays": weekdays,
            "when_empty": WhenEmpty.WAIT if wait_until and when_empty is None else when_empty,
            "rules": rules,
            "server_votes": server_votes,
            "wait_until": wait_until,
        }
        changes = {name: value for name, value in typed.items() if value is not None}
        feed = replace(await starting_from(interaction, channel), **changes)
        check_wait_until(feed.when_empty, feed.time, feed.wait_until)
        await propose(interaction, feed)

    @app_commands.command(name="preview")
    @app_commands.describe(
        channel="Whose set-up is tried; what you leave out is as it is there",
        rules="Which papers, written as for /search: #cs.CL votes:>5 -survey; “all” for every paper",
        papers="How many papers at most",
        minimum_votes="Leave out papers with fewer votes",
        server_votes="Whether this server's own votes count in the order",
    )
    async def preview(
        self,
        interaction: BotInteraction,
        channel: discord.TextChannel | None = None,
        rules: app_commands.Transform[str, Rules] | None = None,
        papers: app_commands.Range[int, 1, 25] | None = None,
        minimum_votes: app_commands.Range[int, 0, 100_000] | None = None,
        server_votes: bool | None = None,
    ) -> None:
        """Try rules on the last lists: what would be posted, what not, and why; nothing is saved"""
        typed = {"rules": rules, "papers": papers, "minimum_votes": minimum_votes, "server_votes": server_votes}
        changes = {name: value for name, value in typed.items() if value is not None}
        feed = replace(await starting_from(interaction, await meant_channel(interaction, channel)), **changes)
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft_id = await interaction.client.store.daily_feeds.save_draft(feed)
        card = await tried_lists(interaction.client, feed, draft_id, page=0)
        await interaction.followup.send(view=card, ephemeral=True)

    @app_commands.command(name="pause")
    @app_commands.describe(channel="The channel whose daily post is meant")
    async def pause(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """Stop the daily post of a channel until you resume it"""
        bot, feed = interaction.client, await chosen_feed(interaction, channel)
        await bot.store.daily_feeds.pause(feed.channel_id, interaction.user.id, bot.clock())
        text = f"Paused in <#{feed.channel_id}>. `/daily resume` starts it again."
        await interaction.response.send_message(view=notice_card(text), ephemeral=True)

    @app_commands.command(name="resume")
    @app_commands.describe(channel="The channel whose daily post is meant")
    async def resume(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """Start a paused daily post again, from its next time on"""
        bot, feed = interaction.client, await chosen_feed(interaction, channel)
        # What the bot itself stopped was not to miss its day: the day is made up for.
        since = feed.changed_at if feed.trouble else bot.clock()
        await bot.store.daily_feeds.resume(feed.channel_id, interaction.user.id, since)
        resumed = replace(feed, paused=False, trouble=None, changed_at=since)
        card = saved_card(resumed, await upcoming(bot, resumed), resumed=True)
        await interaction.response.send_message(view=card, ephemeral=True)

    @app_commands.command(name="remove")
    @app_commands.describe(channel="The channel whose daily post is meant")
    async def remove(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """End the daily post of a channel; what was posted stays"""
        feed = await chosen_feed(interaction, channel)
        await interaction.client.store.daily_feeds.remove(feed.channel_id)
        text = f"Removed: <#{feed.channel_id}> has no daily post any more."
        await interaction.response.send_message(view=notice_card(text), ephemeral=True)

    @app_commands.command(name="status")
    @app_commands.describe(channel="One channel; without it all of this server")
    async def status(self, interaction: BotInteraction, channel: discord.TextChannel | None = None) -> None:
        """The daily posts of this server: when the next one is, and what became of the last ones"""
        store, one = interaction.client.store, await chosen_feed(interaction, channel) if channel else None
        feeds = [one] if one else await store.daily_feeds.of_guild(interaction.guild_id or 0)
        if not feeds:
            raise InvalidInput("This server has no daily post. `/daily set` sets one up.")
        states = [
            (
                feed,
                await upcoming(interaction.client, feed),
                await store.daily_posts.recent(feed.channel_id, LAST_POSTS),
            )
            for feed in feeds
        ]
        await interaction.response.send_message(view=feeds_card(states), ephemeral=True)


class TriedPage(CardButton, template=TRIED):
    """Another of the last lists on which a set-up is tried."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place, for a member who manages the server."""
        draft_id = int(self.fields["draft"])
        draft = await kept_draft(interaction, draft_id)
        await interaction.response.defer()
        card = await tried_lists(interaction.client, draft, draft_id, page=int(self.fields["page"]))
        await interaction.edit_original_response(view=card)


class Decide(CardButton, template=DECIDE):
    """Save and Cancel under a proposed set-up; the draft is in the database, so they outlive a restart."""

    async def press(self, interaction: BotInteraction) -> None:
        """Save the draft, or forget it, for a member who manages the server that it was made in."""
        draft = await kept_draft(interaction, int(self.fields["draft"]))
        if self.fields["what"] == "save":
            await save(interaction, draft)
        else:
            await interaction.response.edit_message(view=notice_card("Nothing was changed."))


async def kept_draft(interaction: BotInteraction, draft_id: int, command: str = "daily") -> DailyFeed:
    """The set-up that a button of ``command`` belongs to, for whom the server lets use that command."""
    await check_let_in(interaction, command)
    draft = await interaction.client.store.daily_feeds.draft(draft_id)
    if draft is None or draft.guild_id != interaction.guild_id:
        raise InvalidInput("This proposal is too old. Use `/daily set` or `/setup` again.")
    return draft


async def tried_lists(bot: PaperBot, feed: DailyFeed, draft_id: int, *, page: int) -> discord.ui.LayoutView:
    """The page (0-based) of a set-up that is tried on the last lists."""
    return preview_card(feed, await editions_of(bot).tried(feed, bot.clock()), draft_id, page=page)


async def save(interaction: BotInteraction, draft: DailyFeed) -> None:
    """Make a draft the channel's set-up from now on, where the bot may still post there."""
    bot = interaction.client
    channel = interaction.guild.get_channel(draft.channel_id) if interaction.guild else None
    if channel is None:
        raise InvalidInput("That channel is gone. Use `/daily set` with another one.")
    check_channel(channel)
    feed = replace(draft, trouble=None, changed_by=interaction.user.id, changed_at=bot.clock())
    await bot.store.daily_feeds.save(feed)
    await interaction.response.edit_message(view=saved_card(feed, await upcoming(bot, feed)))
