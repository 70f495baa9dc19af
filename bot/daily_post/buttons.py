"""The buttons below a daily post."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.daily_post.post_card import whole_list_card
from bot.interactions.components import BotInteraction, CardButton, send_ephemeral
from bot.ui import custom_ids
from retrieval.errors import InvalidInput
from retrieval.trending.results import Days
from retrieval.trending.score import rank


class WholeList(CardButton, template=custom_ids.POST):
    """The whole list of a daily post."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the first page of the list that was posted, as its papers rank now."""
        await send_ephemeral(interaction, await _whole_list(interaction, int(self.fields["post"]), 0))


class WholeListPage(CardButton, template=custom_ids.POST_PAGE):
    """Another page of the whole list of a daily post."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        card = await _whole_list(interaction, int(self.fields["post"]), int(self.fields["page"]))
        await interaction.response.edit_message(view=card)


async def _whole_list(interaction: BotInteraction, post_id: int, page: int) -> discord.ui.LayoutView:
    """A page of what a post was made of, ranked with this server's votes. Raises ``InvalidInput`` where it is gone."""
    bot = interaction.client
    claim = await bot.store.daily_posts.get(post_id)
    posted = await bot.library.lists.named(claim.list_name) if claim else None
    if claim is None or posted is None:
        raise InvalidInput("I no longer have that list. `/trending` shows the newest one.")
    ranked = posted.ranked
    if claim.first_day is not None and posted.day is not None:
        ranked = (await bot.library.lists.trending(Days(claim.first_day, posted.day))).ranked
    papers = [each.paper for each in ranked]
    votes = await bot.store.votes.counts(interaction.guild_id or 0, [paper.id for paper in papers])
    ranked = tuple(rank(papers, bot.clock(), votes))
    return whole_list_card(replace(posted, ranked=ranked), post_id, page=page, first=claim.first_day)
