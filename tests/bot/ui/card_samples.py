"""Papers and results to draw cards of: the nastiest that can be thought of, and every recorded one."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from discord import ui

from bot.ask.answer_card import Audience, answer_card, other_quotes_card
from bot.ask.context_card import context_card
from bot.ask.service import ExplainedAnswer
from bot.ask.why_card import why_card
from bot.daily_post.post_card import post_card, whole_list_card
from bot.link_cards.cards import links_card
from bot.papers.list_cards import choose_card, near_card, search_card, similar_card
from bot.papers.paper_card import paper_card
from bot.papers.service import SearchResults
from bot.papers.trending_card import trending_card
from retrieval.answering.output.explanation import Explanation, WordMatch
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper
from retrieval.english import Text, data
from retrieval.ingest.parsers.huggingface import read_items
from retrieval.papers import Listing, Paper
from retrieval.query.query import Query
from retrieval.search.results import SearchPage
from retrieval.text import sentences
from retrieval.trending.results import DayList, Span, Trending
from retrieval.trending.score import Trend, rank
from tests.shared_data import SHARED

NOW = datetime(2026, 8, 21, 12, tzinfo=UTC)
BIG = 10**18
AGE = "Newest list: 19 November 2026" + " · A source hasn't responded since 24 November 2026" * 2
"""Larger than any id that a database gives."""

_BOMB = (
    "# **Bold** _it_ ~~x~~ ||spoiler|| `code` ```block``` > quote - list 1. one [link](https://evil.example) "
    "<https://evil.example> https://evil.example/a_b @everyone @here <@1> <@&2> <#3> <t:1:R> <:pepe:12345> "
    ":smile: </ask:1> [unclosed **unclosed ||unclosed `unclosed "
)
_ABSTRACTS = {
    "empty": "",
    "bomb": _BOMB * 20,
    "bomb at every line start": " ".join(f"- > # {number}. *a* @everyone." for number in range(300)),
    "only latex": r"$\frac{\alpha_{i}^{2}}{\sqrt{\beta}} \textbf{x}$ \cite{a} \begin{x} " * 60,
    "broken latex": r"\textbf{ $x ^{ _{ \frac{ \left( } $$ \( \[ {{{ }}} " * 60,
    "one word": "a" * 6_000,
    "one sentence": "word " * 2_000,
    "many sentences": "It is. " * 1_000,
    "chinese": "我们提出了一种新的方法。" * 500,
    "right to left": "\u202eمرحبا \u2067שלום\u2069 \u200f" * 200,
    "invisible": "\u200b\u200d\u2060\ufeff" * 500,
    "escapes only": "*_~|`[]<>\\" * 500,
}
_TITLES = {
    "bomb": _BOMB,
    "5,000 characters": "Long " * 1_000,
    "one word of 5,000 characters": "x" * 5_000,
    "unclosed [ bracket ( and ] more [ (": "unclosed [ bracket ( and ] more [ (",
    "invisible": "\u200b\u2060",
    "chinese": "我们提出了一种新的方法" * 40,
    "only latex": r"$\mathcal{O}(n^{2})$",
    "escapes only": "*_~|`[]<>\\" * 100,
}


def nasty_papers() -> list[Paper]:
    """Every nasty title with every nasty abstract, half of them with ids and links as long as can be."""
    return [
        _nasty(number, title, abstract)
        for number, (title, abstract) in enumerate(
            (title, abstract) for title in _TITLES.values() for abstract in _ABSTRACTS.values()
        )
    ]


def _nasty(number: int, title: str, abstract: str) -> Paper:
    plainly = number % 2 == 0
    return Paper(
        id=f"2608.{number:05}" if plainly else f"{number:04}".ljust(64, "x"),
        title=title,
        abstract=abstract,
        authors=tuple(f"Author **{n}** @everyone" for n in range(664)) if plainly else ("A" * 500, "_B_", "C"),
        categories=("cs.CL", "cs.LG") * (1 if plainly else 30),
        published=NOW if plainly else None,
        listing=Listing(name="2026-08-21", day=date(2026, 8, 21), position=number) if plainly else None,
        votes=10**9 if plainly else None,
        comments=3,
        link=None if plainly else "https://a.example/" + "(<x>_*" * 200,
        code_url="https://github.com/a/b" if plainly else "javascript:alert(1)",
        project_url="https://a.example/ with space" if plainly else "not an address",
    )


@cache
def recorded_papers() -> tuple[Paper, ...]:
    """Every recorded paper of the daily lists that can be read, once."""
    found = dict[str, Paper]()
    with gzip.open(SHARED / "data" / "hf_daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            papers = read_items([row["item"]], list_day=date.fromisoformat(row["list_date"])).papers
            found |= {paper.id: paper for paper in papers}
    return tuple(found.values())


def oddest_places(papers: Sequence[Paper], count: int = 10) -> set[int]:
    """Where the papers are that have most of anything that makes a card long or odd."""
    measures: tuple[Callable[[Paper], int], ...] = (
        lambda paper: len(paper.title),
        lambda paper: len(paper.abstract),
        lambda paper: len(paper.authors),
        lambda paper: len(paper.url),
        lambda paper: len(re.findall(r"[^\w\s]", paper.title + paper.abstract)),
        lambda paper: -len(sentences(paper.abstract)),
    )
    odd = [sorted(range(len(papers)), key=lambda place: measure(papers[place]))[-count:] for measure in measures]
    return {place for places in odd for place in places}


def quotes_of(paper: Paper, limit: int = 4) -> list[Quote]:
    """Some sentences of the paper, near the end and not in order, with words of them highlighted."""
    spans = [*reversed(sentences(paper.abstract))][:limit]
    return [Quote(paper, start, end, _middle(start, end), 0.9) for start, end in spans]


def _middle(start: int, end: int) -> tuple[tuple[int, int], ...]:
    third = (end - start) // 3
    return ((start + third, end - third),) if third else ((start, end),)


def answer_of(
    quotes: Sequence[Quote], *, kind: str = "number", papers: Sequence[Paper] = (), outcome: Outcome = Outcome.ANSWERED
) -> Answer:
    """An answer of these quotes; of ``papers`` too, where they are more than the quotes'."""
    named = {paper.id: ScoredPaper(paper, 0.5) for paper in (*(quote.paper for quote in quotes), *papers)}
    question = Question(f"what **about** it?\n# @everyone {'really ' * 60}")
    return Answer(question, outcome, kind, tuple(quotes), tuple(quotes), tuple(named.values()), 0.7, None)


def why_of(paper: Paper, rivals: Sequence[Quote]) -> Explanation:
    """An explanation with these runners-up, and as many words as a question can hold."""
    words = tuple(f"*word{number}*_@everyone" for number in range(100))
    matched = tuple(WordMatch(word, "[x](https://evil.example)", same=False) for word in words)
    reasons = (Text("The title has your words."),) * 3
    return Explanation(
        Text("a number"), tuple(map(data, words[:3])), paper, matched, words, words, reasons, tuple(rivals)
    )


def cards_of_one(paper: Paper, *, explained: bool = True) -> Iterator[ui.LayoutView]:
    """Every card that can be drawn of a single paper; ``explained``: the explanations of an answer, too."""
    quotes = quotes_of(paper)
    yield paper_card(paper)
    yield links_card([paper])
    yield other_quotes_card(BIG, quotes)
    yield similar_card(paper, [])
    if quotes:
        yield answer_card(answer_of(quotes), BIG, audience=Audience(private=True), age=AGE)
        yield context_card(BIG, {paper.id: quotes}, paper.id)
    yield answer_card(answer_of([], papers=[paper], outcome=Outcome.UNANSWERED), BIG, age=AGE)
    if explained:
        yield from whys_of(paper, quotes)


def whys_of(paper: Paper, quotes: Sequence[Quote]) -> Iterator[ui.LayoutView]:
    """Every explanation of an answer of these quotes, and of a refusal that they came nearest to."""
    for answer in (answer_of(quotes), answer_of([], outcome=Outcome.UNANSWERED)):
        yield why_card(ExplainedAnswer(answer, why_of(paper, quotes[:2])))
        yield why_card(ExplainedAnswer(answer, why_of(paper, quotes[:2]), changed=True), answer_id=BIG)
        yield why_card(ExplainedAnswer(answer, None))


def cards_of_many(papers: Sequence[Paper]) -> Iterator[ui.LayoutView]:
    """Every card that can be drawn of up to 25 papers."""
    quotes = [quote for paper in papers for quote in quotes_of(paper, 1)]
    if quotes:
        yield answer_card(answer_of(quotes, kind="comparison"), BIG, age=AGE)
        yield answer_card(answer_of(quotes, kind="list"), BIG, audience=Audience(private=True), age=AGE)
        yield context_card(BIG, {quote.paper.id: [quote] for quote in quotes}, quotes[-1].paper.id)
        yield answer_card(answer_of(quotes, kind="result"), BIG)
    yield other_quotes_card(BIG, quotes)
    for paper in papers[:1]:
        yield from whys_of(paper, quotes)
    yield answer_card(answer_of([], papers=papers, outcome=Outcome.UNANSWERED), BIG, age=AGE)
    yield answer_card(replace(answer_of([], papers=papers, outcome=Outcome.UNANSWERED), also=()), BIG, age=AGE)
    for page in range(0, len(papers), 5):
        yield search_card(SearchResults(_page_of(papers, page), search_id=BIG, page=page // 5, per_page=5))
    yield similar_card(papers[0], [ScoredPaper(paper, 1.0) for paper in papers])
    yield links_card(papers)
    yield near_card("*typed* @everyone " * 30, [ScoredPaper(paper, 1.0) for paper in papers])
    yield choose_card("*typed* @everyone " * 30, papers)
    yield from _lists_of(papers)


def _page_of(papers: Sequence[Paper], offset: int) -> SearchPage:
    hits = tuple(ScoredPaper(paper, 1.0) for paper in papers[offset : offset + 5])
    return SearchPage(Query("*typed* author:@everyone " * 30), hits, len(papers), offset)


def _lists_of(papers: Sequence[Paper]) -> Iterator[ui.LayoutView]:
    ranked: tuple[Trend, ...] = tuple(rank(papers, NOW))
    for page in range(0, len(papers), 10):
        yield trending_card(Trending(Span.MONTH, date(2026, 7, 22), date(2026, 8, 21), ranked), page=page // 10)
        yield whole_list_card(DayList("page-1", None, ranked), BIG, page=page // 10)
    voted = [replace(trend, server_votes=BIG) for trend in ranked]
    marks = {trend.paper.id: "Withdrawn by its authors · New version: v12 · Code is now available" for trend in ranked}
    for size in (1, 11, 16):
        yield post_card(date(2026, 8, 21), ranked[:size], BIG, len(papers))
    for size in (10, 13, 25):
        yield post_card(date(2026, 8, 21), voted[:size], BIG, len(papers), marks)
