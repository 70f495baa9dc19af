"""“Show in context”: the abstract that an answer quotes, the quoted sentences marked in it."""

from __future__ import annotations

from bot.ask.answer_buttons import get_answer
from bot.ask.context_card import context_card
from bot.ask.service import kept_quotes
from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.ui import custom_ids
from retrieval.answering.types import Quote
from retrieval.errors import InvalidInput


async def _quotes_by_paper(interaction: BotInteraction, answer_id: int) -> dict[str, list[Quote]]:
    """What an answer quoted, by paper. Raises ``InvalidInput`` where nothing of it is kept."""
    record = await get_answer(interaction, answer_id)
    found = dict[str, list[Quote]]()
    for quote in await kept_quotes(interaction.client, record.quotes):
        found.setdefault(quote.paper.id, []).append(quote)
    if not found:
        raise InvalidInput("I no longer have the abstract that this was quoted from. Ask again with `/ask`.")
    return found


class ShowInContext(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_CONTEXT):
    """The abstract of an answer's first paper; the others are one choice away."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show it."""
        quotes = await _quotes_by_paper(interaction, self.fields.answer)
        await send_ephemeral(interaction, context_card(self.fields.answer, quotes, next(iter(quotes))))


class ContextMenu(CardMenu[custom_ids.AnswerFields], custom_id=custom_ids.CONTEXT_MENU):
    """The menu of an answer's abstracts."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Show that abstract in place."""
        quotes = await _quotes_by_paper(interaction, self.fields.answer)
        if value not in quotes:
            raise InvalidInput("I no longer have that abstract.")
        await interaction.response.edit_message(view=context_card(self.fields.answer, quotes, value))
