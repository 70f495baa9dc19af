"""Forms: the question about a message, and the report of a wrong answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import discord
from discord import ui

from bot.ask.service import MAX_QUESTION_LENGTH
from bot.storage.answers import AnswerRecord
from bot.storage.reports import Fault
from bot.texts import mark, tr
from bot.ui import custom_ids
from bot.ui.forms import form, menu_field, text_field
from retrieval.answering.types import Outcome

_MAX_COMMENT: Final = 500
_MAX_PAPERS: Final = 70  # characters of their ids in the form's own

FAULTS: Final = {
    Fault.WRONG_PAPER: (mark("Wrong paper"), mark("Another paper answers the question")),
    Fault.WRONG_SENTENCE: (mark("Wrong sentence"), mark("Another sentence of the same paper answers it")),
    Fault.SHOULD_REFUSE: (mark("Should have refused"), mark("No abstract answers the question")),
    Fault.SHOULD_ANSWER: (mark("Should have answered"), mark("An abstract does answer the question")),
    Fault.OTHER: (mark("Something else"), mark("Please describe it below")),
}
"""Label and description."""


def question_form(message_id: int, papers: Iterable[str]) -> ui.Modal:
    """Asks for the question about a message that names papers but asks nothing.

    The form carries as many of them as fit, in case the message can't be read any more when it is submitted.
    """
    ids = ""
    for paper in papers:
        longer = f"{ids},{paper}" if ids else paper
        if len(longer) > _MAX_PAPERS or ":" in paper:
            break
        ids = longer
    hint = mark("For example: how much faster is it, and on which benchmark?")
    question = text_field("question", "Your question", max_length=MAX_QUESTION_LENGTH, placeholder=hint, long=True)
    return form("Ask about this", custom_ids.QUESTION_FORM(message_id, ids), question)


def possible_faults(record: AnswerRecord) -> tuple[Fault, ...]:
    """What can be wrong with an answer, or with a refusal."""
    if record.outcome == Outcome.UNANSWERED:
        return (Fault.SHOULD_ANSWER, Fault.WRONG_PAPER, Fault.OTHER)
    return (Fault.WRONG_PAPER, Fault.WRONG_SENTENCE, Fault.SHOULD_REFUSE, Fault.OTHER)


def report_form(record: AnswerRecord) -> ui.Modal:
    """Asks what is wrong with an answer."""
    faults = [
        discord.SelectOption(label=tr(FAULTS[fault][0]), value=fault.value, description=tr(FAULTS[fault][1]))
        for fault in possible_faults(record)
    ]
    hint = mark("Optional: the right paper or words. Whoever runs this bot will read it.")
    return form(
        "What's wrong with this answer?",
        custom_ids.REPORT_FORM(record.id or 0),
        menu_field("fault", "What's wrong?", faults, asks="Choose one"),
        text_field("comment", "Comment", hint, max_length=_MAX_COMMENT, required=False, long=True),
    )
