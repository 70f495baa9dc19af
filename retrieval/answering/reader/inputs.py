"""What the reader reads: a question with its context, and a sentence with its paper's title."""

from __future__ import annotations

from typing import NamedTuple

from retrieval.answering.question.analysis import Analysis


class ReaderPassage(NamedTuple):
    """A sentence and the title of its paper."""

    title: str
    sentence: str


def question_text(analysis: Analysis) -> str:
    """The question, after the previous one if it may be about the same."""
    context = analysis.needs_context or analysis.has_pronoun or analysis.continues
    if not context or not analysis.question.history:
        return analysis.text
    return f"{analysis.question.history[-1].question} {analysis.text}"
