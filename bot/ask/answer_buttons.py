"""The buttons below an answer: other quotes, the paper, similar papers, why, feedback."""

from __future__ import annotations

from bot.ask.answer_card import other_quotes_card
from bot.ask.feedback_card import verdict_card
from bot.ask.service import kept_quotes
from bot.ask.why_card import why_card
from bot.interactions.components import BotInteraction, CardButton, send_ephemeral
from bot.papers.buttons import show_paper, show_similar_papers
from bot.storage.answers import AnswerRecord
from bot.ui import custom_ids
from retrieval.answering.types import Question
from retrieval.errors import InvalidInput


async def get_answer(interaction: BotInteraction, answer_id: int) -> AnswerRecord:
    """The kept answer that a button belongs to. Raises ``InvalidInput`` once it has been cleaned away."""
    record = await interaction.client.store.answers.get(answer_id)
    if record is None:
        raise InvalidInput("This answer is too old: I no longer have it. Ask again with `/ask`.")
    return record


class OtherQuotes(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.OTHER_QUOTES):
    """Further sentences for an answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the kept sentences that came next, of the abstracts that were quoted then."""
        record = await get_answer(interaction, self.fields.answer)
        quotes = await kept_quotes(interaction.client, record.also)
        await send_ephemeral(interaction, other_quotes_card(self.fields.answer, quotes))


class AnswerPaper(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_PAPER):
    """The first paper of an answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the paper."""
        record = await get_answer(interaction, self.fields.answer)
        await show_paper(interaction, _first_paper(record))


class AnswerSimilar(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_SIMILAR):
    """Papers like the first one of an answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the papers."""
        await show_similar_papers(interaction, _first_paper(await get_answer(interaction, self.fields.answer)))


class AnswerWhy(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_WHY):
    """Why an answer is the answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask once more, in the same conversation, and show why that is the answer; it may have changed."""
        record = await get_answer(interaction, self.fields.answer)
        await interaction.response.defer(ephemeral=True, thinking=True)
        answer, why = await interaction.client.library.explain(Question(record.question, record.history))
        given = [(each.paper_id, each.start, each.end) for each in record.quotes]
        now = [(each.paper.id, each.start, each.end) for each in answer.quotes]
        shown = why_card(answer, why, changed=now != given, answer_id=record.id)
        await interaction.followup.send(view=shown, ephemeral=True)


class Feedback(CardButton[custom_ids.VerdictFields], custom_id=custom_ids.FEEDBACK):
    """A verdict on an answer: one for each person, taken back by pressing it again."""

    async def press(self, interaction: BotInteraction) -> None:
        """Keep the verdict and say so."""
        useful = self.fields.verdict == "useful"
        bot, answer_id = interaction.client, self.fields.answer
        await get_answer(interaction, self.fields.answer)
        verdict = await bot.store.feedback.set(answer_id, interaction.user.id, useful, bot.clock())
        await send_ephemeral(interaction, verdict_card(answer_id, verdict))


def _first_paper(record: AnswerRecord) -> str:
    if not record.papers:
        raise InvalidInput("This answer names no paper.")
    return record.papers[0][0]
