"""Questions that name several commands."""

from __future__ import annotations

import pytest

from retrieval.answering.question.commands import asked_commands
from retrieval.answering.question.intents import Intent


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("what is the difference between /save and /follow", (Intent.SAVE, Intent.FOLLOW)),
        ("should I use /search or /ask?", (Intent.SEARCH, Intent.WHERE)),
        ("what's the difference between trending and recap?", (Intent.TRENDING, Intent.RECAP)),
        ("/daily status and /daily set", ()),
        ("/save or /saved", ()),
        ("what does /save do?", ()),
        ("LoRA vs search", ()),
        ("see https://example.org/save/follow and /help", ()),
        ("what's the difference between search and planning?", ()),
    ],
)
def test_each_of_several_commands_is_told(text: str, told: tuple[Intent, ...]) -> None:
    """In their order; one alone is recognised like any question about the bot."""
    assert asked_commands(text) == told
