"""Before the first papers are there: answers and searches say so, and what whoever runs the bot can do."""

from __future__ import annotations

import pytest

from bot.ask.answer_card import answer_card
from bot.papers.list_cards import search_card
from bot.papers.service import SearchResults
from retrieval.answering.types import Outcome, Question
from retrieval.library import Library
from retrieval.settings import LibrarySettings
from tests.bot.conftest import START
from tests.bot.ui.test_cards import words_of

TOLD = ("I don't have any papers yet.", "Whoever runs this bot can add some: python -m retrieval import FILE")


@pytest.mark.parametrize("text", ["What is COFFE?", "How does COFFE compare with CacheGen?"])
async def test_a_question_before_the_first_papers(text: str) -> None:
    """Nobody is asked to try other words, and small talk is still answered."""
    async with Library.of([], LibrarySettings(), lambda: START) as library:
        words = words_of(answer_card(await library.answer(Question(text)), 1))
        assert (await library.answer(Question("Hello!"))).outcome is Outcome.CHAT
    assert all(each in words for each in TOLD)
    assert "other words" not in words


async def test_a_search_before_the_first_papers() -> None:
    """The fault isn't in the words."""
    async with Library.of([], LibrarySettings(), lambda: START) as library:
        words = words_of(search_card(SearchResults(await library.search("quantization"), 1, 0)))
    assert all(each in words for each in TOLD)
    assert "other words" not in words
