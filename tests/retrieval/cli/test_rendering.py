"""What a terminal shows: quotes with the answering words in bold, and the paper's link."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rich.text import Text

from retrieval.answering.types import Answer, MatchLevel, Outcome, Question, Quote, ScoredPaper
from retrieval.catalogue import Added
from retrieval.cli.rendering import NO_ANSWER, added_text, answer_text, search_text, trending_text
from retrieval.english import data
from retrieval.papers import Listing, Paper
from retrieval.query.query import parse
from retrieval.search.results import SearchPage
from retrieval.trending.results import Span, Trending
from retrieval.trending.score import rank

PAPER = Paper(id="2401.00001", title="Graphs [bold]", abstract="We study graphs. They are 3x faster [1].")
QUESTION = Question("How fast?")


def emphasised(text: Text) -> list[str]:
    """The pieces of ``text`` that are bold."""
    return [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]


def test_a_quote_is_shown_verbatim_with_its_highlights_in_bold() -> None:
    """Square brackets in abstracts and titles are text, not markup."""
    quote = Quote(PAPER, 17, 40, highlights=((26, 28), (29, 35)), score=0.8)
    text = answer_text(
        Answer(QUESTION, Outcome.ANSWERED, "result", (quote,), confidence=0.834, match=MatchLevel.POSSIBLE)
    )
    assert "“They are 3x faster [1].”" in text.plain
    assert emphasised(text) == ["3x", "faster"]
    assert "Graphs [bold]" in text.plain
    assert "https://arxiv.org/abs/2401.00001" in text.plain
    assert "Possible match. Confidence 83%" in text.plain


def test_quotes_of_one_paper_name_it_once() -> None:
    """Two quotes from a paper are above its title; the confidence is never 100%."""
    quotes = (Quote(PAPER, 17, 40, (), 0.8), Quote(PAPER, 0, 16, (), 0.7))
    text = answer_text(Answer(QUESTION, Outcome.ANSWERED, "result", quotes, confidence=1.0, elapsed_ms=12.4)).plain
    assert text.startswith("“They are 3x faster [1].”\n“We study graphs.”\n— Graphs [bold]\n")
    assert text.count("Graphs [bold]") == 1
    assert text.endswith("Confidence over 99%, 12 ms")


def test_a_refusal_names_the_nearest_papers() -> None:
    """Without an answer there is no quote, but there are papers to read."""
    text = answer_text(Answer(QUESTION, Outcome.UNANSWERED, "result", papers=(ScoredPaper(PAPER, 0.1),))).plain
    assert text.startswith("I couldn't find this in the abstracts.\n\nNearest papers:")
    assert "1. Graphs [bold]\n   https://arxiv.org/abs/2401.00001" in text
    assert answer_text(Answer(QUESTION, Outcome.UNANSWERED, "result")).plain == NO_ANSWER


def test_a_refusal_shows_what_the_nearest_paper_says() -> None:
    """Before the list of the nearest papers."""
    instead = (Quote(PAPER, 0, 4, (), 0.5),)
    text = answer_text(Answer(QUESTION, Outcome.UNANSWERED, "result", also=instead, papers=(ScoredPaper(PAPER, 1.0),)))
    assert f"What the nearest paper says:\n\n“{instead[0].text}”" in text.plain


def test_small_talk_is_only_the_reply() -> None:
    """Small talk is answered with the reply alone."""
    assert (
        answer_text(Answer(QUESTION, Outcome.CHAT, "thanks", reply=data("You are welcome."))).plain
        == "You are welcome."
    )


def test_hits_are_numbered_from_their_offset() -> None:
    """The second page doesn't start at 1, and the total is that of all hits."""
    page = SearchPage(parse("graphs"), (ScoredPaper(PAPER, 4.256),), total=1_234, offset=10)
    text = search_text(page).plain
    assert "11. Graphs [bold]" in text
    assert "score 4.26" in text
    assert "1 of 1,234 papers" in text
    assert search_text(SearchPage(parse("x"), (), 0, 0)).plain == "No paper matches."


def test_a_trending_list_says_when_and_why() -> None:
    """The heading has the day or days, each paper the reason for its rank."""
    day = date(2026, 3, 8)
    paper = PAPER.model_copy(update={"listing": Listing(name="2026-03-08", day=day, position=0), "votes": 32})
    ranked = tuple(rank([paper], datetime(2026, 3, 10, 14, tzinfo=UTC)))
    one_day = trending_text(Trending(Span.DAY, day, day, ranked), ranked).plain
    assert one_day.startswith("Trending on 8 March 2026\n\n1. Graphs [bold]")
    assert "32 votes in 2 days" in one_day
    assert "from 2 March 2026 to 8" in trending_text(Trending(Span.WEEK, date(2026, 3, 2), day, ranked), ranked).plain
    assert trending_text(Trending(Span.DAY, None, None, ranked), ranked).plain.startswith("Papers of the page")
    assert trending_text(Trending(Span.DAY, None, None, ()), ()).plain == "There are no lists yet."


def test_an_import_says_what_it_changed() -> None:
    """New, changed and unchanged papers are counted separately."""
    assert added_text(Added(new=1, changed=2, unchanged=3_000)).plain == "1 new paper, 2 changed, 3,000 unchanged."
