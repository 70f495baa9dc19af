"""Below each title of every list of papers: the sentence that says what the paper does, as the abstract has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from discord import ui

from bot.daily_post.post_card import post_card
from bot.follows.alert_card import alert_card
from bot.link_cards.cards import links_card
from bot.papers.list_cards import search_card, similar_card
from bot.papers.service import SearchResults
from bot.papers.trending_card import trending_card
from bot.recap.cards import recap_card
from bot.recap.service import Period, Recap
from bot.storage.schedule import Frequency
from bot.ui.discord_limits import check
from retrieval.answering.types import ScoredPaper
from retrieval.english import Text
from retrieval.papers import Paper
from retrieval.query.query import Query
from retrieval.search.results import SearchPage
from retrieval.trending.results import Span, Trending
from retrieval.trending.score import Trend, rank
from tests.bot.ui.card_samples import NOW
from tests.bot.ui.test_cards import words_of

AIM = "We introduce a loader of contexts that reduces the bandwidth of number {}."
PAPERS = [
    Paper(
        id=f"2310.0724{n}",
        title=f"Loader {n}: Fast and Frugal Loading of Long Contexts for Language Models",
        abstract=f"Contexts have become long in recent years. {AIM.format(n)} It is 2.4 times faster.",
        authors=("Yuhan Liu", "Hanchen Li", "Yihua Cheng"),
        published=NOW,
        votes=40 - n,
    )
    for n in range(7)
]
DAY = date(2026, 8, 21)


def _search(papers: Sequence[Paper]) -> ui.LayoutView:
    found = SearchPage(Query("loader"), tuple(ScoredPaper(paper, 1.0) for paper in papers), len(papers), 0)
    return search_card(SearchResults(found, 1, 0))


def _recap(papers: Sequence[Paper]) -> ui.LayoutView:
    """A recap of a full week, in which people voted and asked much."""
    period = Period(Frequency.WEEKLY, date(2026, 8, 15), DAY)
    counted = tuple((paper, 3) for paper in papers[:5])
    top = tuple(Trend(paper, 1.0, Text(""), server_votes=2) for paper in papers)
    return recap_card(Recap(period, period, 99, 5, top, counted, counted, ((DAY, 9),)), 1, charted=True)


CARDS: dict[str, Callable[[Sequence[Paper]], ui.LayoutView]] = {
    "daily post": lambda papers: post_card(DAY, rank(papers, NOW), 1, len(papers)),
    "trending": lambda papers: trending_card(Trending(Span.DAY, DAY, DAY, tuple(rank(papers, NOW))), page=0),
    "search": _search,
    "similar": lambda papers: similar_card(papers[0], [ScoredPaper(paper, 1.0) for paper in papers]),
    "recap": _recap,
    "alert": lambda papers: alert_card(1, [("loader", paper) for paper in papers], len(papers)),
    "links": lambda papers: links_card(papers[:3]),
}


@pytest.mark.parametrize("name", CARDS)
def test_each_title_has_its_sentence(name: str) -> None:
    """Not the first one, which all papers of a field share, and not a part of it."""
    papers = PAPERS[:3] if name == "links" else PAPERS
    view = CARDS[name](papers)
    check(view)
    words = words_of(view)
    assert [AIM.format(n) in words for n in range(len(papers))] == [True] * len(papers)
    assert "Contexts have become long" not in words


def test_a_sentence_that_points_back_is_shown_from_its_statement() -> None:
    """A reader of the card hasn't read what "this" is."""
    paper = PAPERS[0].model_copy(update={"abstract": "Contexts are long. To address this, we introduce a loader."})
    words = words_of(CARDS["daily post"]([paper]))
    assert "…we introduce a loader." in words
    assert "To address this" not in words


def test_a_full_recap_has_the_sentences_of_its_first_papers() -> None:
    """Where long titles leave no room for all, the best papers keep theirs, and no paper is left out."""
    papers = [
        paper.model_copy(
            update={"id": f"a{n}", "title": f"{paper.title} {'and More ' * 8}", "link": f"https://a.example/{'x' * 80}"}
        )
        for n, paper in enumerate(PAPERS)
    ]
    words = words_of(_recap(papers))
    assert AIM.format(0) in words
    assert f"{len(papers)}. Loader {len(papers) - 1}" in words
