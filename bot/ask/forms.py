"""Forms: the question about a message, and the report of a wrong answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import discord

from bot.ask.feedback_card import reported_card
from bot.ask.service import MAX_QUESTION_LENGTH
from bot.errors import reports_errors
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.storage.answers import AnswerRecord
from bot.storage.reports import Fault, Report
from retrieval.answering.types import Outcome, Turn

_MAX_COMMENT: Final = 500
_TIMEOUT: Final = 900  # seconds

_FAULTS: Final = {
    Fault.WRONG_PAPER: ("Wrong paper", "Another paper answers the question"),
    Fault.WRONG_SENTENCE: ("Wrong sentence", "Another sentence of the same paper answers it"),
    Fault.SHOULD_REFUSE: ("Should have refused", "No abstract answers the question"),
    Fault.SHOULD_ANSWER: ("Should have answered", "An abstract does answer the question"),
    Fault.OTHER: ("Something else", "Please describe it below"),
}
"""Label and description."""

Submit = Callable[[BotInteraction, str, tuple[Turn, ...]], Awaitable[None]]


class QuestionForm(discord.ui.Modal):
    """Asks for the question about a message that names papers but asks nothing."""

    question = discord.ui.TextInput[discord.ui.Modal](
        label="Your question",
        style=discord.TextStyle.paragraph,
        placeholder="For example: how much faster is it, and on which benchmark?",
        max_length=MAX_QUESTION_LENGTH,
    )

    def __init__(self, history: tuple[Turn, ...], submit: Submit) -> None:
        super().__init__(title="Ask about this", timeout=_TIMEOUT)
        self._history = history
        self._submit = submit

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Answer what was typed."""
        await self._submit(interaction, self.question.value, self._history)


def possible_faults(record: AnswerRecord) -> tuple[Fault, ...]:
    """What can be wrong with an answer, or with a refusal."""
    if record.outcome == Outcome.UNANSWERED:
        return (Fault.SHOULD_ANSWER, Fault.WRONG_PAPER, Fault.OTHER)
    return (Fault.WRONG_PAPER, Fault.WRONG_SENTENCE, Fault.SHOULD_REFUSE, Fault.OTHER)


class ReportForm(discord.ui.Modal):
    """Asks what is wrong with an answer."""

    def __init__(self, record: AnswerRecord) -> None:
        super().__init__(title="What's wrong with this answer?", timeout=_TIMEOUT)
        options = [
            discord.SelectOption(label=_FAULTS[fault][0], value=fault.value, description=_FAULTS[fault][1])
            for fault in possible_faults(record)
        ]
        self._answer_id = record.id or 0
        self._fault = discord.ui.Select[discord.ui.Modal](options=options, placeholder="Choose one")
        self._comment = discord.ui.TextInput[discord.ui.Modal](
            style=discord.TextStyle.paragraph, required=False, max_length=_MAX_COMMENT
        )
        self.add_item(discord.ui.Label(text="What's wrong?", component=self._fault))
        description = "Optional: the right paper or words. Whoever runs this bot will read it."
        self.add_item(discord.ui.Label(text="Comment", description=description, component=self._comment))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Store the report."""
        bot, fault = interaction.client, Fault(self._fault.values[0])
        comment = self._comment.value.strip()
        await bot.store.reports.keep(Report(self._answer_id, interaction.user.id, fault, comment, bot.clock()))
        await send_ephemeral(interaction, reported_card(self._answer_id, _FAULTS[fault][0]))
