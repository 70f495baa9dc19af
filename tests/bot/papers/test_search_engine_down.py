"""A search engine on another machine isn't responding: people read so, and all that needs no search goes on."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import Any

import pytest

from retrieval.errors import SearchUnavailable
from retrieval.index import Index
from tests.bot.ask.test_conversation import mention
from tests.bot.conftest import World, said, seen

SENTENCE = "The search engine isn't responding right now. Please try again in a few minutes."


@pytest.fixture
def engine(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose search engine is down."""
    index = world.bot.library._index

    async def down(*_: Any, **__: Any) -> Index:
        raise SearchUnavailable(SENTENCE)

    monkeypatch.setattr(index, "for_query", down)
    monkeypatch.setattr(index, "for_searches", down)
    whole = index._index.is_whole
    monkeypatch.setattr(type(index._index), "is_whole", not whole)
    return world


async def test_searches_and_questions_say_so(engine: World) -> None:
    """In the same words, and not as a defect."""
    assert SENTENCE in said(await engine.member.slash(engine.channel, "search", words="language models"))
    await engine.member.send(engine.channel, mention(engine, "How much bandwidth does it save?"))
    assert seen(engine.last).startswith(SENTENCE)
    assert "Reference" not in seen(engine.last)


async def test_what_needs_no_search_goes_on(engine: World) -> None:
    """Papers by their id, lists, new follows, saved papers."""
    paper = await anext(engine.bot.library.everything())
    assert paper.title in said(await engine.member.slash(engine.channel, "paper", paper=paper.id))
    assert paper.title in said(await engine.member.slash(engine.channel, "trending"))
    assert "language models" in said(await engine.member.slash(engine.channel, "follow", words="language models"))
    await engine.member.slash(engine.channel, "save", paper=paper.id)
    assert paper.title in said(await engine.member.slash(engine.channel, "saved"))
