"""Voting for papers: the button beside a paper, and the menu under a long list."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, CardButton, CardMenu
from bot.ui import custom_ids
from bot.votes.cards import voted_card
from retrieval.errors import InvalidInput


class Vote(CardButton[custom_ids.PaperFields], custom_id=custom_ids.VOTE):
    """A vote for a paper, taken back by a second press. Free: who reads a list votes for several in a row."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Count the vote and say so."""
        await vote(interaction, self.fields.paper)


class VoteMenu(CardMenu[custom_ids.NoFields], custom_id=custom_ids.VOTE_MENU):
    """The same by choosing a paper."""

    counted = False

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Count the vote and say so."""
        await vote(interaction, value)


async def vote(interaction: BotInteraction, paper_id: str) -> None:
    """Count a person's vote for a paper in the server where they pressed, or take it back, and say so to them."""
    bot, guild_id = interaction.client, interaction.guild_id
    if guild_id is None:
        raise InvalidInput("Votes are a server's own: vote in a server, under its daily post.")
    paper = await bot.library.paper(paper_id)
    stands = await bot.store.votes.toggle(guild_id, paper.id, interaction.user.id, bot.clock())
    votes = (await bot.store.votes.counts(guild_id, [paper.id])).get(paper.id, 0)
    await interaction.response.send_message(view=voted_card(paper, votes, stands=stands), ephemeral=True)
