"""“Report”: what is wrong with an answer, told to whoever runs the bot, in a small window."""

from __future__ import annotations

import discord

from bot.ask.answer_buttons import get_answer
from bot.ask.feedback_card import reported_card
from bot.errors import reports_errors
from bot.interactions.components import BotInteraction, CardButton, send_ephemeral
from bot.storage.answers import AnswerRecord
from bot.storage.reports import Fault, Report
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.answering.types import Outcome

_LONGEST = 500  # characters of a comment

_WORDS = {
    Fault.WRONG_PAPER: ("Wrong paper", "Another paper answers the question"),
    Fault.WRONG_SENTENCE: ("Wrong sentence", "The right paper, but another sentence of it answers"),
    Fault.SHOULD_REFUSE: ("Should have refused", "No abstract answers that question"),
    Fault.SHOULD_ANSWER: ("Should have answered", "An abstract does answer the question"),
    Fault.OTHER: ("Something else", "Please say what"),
}


def faults_of(record: AnswerRecord) -> tuple[Fault, ...]:
    """What may be wrong with an answer, or with a refusal."""
    if record.outcome == Outcome.UNANSWERED:
        return (Fault.SHOULD_ANSWER, Fault.WRONG_PAPER, Fault.OTHER)
    return (Fault.WRONG_PAPER, Fault.WRONG_SENTENCE, Fault.SHOULD_REFUSE, Fault.OTHER)


class ReportWindow(discord.ui.Modal):
    """Asks what is wrong. A window of an earlier run of the bot cannot be sent any more; Discord says so."""

    def __init__(self, record: AnswerRecord) -> None:
        super().__init__(title="What is wrong with this answer?", timeout=900)
        options = [
            discord.SelectOption(label=_WORDS[fault][0], value=fault.value, description=_WORDS[fault][1])
            for fault in faults_of(record)
        ]
        self._answer_id = record.id or 0
        self._fault = discord.ui.Select[discord.ui.Modal](options=options, placeholder="Choose one")
        self._comment = discord.ui.TextInput[discord.ui.Modal](
            style=discord.TextStyle.paragraph, required=False, max_length=_LONGEST
        )
        self.add_item(discord.ui.Label(text="What is wrong?", component=self._fault))
        described = "Optional: the paper or the words that would be right. Whoever runs me reads it."
        self.add_item(discord.ui.Label(text="Comment", description=described, component=self._comment))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Keep the report; it can be taken back."""
        bot, fault = interaction.client, Fault(self._fault.values[0])
        comment = self._comment.value.strip()
        report = Report(self._answer_id, interaction.user.id, fault, comment, bot.clock())
        await bot.store.reports.keep(report)
        await send_ephemeral(interaction, reported_card(self._answer_id, _WORDS[fault][0]))


class ReportAnswer(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_REPORT):
    """Opens the window."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask what is wrong."""
        await interaction.response.send_modal(ReportWindow(await get_answer(interaction, self.fields.answer)))


class TakeBack(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.REPORT_UNDO):
    """Takes a report back."""

    async def press(self, interaction: BotInteraction) -> None:
        """Drop it, in place."""
        reports = interaction.client.store.reports
        there = await reports.take_back(self.fields.answer, interaction.user.id)
        text = "Taken back." if there else "It is taken back already."
        await interaction.response.edit_message(view=notice_card(text))
