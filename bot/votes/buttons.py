"""Vote for papers: the button beside a paper, and the menu below a long list."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, on_choice, on_press, send_ephemeral
from bot.ui import custom_ids
from bot.votes.cards import vote_card
from bot.votes.service import toggle_vote


@on_choice(custom_ids.VOTE_MENU, takes_place=False)
@on_press(custom_ids.VOTE, takes_place=False)
async def vote(interaction: BotInteraction, paper: str) -> None:
    """Vote for a paper; a second press removes the vote. It takes no place: people vote for several in a row."""
    bot = interaction.client
    result = await toggle_vote(bot.library, bot.store, bot.clock, interaction.guild_id, interaction.user.id, paper)
    await send_ephemeral(interaction, vote_card(result))
