"""The trending order: more votes and a lower age help, and nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.papers import Listing, Paper
from retrieval.trending.score import rank

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)

listings = st.none() | st.builds(
    Listing,
    name=st.sampled_from(["one", "two"]),
    day=st.none() | st.dates(date(2026, 1, 1), date(2026, 4, 1)),
    position=st.integers(0, 50),
)
times = st.none() | st.datetimes(
    datetime(2023, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
votes = st.none() | st.integers(0, 400)
papers = st.builds(
    Paper, id=st.uuids().map(str), title=st.just("A paper"), listing=listings, published=times, votes=votes
)


def listed(day: date | None, position: int = 0, votes: int | None = None) -> Paper:
    """A paper on the list of ``day``."""
    listing = Listing(name="page-1" if day is None else day.isoformat(), day=day, position=position)
    return Paper(id=f"{day}-{position}", title="A paper", listing=listing, votes=votes)


@given(st.lists(papers, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_input(several: list[Paper], random: Random) -> None:
    """In whatever order the papers are given, they're ranked in one order, each exactly once."""
    shuffled = several.copy()
    random.shuffle(shuffled)
    assert rank(several, NOW) == rank(shuffled, NOW)
    assert sorted(trend.paper.id for trend in rank(several, NOW)) == sorted(paper.id for paper in several)


@given(st.lists(papers, min_size=1, max_size=12), st.data())
def test_more_votes_never_lower_a_paper(several: list[Paper], data: st.DataObject) -> None:
    """A paper that gains votes while the others stay keeps its place or rises."""
    paper = data.draw(st.sampled_from(several))
    gained = paper.model_copy(update={"votes": (paper.votes or 0) + data.draw(st.integers(1, 50))})
    others = [other for other in several if other is not paper]

    def place(one: Paper) -> int:
        return [trend.paper.id for trend in rank([*others, one], NOW)].index(paper.id)

    assert place(gained) <= place(paper)


@given(st.lists(papers, max_size=12), st.integers(0, 50))
def test_the_servers_votes_count_as_much_as_the_sources(several: list[Paper], here: int) -> None:
    """The score is that of a paper with as many votes more at its source."""
    given_here = {paper.id: here + place for place, paper in enumerate(several)}
    together = [paper.model_copy(update={"votes": (paper.votes or 0) + given_here[paper.id]}) for paper in several]
    scores = {trend.paper.id: trend.score for trend in rank(several, NOW, given_here)}
    assert scores == {trend.paper.id: trend.score for trend in rank(together, NOW)}


@given(votes, st.integers(0, 60), st.integers(1, 60))
def test_of_two_papers_with_the_same_votes_the_newer_comes_first(count: int | None, age: int, more: int) -> None:
    """Age alone never helps."""
    day = NOW.date() - timedelta(days=age)
    older, newer = listed(day - timedelta(days=more), 0, count), listed(day, 9, count)
    assert [trend.paper for trend in rank([older, newer], NOW)] == [newer, older]


@given(st.none() | st.dates(), st.permutations(range(8)), times)
def test_a_list_without_votes_keeps_its_order(
    day: date | None, positions: list[int], published: datetime | None
) -> None:
    """A list without votes is shown in its own order, whenever its papers appeared."""
    page = [listed(day, position) for position in positions]
    page[0] = page[0].model_copy(update={"published": published})
    assert [trend.paper.listing.position for trend in rank(page, NOW) if trend.paper.listing] == list(range(8))


def test_the_score_is_the_documented_one() -> None:
    """(votes + 1) / (1 + days since the list opened at 02:00 UTC) ** 1.5."""
    (trend,) = rank([listed(date(2026, 3, 9), votes=31)], NOW)
    assert trend.score == pytest.approx(32 / 2.5**1.5)  # pyright: ignore[reportUnknownMemberType]


def test_equal_papers_are_ordered_by_position_and_then_by_id() -> None:
    """Papers on no list come last."""
    one, two = listed(None, 3), listed(None, 1)
    twin = two.model_copy(update={"id": "a twin"})
    nowhere = Paper(id="0", title="A paper")
    assert [trend.paper for trend in rank([nowhere, one, two, twin], NOW)] == [two, twin, one, nowhere]


@pytest.mark.parametrize(
    ("paper", "why"),
    [
        (listed(date(2026, 3, 8), votes=32), "32 votes in 2 days"),
        (listed(date(2026, 3, 10), votes=1), "1 vote in 12 hours"),
        (listed(date(2026, 1, 10), votes=32), "32 votes in 59 days"),
        (listed(date(2025, 11, 29), votes=32), "32 votes, 3 months ago"),
        (listed(date(2023, 11, 29), votes=32), "32 votes, 2 years ago"),
        (listed(date(2024, 3, 13), votes=0), "No votes yet, 23 months old"),
        (listed(date(2026, 3, 11), votes=5), "5 votes in less than an hour"),
        (listed(None, votes=1200), "1,200 votes"),
        (listed(date(2026, 3, 10), votes=0), "No votes yet, 12 hours old"),
        (listed(None, position=2), "Number 3 on its list, votes unknown"),
        (Paper(id="a", title="A paper", published=NOW - timedelta(days=3)), "Votes unknown, 3 days old"),
        (Paper(id="a", title="A paper", votes=0), "No votes yet"),
    ],
)
def test_the_reason_is_plain(paper: Paper, why: str) -> None:
    """Each paper has the reason for its rank in plain words, without anything unknown."""
    assert [trend.why for trend in rank([paper], NOW)] == [why]


def test_no_papers_no_trends() -> None:
    """An empty list stays empty."""
    assert rank([], NOW) == []
