"""``/follow`` and ``/following``: direct messages about new papers."""

from __future__ import annotations

import logging

from discord import app_commands
from discord.ext import commands

from bot.errors import REQUEST_FAILURES
from bot.follows.buttons import new_follow
from bot.follows.follow_cards import dms_closed_card, follow_list_card, query_error_card
from bot.follows.service import FREQUENCIES, follow_service
from bot.interactions.autocomplete import author_autocomplete, category_autocomplete, query_autocomplete
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.options import Zone
from bot.interactions.schedule_choice import change_schedule, frequency_choices
from retrieval.errors import QueryError
from retrieval.query.query import compose_query

log = logging.getLogger(__name__)


class FollowCommands(commands.Cog):
    """Commands about follows."""

    @app_commands.command(name="follow")
    @app_commands.choices(often=frequency_choices(*FREQUENCIES))
    @app_commands.describe(
        words="Words that must all appear, or a whole search: “phrases”, -exclusions, OR, has:code",
        author="Part of an author's name",
        category="An arXiv category, for example cs.CL",
        often="How often I write to you about everything you follow",
        hour="The hour of your day, 0 to 23, for daily and weekly messages",
        zone="Your time zone: type part of its name",
    )
    @app_commands.autocomplete(words=query_autocomplete, author=author_autocomplete, category=category_autocomplete)
    async def follow(
        self,
        interaction: BotInteraction,
        words: app_commands.Range[str, 1, 300] = "",
        author: app_commands.Range[str, 1, 100] | None = None,
        category: app_commands.Range[str, 1, 30] | None = None,
        often: str | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
    ) -> None:
        """Get a direct message about new papers: with words, by an author, in a category"""
        service, user_id = follow_service(interaction.client), interaction.user.id
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            follow = await service.follow(user_id, compose_query(words, author=author, category=category))
        except QueryError as error:
            card = query_error_card(error, await service.suggest(user_id, error))
            await interaction.followup.send(view=card, ephemeral=True)
            return
        if (often, hour, zone) != (None, None, None):
            schedule = (await service.follower(user_id)).schedule
            await service.set_schedule(user_id, change_schedule(schedule, often, hour, zone))
        await interaction.followup.send(view=await new_follow(service, follow), ephemeral=True)

    @app_commands.command(name="following")
    async def following(self, interaction: BotInteraction) -> None:
        """What you follow: preview, edit, pause or remove it, and choose when you're notified"""
        status = await follow_service(interaction.client).status(interaction.user.id)
        await send_ephemeral(interaction, follow_list_card(status))

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: BotInteraction, _command: object) -> None:
        """Say once, after the person's next command, that direct messages to them are refused."""
        service, user_id = follow_service(interaction.client), interaction.user.id
        follows = service.store.follows
        if not interaction.response.is_done() or not await follows.claim_notice(user_id):
            return
        try:
            await interaction.followup.send(view=dms_closed_card(await service.status(user_id)), ephemeral=True)
        except REQUEST_FAILURES as error:
            log.info("Could not tell %s about refused messages (%r): will retry at the next command", user_id, error)
            await follows.release_notice(user_id)
