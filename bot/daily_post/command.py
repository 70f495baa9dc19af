"""``/daily``: an administrator sets up the daily post of a channel."""

from __future__ import annotations

from datetime import time

import discord
from discord import app_commands
from discord.ext import commands

from bot.daily_post.feed_cards import feeds_card, proposal_card, saved_card
from bot.daily_post.options import Rules, WhenEmptyOption
from bot.daily_post.poster import preview
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import default_channel, feed_service
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.options import TimeOfDay, Weekdays, Zone
from bot.interactions.permissions import ManagerCog, check_channel, guild_of
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.texts import mark, tr
from bot.ui.notices import notice_card
from bot.web_feeds.cards import posts_feed_card
from bot.web_feeds.service import public_url_of

Channel = discord.TextChannel
Papers = app_commands.Range[int, 1, 25]
MinimumVotes = app_commands.Range[int, 0, 100_000]


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Daily(
    ManagerCog, commands.GroupCog, group_name="daily", group_description="Post each day's trending papers in a channel"
):
    """``/daily``"""

    @app_commands.command(name="set")
    @app_commands.rename(time_of_day="time")
    @app_commands.describe(
        channel="Channel to post in",
        time_of_day="Time of the post, 24-hour, like 09:00",
        zone="Time zone of that time: start typing a city or region",
        papers="Maximum number of papers",
        minimum_votes="Skip papers with fewer votes",
        weekdays="Every day, Monday to Friday, or days like mon,wed,fri",
        when_empty="What to do if the list is late or no paper matches",
        rules="Which papers, as in /search: #cs.CL votes:>5 -survey; “all” for every paper",
        server_votes="Count this server's own votes in the ranking",
        wait_until="With “wait”: when to stop waiting, 24-hour, like 14:00",
    )
    async def set(
        self,
        interaction: BotInteraction,
        channel: Channel,
        time_of_day: app_commands.Transform[time, TimeOfDay] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
        papers: Papers | None = None,
        minimum_votes: MinimumVotes | None = None,
        weekdays: app_commands.Transform[frozenset[int], Weekdays] | None = None,
        when_empty: app_commands.Transform[WhenEmpty, WhenEmptyOption] | None = None,
        rules: app_commands.Transform[str, Rules] | None = None,
        server_votes: bool | None = None,
        wait_until: app_commands.Transform[time, TimeOfDay] | None = None,
    ) -> None:
        """Set up or change a channel's daily post; nothing is saved until you press Save"""
        check_channel(channel)
        feed = await feed_service(interaction.client).edit(
            channel.guild.id,
            channel.id,
            interaction.user.id,
            time=time_of_day,
            zone=zone,
            papers=papers,
            minimum_votes=minimum_votes,
            weekdays=weekdays,
            when_empty=when_empty,
            rules=rules,
            server_votes=server_votes,
            wait_until=wait_until,
        )
        await propose(interaction, feed)

    @app_commands.command(name="preview")
    @app_commands.describe(
        channel="Channel whose settings to start from",
        rules="Which papers, as in /search: #cs.CL votes:>5 -survey; “all” for every paper",
        papers="Maximum number of papers",
        minimum_votes="Skip papers with fewer votes",
        server_votes="Count this server's own votes in the ranking",
    )
    async def preview(
        self,
        interaction: BotInteraction,
        channel: Channel | None = None,
        rules: app_commands.Transform[str, Rules] | None = None,
        papers: Papers | None = None,
        minimum_votes: MinimumVotes | None = None,
        server_votes: bool | None = None,
    ) -> None:
        """Preview settings on recent lists: what would be posted, what not, and why; nothing is saved"""
        guild, store, feeds = guild_of(interaction), interaction.client.store, feed_service(interaction.client)
        of_guild = await store.daily_feeds.of_guild(guild.id)
        channel = channel or default_channel(guild, interaction.channel_id, of_guild)
        options = {"rules": rules, "papers": papers, "minimum_votes": minimum_votes, "server_votes": server_votes}
        feed = await feeds.edit(guild.id, channel.id, interaction.user.id, **options)
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft_id = await store.daily_feeds.save_draft(feed)
        card = preview_card(feed, await feeds.recent_editions(feed), draft_id, page=0)
        await interaction.followup.send(view=card, ephemeral=True)

    @app_commands.command(name="pause")
    @app_commands.describe(channel="Channel whose daily post to pause")
    async def pause(self, interaction: BotInteraction, channel: Channel | None = None) -> None:
        """Pause a channel's daily post until you resume it"""
        feed = await find_feed(interaction, channel)
        await feed_service(interaction.client).pause(feed, interaction.user.id)
        paused = mark("Paused the daily post in {channel}. Use `/daily resume` to start it again.")
        text = tr(paused, channel=f"<#{feed.channel_id}>")
        await send_ephemeral(interaction, notice_card(text))

    @app_commands.command(name="resume")
    @app_commands.describe(channel="Channel whose daily post to resume")
    async def resume(self, interaction: BotInteraction, channel: Channel | None = None) -> None:
        """Resume a paused daily post"""
        feeds = feed_service(interaction.client)
        feed = await feeds.resume(await find_feed(interaction, channel), interaction.user.id)
        card = saved_card(feed, await feeds.next_post(feed), resumed=True)
        await send_ephemeral(interaction, card)

    @app_commands.command(name="remove")
    @app_commands.describe(channel="Channel whose daily post to remove")
    async def remove(self, interaction: BotInteraction, channel: Channel | None = None) -> None:
        """Remove a channel's daily post; messages already posted stay"""
        feed = await find_feed(interaction, channel)
        await feed_service(interaction.client).remove(feed)
        text = tr("Removed the daily post from {channel}.", channel=f"<#{feed.channel_id}>")
        await send_ephemeral(interaction, notice_card(text))

    @app_commands.command(name="feed")
    async def feed(self, interaction: BotInteraction) -> None:
        """This server's posts for feed readers: make private links, or turn them off"""
        public_url_of(interaction.client.settings.web)
        link = await interaction.client.store.private_links.of_posts(guild_of(interaction).id)
        await send_ephemeral(interaction, posts_feed_card(link))

    @app_commands.command(name="status")
    @app_commands.describe(channel="One channel; leave out for the whole server")
    async def status(self, interaction: BotInteraction, channel: Channel | None = None) -> None:
        """This server's daily posts: when the next one goes out, and what happened to the last ones"""
        channel_id = channel.id if channel else None
        histories = await feed_service(interaction.client).histories(interaction.guild_id or 0, channel_id)
        await send_ephemeral(interaction, feeds_card(histories))


async def find_feed(interaction: BotInteraction, channel: Channel | None) -> DailyFeed:
    """The daily post meant by a command. Raises ``InvalidInput``."""
    channel_id = channel.id if channel else None
    return await feed_service(interaction.client).find(interaction.guild_id or 0, channel_id, interaction.channel_id)


async def propose(interaction: BotInteraction, feed: DailyFeed) -> None:
    """Show the post as it would look now, then the settings with Save and Cancel, to this person only."""
    bot, feeds = interaction.client, feed_service(interaction.client)
    await interaction.response.defer(ephemeral=True, thinking=True)
    draft_id = await bot.store.daily_feeds.save_draft(feed)
    post = await preview(bot.library, bot.store, feed, bot.clock())
    if post is not None:
        await interaction.followup.send(view=post, ephemeral=True)
    suggestion = await feeds.suggested_rules(feed)
    card = proposal_card(feed, await feeds.next_post(feed), draft_id, previewed=post is not None, suggestion=suggestion)
    await interaction.followup.send(view=card, ephemeral=True)
