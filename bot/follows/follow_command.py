"""``/follow``: new papers on words, by an author, in a category or for a whole search, by direct message."""

from __future__ import annotations

import logging
from dataclasses import replace

from discord import app_commands
from discord.ext import commands

from bot.errors import REQUEST_FAILURES
from bot.follows.follow_cards import dms_closed_card, query_error_card
from bot.follows.service import follow_text, follower_of, mend_of, new_page, state_of
from bot.interactions.autocomplete import author_autocomplete, category_autocomplete, query_autocomplete
from bot.interactions.components import BotInteraction, CardButton
from bot.interactions.options import Zone
from bot.interactions.schedule_choice import change_schedule, frequency_choices
from bot.storage.schedule import Frequency
from bot.ui import custom_ids
from retrieval.errors import InvalidInput, QueryError
from retrieval.query.query import compose_query

log = logging.getLogger(__name__)

FREQUENCIES = (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY)


class Follow(commands.Cog):
    """Following by command."""

    @app_commands.command(name="follow")
    @app_commands.choices(often=frequency_choices(*FREQUENCIES))
    @app_commands.describe(
        words="Words that must all be there, or a whole search: “phrases”, -exclusions, OR, has:code",
        author="Part of an author's name",
        category="An arXiv category, for example cs.CL",
        often="How often I write to you, about all that you follow",
        hour="At which hour of your day, 0 to 23, for a daily or weekly message",
        zone="Your time zone: type a part of its name",
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
        """Hear of new papers by direct message: on words, by an author, in a category"""
        bot, user_id = interaction.client, interaction.user.id
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            made = await follow_text(bot, user_id, compose_query(words, author=author, category=category))
        except QueryError as error:
            card = query_error_card(error, await mend_of(bot, user_id, error))
            await interaction.followup.send(view=card, ephemeral=True)
            return
        if (often, hour, zone) != (None, None, None):
            now = await follower_of(bot, user_id)
            schedule = change_schedule(now.schedule, often, hour, zone)
            await bot.store.follows.set_follower(replace(now, **schedule.columns, changed_at=bot.clock()))
        await interaction.followup.send(view=await new_page(bot, made), ephemeral=True)

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: BotInteraction, _command: object) -> None:
        """Tell a person once, below the next command of theirs, that messages to them are refused."""
        bot, user_id = interaction.client, interaction.user.id
        if not interaction.response.is_done() or not await bot.store.follows.take_notice(user_id):
            return
        try:
            await interaction.followup.send(view=dms_closed_card(await state_of(bot, user_id)), ephemeral=True)
        except REQUEST_FAILURES as error:
            log.info("%s could not be told that their messages are refused (%r): at their next command", user_id, error)
            await bot.store.follows.give_notice_back(user_id)


class FollowText(CardButton, template=custom_ids.FOLLOW_TEXT):
    """Follow what was probably meant."""

    async def press(self, interaction: BotInteraction) -> None:
        """Follow it, and say so in the place of the mistake."""
        text = await kept_text(interaction, int(self.fields["search"]))
        await interaction.response.defer()
        made = await follow_text(interaction.client, interaction.user.id, text)
        await interaction.edit_original_response(view=await new_page(interaction.client, made))


async def kept_text(interaction: BotInteraction, search_id: int) -> str:
    """The text of a kept search. Raises ``InvalidInput`` once it has been cleaned away."""
    text = await interaction.client.store.searches.get(search_id)
    if text is None:
        raise InvalidInput("This is too old: I no longer have it. Use `/follow` again.")
    return text
