"""Vote for papers: the button beside a paper, and the menu below a long list."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.ui import custom_ids
from bot.votes.cards import vote_card
from bot.votes.service import toggle_vote


class VoteButton(CardButton[custom_ids.PaperFields], custom_id=custom_ids.VOTE):
    """Votes for a paper; a second press removes the vote. There's no cooldown: people vote for several in a row."""

    counted = False

    async def press(self, interaction: BotInteraction) -> None:
        """Count the vote."""
        await _vote(interaction, self.fields.paper)


class VoteMenu(CardMenu[custom_ids.NoFields], custom_id=custom_ids.VOTE_MENU):
    """Votes for the chosen paper, or removes the vote."""

    counted = False

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Count the vote."""
        await _vote(interaction, value)


async def _vote(interaction: BotInteraction, paper_id: str) -> None:
    bot = interaction.client
    result = await toggle_vote(bot.library, bot.store, bot.clock, interaction.guild_id, interaction.user.id, paper_id)
    await send_ephemeral(interaction, vote_card(result))
