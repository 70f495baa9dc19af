"""Cards: within Discord's limits and harmless for every paper there is, and saying what they should."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.ask.answer_card import Audience, answer_card, more_card, other_quotes_card
from bot.ask.service import ExplainedAnswer
from bot.ask.why_card import why_card
from bot.daily_post.post_card import post_card, whole_list_card
from bot.papers.list_cards import choose_card, search_card, similar_card
from bot.papers.paper_card import paper_card
from bot.papers.service import SearchResults
from bot.papers.trending_card import trending_card
from bot.ui import custom_ids
from bot.ui.command_mentions import CommandMentions
from bot.ui.components import card, texts_within, title_link
from bot.ui.discord_limits import CardTooLarge, check
from bot.ui.notices import about_card, error_card, help_card, notice_card
from retrieval.answering.output.explanation import Explanation, WordMatch
from retrieval.answering.types import Answer, MatchLevel, Outcome, Question, Quote, ScoredPaper
from retrieval.catalogue import ListSummary
from retrieval.english import Text
from retrieval.papers import Listing, Paper
from retrieval.query.query import Query
from retrieval.search.results import SearchPage, Stats
from retrieval.trending.results import DayList, Span, Trending
from retrieval.trending.score import Trend, rank
from tests.bot.ui.card_samples import (
    NOW,
    answer_of,
    cards_of_many,
    cards_of_one,
    nasty_papers,
    oddest_places,
    quotes_of,
    recorded_papers,
    why_of,
)
from tests.bot.ui.discord_markdown import read
from tests.shared_data import needs_shared

PAPER = Paper(
    id="2310.07240",
    title="CacheGen: Fast Context Loading",
    abstract="Contexts are long. CacheGen reduces bandwidth by 3.7x. It encodes caches. It is 2.4\\times faster.",
    authors=("Yuhan Liu", "Hanchen Li", "Yihua Cheng"),
    published=NOW,
    listing=Listing(name="2026-08-21", day=date(2026, 8, 21), position=0),
    votes=12,
)
OTHER = PAPER.model_copy(update={"id": "2401.00001", "title": "DistServe", "authors": ("Yinmin Zhong",), "votes": 1})
OWN = {"quote", "heading", "small", "bold", "link", "address", "italic", "code"}
"""Formatting that cards use themselves. Anything else came out of somebody's text."""


def words_of(view: ui.LayoutView) -> str:
    """What a person reads on a card, buttons included, Markdown read as Discord reads it."""
    return "\n".join(each if isinstance(each, str) else each.label or "" for each in _parts(view))


def _parts(view: ui.LayoutView) -> Iterable[str | ui.Button[ui.LayoutView]]:
    for item in view.walk_children():
        if isinstance(item, ui.TextDisplay):
            yield read(item.content).shown
        elif isinstance(item, ui.Button):
            yield item


def buttons_of(view: ui.LayoutView) -> dict[str, ui.Button[ui.LayoutView]]:
    """A card's buttons by what is written on them."""
    return {each.label or "": each for each in _parts(view) if not isinstance(each, str)}


def raw(view: ui.LayoutView) -> str:
    """A card's Markdown."""
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def hold(views: Iterable[ui.LayoutView]) -> None:
    """Check the limits of cards, and that no text of a paper became formatting."""
    for view in views:
        check(view)
        for item in view.walk_children():
            if isinstance(item, ui.TextDisplay):
                reading = read(item.content)
                assert set(reading.effects) <= OWN, item.content
                assert not any("evil" in link for link in reading.links), item.content


# --- every paper there is ----------------------------------------------------------------------------


def test_nasty_papers_break_no_card() -> None:
    """664 authors, titles of 5,000 characters, hostile Markdown, no text: each card keeps the limits."""
    papers = nasty_papers()
    for paper in papers:
        hold(cards_of_one(paper))
    for start in range(0, len(papers), 25):
        hold(cards_of_many(papers[start : start + 25]))


@needs_shared
@pytest.mark.parametrize("chunk", range(4))
def test_no_recorded_paper_breaks_a_limit(chunk: int) -> None:
    """Every paper of the daily lists of three years in lists, and the oddest and every tenth in cards of their own."""
    papers = recorded_papers()[chunk::4]
    assert len(papers) > 2_000
    for start in range(0, len(papers), 25):
        hold(cards_of_many(papers[start : start + 25]))
    for number, paper in enumerate({*oddest_places(papers), *range(0, len(papers), 10)}):
        hold(cards_of_one(papers[paper], explained=number % 8 == 0))


@needs_shared
@pytest.mark.soak
@pytest.mark.parametrize("chunk", range(8))
def test_no_card_of_any_recorded_paper_breaks_a_limit(chunk: int) -> None:
    """Every card of every paper."""
    for paper in recorded_papers()[chunk::8]:
        hold(cards_of_one(paper))


@needs_shared
def test_the_paper_with_the_most_authors_names_some_and_counts_the_rest() -> None:
    """664 authors become a dozen and a number."""
    paper = max(recorded_papers(), key=lambda paper: len(paper.authors))
    assert f"and {len(paper.authors) - 12} others" in words_of(paper_card(paper))


@given(st.text(min_size=1, max_size=300), st.text(max_size=2_000))
def test_no_text_at_all_breaks_a_card(title: str, abstract: str) -> None:
    """Whatever characters a title and an abstract are made of."""
    if not title.split():
        title = "Untitled"
    hold(cards_of_one(PAPER.model_copy(update={"title": title, "abstract": " ".join(abstract.split())})))


@pytest.mark.parametrize("title", ["\u200d", "\u2800", "\u200b \u2800\ufeff"])
def test_a_title_that_nobody_sees_has_a_placeholder(title: str) -> None:
    """A link without text can't be pressed."""
    assert title_link(Paper(id="2401.00001", title=title), 100, 100) == "[Untitled](<https://arxiv.org/abs/2401.00001>)"


async def test_discord_py_keeps_no_card_in_memory() -> None:
    """A card is stopped when it is made: presses are recognised by custom ids only."""
    assert paper_card(PAPER).is_finished()
    assert all(view.is_finished() for view in cards_of_many([PAPER, OTHER]))


# --- the check itself --------------------------------------------------------------------------------


def _view(*items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView()
    for item in items:
        view.add_item(item)
    return view


def _button(
    label: str, *, custom_id: str | None = None, url: str | None = None, emoji: str | None = None
) -> ui.ActionRow[ui.LayoutView]:
    return ui.ActionRow(ui.Button[ui.LayoutView](label=label, custom_id=custom_id, url=url, emoji=emoji))


def _text(content: str) -> ui.TextDisplay[ui.LayoutView]:
    return ui.TextDisplay(content)


def _select(*values: int, label: str = "a") -> ui.ActionRow[ui.LayoutView]:
    options = [discord.SelectOption(label=label, value=str(value)) for value in values]
    return ui.ActionRow(ui.Select[ui.LayoutView](custom_id="a", options=options))


FAULTY: list[tuple[list[ui.Item[ui.LayoutView]], str]] = [
    ([], "0 components"),
    ([_text("x" * 2_001), _text("x" * 2_000)], "4001 characters"),
    ([_text(" ")], "empty text"),
    ([_button("x" * 81, custom_id="a")], "labelled"),
    ([_button("", custom_id="a", emoji="👍")], "labelled"),
    ([_button("a", custom_id="x" * 101)], "custom_id"),
    ([_button("a", custom_id="a"), _button("b", custom_id="a")], "2 components"),
    ([_button("a", url="ftp://a.example")], "leads to"),
    ([_button("a", url="https://a.example/" + "x" * 500)], "leads to"),
    ([_select()], "a menu of 0 options"),
    ([_select(*range(26))], "a menu of 26 options"),
    ([_select(1, label="x" * 101)], "the option"),
    ([_select(1, label=" ")], "the option"),
    ([_select(10**100)], "the option"),
    ([_select(1, 1)], "options with the same value"),
]


@pytest.mark.parametrize(("items", "fault"), FAULTY)
def test_the_check_finds_each_fault(items: list[ui.Item[ui.LayoutView]], fault: str) -> None:
    """A card that Discord would refuse is refused here first, with the reason."""
    with pytest.raises(CardTooLarge, match=fault):
        check(_view(*items))


# --- answers -----------------------------------------------------------------------------------------


def _quote(paper: Paper, sentence: str, words: str = "", *, score: float = 0.9) -> Quote:
    start = paper.abstract.index(sentence)
    at = paper.abstract.index(words) if words else 0
    marks = ((at, at + len(words)),) if words else ()
    return Quote(paper, start, start + len(sentence), marks, score)


def test_an_answer_shows_question_quote_source_and_certainty() -> None:
    """Small question, quote with the answering words bold, linked title, authors and year, certainty in words."""
    answer = answer_of([_quote(PAPER, "It is 2.4\\times faster.", "2.4")])
    view = answer_card(replace(answer, question=Question("How much faster?"), match=MatchLevel.STRONG), 7)
    text = raw(view)
    assert "-# How much faster?" in text
    assert "> It is **2.4×** faster." in text
    assert f"[CacheGen: Fast Context Loading](<{PAPER.url}>)" in text
    assert "Yuhan Liu et al., 2026" in text
    assert "Strong match" in text
    assert list(buttons_of(view)) == ["Save", "Paper", "Useful", "Not useful", "More"]


def test_quotes_of_one_paper_are_in_its_order_with_gaps_marked() -> None:
    """Sentences that don't follow each other aren't shown as if they did."""
    quotes = [_quote(PAPER, "It encodes caches."), _quote(PAPER, "Contexts are long.")]
    words = words_of(answer_card(answer_of(quotes), 7))
    assert words.index("Contexts are long.") < words.index("[…] It encodes caches.")
    assert words.count("CacheGen: Fast") == 1
    neighbours = [_quote(PAPER, "Contexts are long."), _quote(PAPER, "CacheGen reduces bandwidth by 3.7x.")]
    assert "[…]" not in words_of(answer_card(answer_of(neighbours), 7))


def test_a_comparison_shows_each_title_above_its_quote() -> None:
    """Paper after paper, so that they can be compared."""
    quotes = [_quote(PAPER, "It encodes caches."), _quote(OTHER, "Contexts are long.")]
    words = words_of(answer_card(answer_of(quotes, kind="comparison"), 7))
    places = [words.index(each) for each in ("CacheGen: Fast", "It encodes", "DistServe", "Contexts are long")]
    assert places == sorted(places)


def test_a_long_quote_keeps_its_highlights() -> None:
    """Omissions are marked."""
    abstract = "word " * 600 + "the answer is 42 percent " + "word " * 300 + "end."
    paper = PAPER.model_copy(update={"abstract": abstract})
    start = abstract.index("42")
    view = answer_card(answer_of([Quote(paper, 0, len(abstract), ((start, start + 2),), 0.9)]), 7)
    assert "**42**" in raw(view)
    assert words_of(view).count("[…]") == 2


def test_a_list_shows_each_paper_with_a_quote() -> None:
    """Numbered titles with a quote each, and how many more there are."""
    papers = [PAPER.model_copy(update={"id": f"2401.{number:05}"}) for number in range(12)]
    quotes = [_quote(paper, "It encodes caches.") for paper in papers]
    words = words_of(answer_card(answer_of(quotes, kind="list"), 7))
    assert "12 papers found. The best 8:" in words
    assert "8. CacheGen" in words
    assert words.count("It encodes caches.") == 8
    alone = answer_card(answer_of(quotes[:1], kind="list"), 7)
    assert list(buttons_of(alone)) == ["Save", "Paper", "Useful", "Not useful", "More"]


def test_a_refusal_names_the_nearest_papers() -> None:
    """With buttons to open them."""
    view = answer_card(answer_of([], papers=[PAPER, OTHER], outcome=Outcome.UNANSWERED), 7)
    assert "I couldn't find this in the abstracts." in words_of(view)
    assert "DistServe" in words_of(view)
    assert custom_ids.PAPER(PAPER.id) in [each.custom_id for each in _pressable(view)]
    alone = answer_card(answer_of([], outcome=Outcome.UNANSWERED), 7)
    assert "/search" in words_of(alone)


def test_a_refusal_shows_what_the_named_paper_says() -> None:
    """The paper is known, but its abstract isn't about that. Its words are shown without highlights."""
    instead = (Quote(PAPER, 0, len("Contexts are long."), (), 0.5),)
    refused = replace(answer_of([], papers=[PAPER, OTHER], outcome=Outcome.UNANSWERED), also=instead)
    view = answer_card(refused, 7)
    check(view)
    words = words_of(view)
    assert "I couldn't find this in the abstract." in words
    assert instead[0].text in words
    assert words.index("CacheGen") < words.index("The closest sentences") < words.index("Similar papers")
    assert "DistServe" in words
    assert list(buttons_of(view)) == ["Paper", "Why this?", "Useful", "Not useful"]


def _pressable(view: ui.LayoutView) -> list[ui.Button[ui.LayoutView]]:
    return [each for each in _parts(view) if not isinstance(each, str)]


def test_small_talk_is_answered_with_plain_words() -> None:
    """No quotes, no buttons; example questions where there are some."""
    talk = Answer(Question("hi"), Outcome.CHAT, "talk", reply=Text("Hello *you*!"))
    assert words_of(answer_card(talk, 7)) == "Hello *you*!"
    assert "> What is X?" in raw(answer_card(talk, 7, ["What is X?"]))


def test_without_other_quotes_the_card_says_so() -> None:
    """Discord would refuse an empty card."""
    assert "no other quotes" in words_of(other_quotes_card(7, []))
    assert "Other quotes" in words_of(other_quotes_card(7, quotes_of(PAPER)))


def test_an_answer_has_one_row_of_buttons() -> None:
    """A row of five buttons is two on a phone; whoever asked in private can share the answer besides."""
    full = answer_of([_quote(PAPER, "It encodes caches.")])
    for audience, rows in ((Audience(), [5]), (Audience(private=True), [5, 1])):
        view = answer_card(full, 7, audience=audience)
        check(view)
        assert [len(item.children) for item in view.walk_children() if isinstance(item, ui.ActionRow)] == rows
    assert buttons_of(answer_card(full, 7))["Save"].custom_id == custom_ids.PAPER_SAVE(PAPER.id)


def test_more_offers_what_an_answer_has() -> None:
    """An answer from records has no quotes to show in their abstracts."""
    everything = ["Show in context", "Other quotes", "Similar papers", "Why this?", "Report"]
    assert list(buttons_of(more_card(7, quotes=True, others=True))) == everything
    assert list(buttons_of(more_card(7, quotes=False, others=False))) == everything[2:]


def test_a_refusal_can_be_explained_if_papers_came_near() -> None:
    """Otherwise there's nothing to explain."""
    near = answer_card(answer_of([], papers=[PAPER], outcome=Outcome.UNANSWERED), 7)
    assert buttons_of(near)["Why this?"].custom_id == custom_ids.ANSWER_WHY(7)
    assert "Why this?" not in buttons_of(answer_card(answer_of([], outcome=Outcome.UNANSWERED), 7))


WHY = Explanation(
    wanted=Text("a number"),
    understood=(Text("I read “caches” as “cache”."),),
    paper=PAPER,
    matched=(WordMatch("speed", "speed", same=True), WordMatch("folks", "annotators", same=False)),
    titled=("loading",),
    missing=("ponies",),
    reasons=(Text("The title has your words."), Text("The sentence has your words.")),
    rivals=(_quote(OTHER, "Contexts are long.", "long"),),
)


def why(answer: Answer, explanation: Explanation | None, *, changed: bool = False) -> ui.LayoutView:
    """The card of an explanation."""
    return why_card(ExplainedAnswer(answer, explanation, changed))


def test_an_explanation_of_an_answer() -> None:
    """What was looked for, each word and its match, reasons, certainty, and the runners-up with their papers."""
    view = why(replace(answer_of([_quote(PAPER, "It encodes caches.")]), match=MatchLevel.POSSIBLE), WHY)
    hold([view])
    words = words_of(view)
    for line in (
        "Looking for: a number\nI read “caches” as “cache”.\nPaper: CacheGen: Fast Context Loading",
        "Your words in the quote: speed, folks → annotators",
        "Your words in its title: loading",
        "Not found in any quote: ponies",
        "• The title has your words.\n• The sentence has your words.",
        "Possible match: this may not be what you asked for, so check the abstract.",
        "Runners-up\nContexts are long.\nDistServe",
    ):
        assert line in words
    assert "**long**" not in raw(view)  # bold is for words that answer
    assert "have changed" not in words
    assert "It encodes caches." not in words  # it stands above already


def test_an_explanation_of_a_refusal() -> None:
    """What was missing comes first, then the nearest sentences."""
    words = words_of(why(answer_of([], papers=[OTHER], outcome=Outcome.UNANSWERED), WHY))
    assert "What was missing:\n• The title has your words." in words
    assert "Not found in the closest sentences: ponies" in words
    assert "Your words in its closest sentence: speed, folks → annotators" in words
    assert "Closest sentences\nContexts are long.\nDistServe" in words
    assert "sure" not in words


def test_an_explanation_says_if_the_answer_would_be_another_one_now() -> None:
    """Papers come and go, and the present answer is explained."""
    quote = _quote(PAPER, "It encodes caches.", "caches")
    words = words_of(why(answer_of([quote]), WHY, changed=True))
    assert "have changed" in words
    assert words.index("It encodes caches.") < words.index("Looking for")
    refused = words_of(why(answer_of([], outcome=Outcome.UNANSWERED), WHY, changed=True))
    assert "I couldn't find this in the abstracts." in refused
    assert "None of my papers is close" in words_of(why(answer_of([]), None))


def test_of_several_quotes_the_first_is_explained() -> None:
    """And the explanation says so."""
    quotes = [_quote(each, "It encodes caches.") for each in (PAPER, OTHER)]
    assert "in the first quote: speed" in words_of(why(answer_of(quotes, kind="list"), WHY))
    assert "in the first quote: speed" in words_of(why(answer_of(quotes), WHY))


def test_the_present_quote_fits_however_nasty_its_paper() -> None:
    """There is always room for it."""
    for paper in nasty_papers():
        for quote in quotes_of(paper, 1):
            view = why(answer_of([quote]), why_of(quote.paper, [quote, quote]), changed=True)
            assert "I couldn't find" not in words_of(view)
            hold([view])


# --- papers and lists --------------------------------------------------------------------------------


OF_A_PAPER = ["Save", "Similar", "Vote", "Discuss", "BibTeX"]
"""What every paper's card has: a row of five is full."""


def test_a_paper_card_shows_who_and_when() -> None:
    """Title, authors, date, votes, abstract with readable LaTeX, and links."""
    paper = PAPER.model_copy(update={"code_url": "https://github.com/a/b", "project_url": "javascript:alert(1)"})
    view = paper_card(paper)
    words = words_of(view)
    assert "Yuhan Liu, Hanchen Li, Yihua Cheng" in words
    assert "Published 21 August 2026 · listed on 21 August 2026 · 12 votes" in words
    assert "It is 2.4× faster." in words
    assert list(buttons_of(view)) == [*OF_A_PAPER, "arXiv", "Hugging Face", "Code", "Suggest for reading"]
    assert buttons_of(view)["arXiv"].url == "https://arxiv.org/abs/2310.07240"


def test_a_paper_with_only_a_title_has_a_card() -> None:
    """The seed page has no more."""
    view = paper_card(Paper(id="t-1", title="A title"))
    assert "No abstract." in words_of(view)
    assert list(buttons_of(view)) == [*OF_A_PAPER, "Find it", "Suggest for reading"]


def _found(count: int, offset: int = 0) -> SearchPage:
    papers = [PAPER.model_copy(update={"id": f"2401.{n:05}"}) for n in range(offset, min(offset + 5, count))]
    return SearchPage(Query("cache *x*"), tuple(ScoredPaper(paper, 1.0) for paper in papers), count, offset)


def search(found: SearchPage, page: int = 0) -> ui.LayoutView:
    """The card of a page of the search with the number 3."""
    return search_card(SearchResults(found, 3, page))


def test_a_search_page_says_which_words_were_given_up() -> None:
    """And whose papers come first, with a button for these alone."""
    few = search(replace(_found(3), complete=1, given_up=("*owls*",)))
    assert "1 paper has all of these words. Then come papers without “*owls*”." in words_of(few)
    none = search(replace(_found(3), complete=0, given_up=("a", "b", "c", "d")))
    assert "No paper has all of these words. These are the closest, with most of them." in words_of(none)
    named = replace(_found(3), person="Ann Lee", suggestion='author:"Ann Lee"')
    view = search_card(SearchResults(named, 3, 0, meant_id=4))
    assert "Papers by Ann Lee come first." in words_of(view)
    assert buttons_of(view)["Only papers by Ann Lee"].custom_id == custom_ids.SEARCH_PAGE(4, 0)


def test_a_search_page_shows_its_position_and_turns_both_ways() -> None:
    """Page n of m, total, the query as typed. Buttons are disabled at both ends."""
    first, last = (search(_found(7, page * 5), page) for page in (0, 1))
    assert "cache *x*" in words_of(first)
    assert "7 papers · page 1 of 2" in words_of(first)
    assert "6. CacheGen" in words_of(last)
    assert (buttons_of(first)["Previous"].disabled, buttons_of(first)["Next"].disabled) == (True, False)
    assert (buttons_of(last)["Previous"].disabled, buttons_of(last)["Next"].disabled) == (False, True)
    assert buttons_of(first)["Next"].custom_id == custom_ids.SEARCH_PAGE(3, 1)
    assert "Next" not in buttons_of(search(_found(5)))


def test_a_search_that_did_not_read_all_papers_says_so() -> None:
    """Exact counts differ from lower bounds."""
    some, none = replace(_found(3), counted=False, read=200_000), replace(_found(0), counted=False, read=200_000)
    assert "3 papers among the 200,000 best matches" in words_of(search(some))
    assert "more than 3 papers" in words_of(search(replace(some, read=None)))
    assert "No papers found for cache *x* among the 200,000" in words_of(search(none))


def test_an_empty_search_says_what_to_do_next() -> None:
    """With examples of other searches."""
    words = words_of(search(_found(0)))
    assert "No papers found for cache *x*" in words
    assert "/trending" in words


def test_each_paper_of_a_list_can_be_opened() -> None:
    """A button beside each paper shows it."""
    for view in (similar_card(PAPER, [ScoredPaper(OTHER, 1.0)]), choose_card("x", [OTHER])):
        assert buttons_of(view)["Abstract"].custom_id == custom_ids.PAPER(OTHER.id)
    assert "/search" in words_of(similar_card(PAPER, []))
    assert "Another one?" in words_of(choose_card("x", [OTHER]))  # not all that match are shown


def test_trending_shows_why_and_switches_spans() -> None:
    """The current span's button is disabled, and each line says why its paper has its rank."""
    ranked = tuple(rank([PAPER, OTHER], NOW))
    view = trending_card(Trending(Span.WEEK, date(2026, 8, 15), date(2026, 8, 21), ranked), page=0)
    assert "15 August 2026 to 21 August 2026 · 2 papers" in words_of(view)
    assert ranked[0].why in words_of(view)
    assert [label for label, button in buttons_of(view).items() if button.disabled] == ["Week"]
    undated = trending_card(Trending(Span.DAY, None, None, ranked), page=0)
    assert not buttons_of(undated)  # a day, a week and a month of it are the same
    empty = words_of(trending_card(Trending(Span.DAY, None, None, ()), page=0))
    assert "any lists" in empty
    assert "python -m retrieval import" in empty


def test_a_trending_page_past_the_end_is_the_last_one() -> None:
    """A list can get shorter after its buttons were sent."""
    ranked = tuple(rank([PAPER, OTHER], NOW))
    assert "1. CacheGen" in words_of(trending_card(Trending(Span.DAY, None, None, ranked), page=99))


def test_a_daily_post_has_its_day_papers_and_number() -> None:
    """A heading with the day, numbered titles with votes, and a button by which the post is found again."""
    ranked = rank([PAPER, OTHER], NOW)
    view = post_card(date(2026, 8, 21), ranked, 99, 2)
    words = words_of(view)
    assert "Friday, 21 August 2026 · 2 papers" in words
    assert "1. CacheGen" in words
    assert "12 votes · CacheGen reduces" in words
    assert "hour" not in words  # the post stays, the age would not
    assert buttons_of(view)["Whole list"].custom_id == custom_ids.POST(99)
    assert "3 more papers on the list" in words_of(post_card(None, ranked, 99, 5))


def test_the_buttons_of_a_preview_are_disabled() -> None:
    """They would find no list."""
    view = post_card(date(2026, 8, 21), rank([PAPER, OTHER], NOW), custom_ids.NO_POST, 2)
    assert buttons_of(view)["Whole list"].disabled


def test_a_page_of_the_whole_list_turns_within_that_list() -> None:
    """Its buttons carry the post's number. A list without a date doesn't show its internal name."""
    ranked = tuple(rank([PAPER.model_copy(update={"id": f"2401.{number:05}"}) for number in range(12)], NOW))
    view = whole_list_card(DayList("2026-08-21", date(2026, 8, 21), ranked), 99, page=1)
    assert "Friday, 21 August 2026 · 12 papers · page 2 of 2" in words_of(view)
    assert "11. CacheGen" in words_of(view)
    assert [each.custom_id for each in _pressable(view)] == [custom_ids.POST_PAGE(99, 0), custom_ids.POST_PAGE(99, 2)]
    undated = words_of(whole_list_card(DayList("page-511e7298", None, ranked), 99, page=0))
    assert "without a date" in undated
    assert "page-511e7298" not in undated


def test_every_list_has_a_menu_that_opens_its_papers() -> None:
    """Numbered as in the list, without invisible characters."""
    papers = [
        PAPER.model_copy(update={"id": f"2401.{n:05}", "title": f"Long\u202e {'title ' * 30}"}) for n in range(12)
    ]
    ranked = tuple(rank(papers, NOW))
    by_rank = [each.paper.id for each in ranked]
    lists = {
        "trending": (trending_card(Trending(Span.DAY, None, None, ranked), page=1), by_rank[10:]),
        "whole list": (whole_list_card(DayList("2026-08-21", None, ranked), 99, page=0), by_rank[:10]),
        "daily post": (post_card(None, ranked[:3], 99, 12), by_rank[:3]),
        "answer": (
            answer_card(answer_of([_quote(each, "It encodes caches.") for each in papers[:3]], kind="list"), 7),
            [each.id for each in papers[:3]],
        ),
    }
    for name, (view, expected) in lists.items():
        [chosen] = [item for item in view.walk_children() if isinstance(item, ui.Select)]
        assert [option.value for option in chosen.options] == expected, name
        assert chosen.options[0].label.startswith("11. Long title" if name == "trending" else "1. Long title"), name
        check(view)


def test_a_post_of_25_long_titles_shows_all_of_them() -> None:
    """Lines get shorter before papers are left out."""
    papers = [
        PAPER.model_copy(update={"id": f"2401.{n:05}", "title": f"{n} " + "A rather long title " * 8})
        for n in range(25)
    ]
    trends = [Trend(paper, 1.0, Text("")) for paper in papers]
    view = post_card(NOW.date() + timedelta(days=1), trends, 1, 25)
    check(view)
    assert words_of(view).count("A rather long title") >= 25
    assert "more paper" not in words_of(view)


def test_papers_that_do_not_fit_in_a_post_are_counted() -> None:
    """Thirty long lines are too many for a message: the last ones are left out and counted."""
    long = {"title": "Very long title " * 9, "link": "https://a.example/".ljust(60, "x")}
    papers = [PAPER.model_copy(update={"id": f"t-{n}", **long}) for n in range(30)]
    view = post_card(date(2026, 8, 21), [Trend(paper, 1.0, Text("")) for paper in papers], 1, 41)
    check(view)
    shown = len(re.findall(r"^\d+\. Very long", words_of(view), re.MULTILINE))
    assert 20 < shown < 30
    assert f"{41 - shown} more papers on the list" in words_of(view)


# --- the bot's own words -----------------------------------------------------------------------------


def test_errors_are_one_sentence_and_a_reference() -> None:
    """A person's own words are escaped, and a mistake in a query is pointed at."""
    view = error_card("I have no paper called “[x](https://evil.example) @everyone”.", "ABC234")
    hold([view])
    assert "[x](" in words_of(view)
    assert "Reference ABC234" in words_of(view)
    pointed = raw(error_card("No closing bracket.\n(a `OR` b\n^"))
    assert "```\n(a 'OR' b\n^\n```" in pointed
    for sentence in ("", "x" * 9_000, "a\n" * 3_000, "`" * 500, "**"):
        check(error_card(sentence))


def test_help_has_working_examples_and_every_command() -> None:
    """It's the first thing that people read."""
    view = help_card(["How much does CacheGen save?", "Which papers are about caches?"], CommandMentions())
    check(view)
    for part in ("How much does CacheGen save?", "/ask", "/search", "/paper", "/trending", "/daily set", "/about"):
        assert part in words_of(view)


def test_about_says_what_was_read_and_how_answers_are_made() -> None:
    """How many papers, how recent, verbatim quotes. A bot without papers says so."""
    stats = Stats(9_881, 580, ListSummary("2026-08-21", date(2026, 8, 21), 17))
    view = about_card(stats, 365)
    check(view)
    assert "9,881 abstracts from 580 lists. The newest list is from 21 August 2026." in words_of(view)
    assert "verbatim quote" in words_of(view)
    assert "stored for 365 days" in words_of(view)
    assert "/help" in words_of(view)
    empty = words_of(about_card(Stats(0, 0, None), 1))
    assert "any papers yet" in empty
    assert "python -m retrieval import" in empty
    check(notice_card("Noted."))


def test_a_card_has_the_colour_of_its_meaning() -> None:
    """Colours are defined in one place."""
    container = next(iter(card(discord.Colour(0x123456), ["x"]).children))
    assert isinstance(container, ui.Container)
    assert container.accent_colour == discord.Colour(0x123456)


@given(st.lists(st.text(max_size=8)), st.integers(0, 30))
def test_texts_within_keeps_the_longest_start_that_fits(texts: list[str], limit: int) -> None:
    """In order, within the limit, and one more text wouldn't fit."""
    kept = texts_within(texts, limit)
    assert kept == texts[: len(kept)]
    assert sum(map(len, kept)) <= limit
    assert kept == texts or sum(map(len, texts[: len(kept) + 1])) > limit
