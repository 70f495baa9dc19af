"""New and changed papers, and which of them match what people follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from retrieval.query.query import Query, parse
from retrieval.settings import LibrarySettings

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
RECENT = date(2026, 3, 1)


def paper(id: str, **fields: Any) -> Paper:
    """A paper with this id, published today."""
    return Paper.model_validate({"id": id, "title": f"Paper {id}", "abstract": "Owls.", "published": NOW} | fields)


@pytest.fixture
async def catalogue() -> AsyncIterator[Catalogue]:
    """An empty catalogue."""
    async with Catalogue.in_memory() as made:
        yield made


async def since(catalogue: Catalogue, number: int) -> list[str]:
    """Ids of the recent papers that changed after a number."""
    until = await catalogue.arrivals.latest()
    return [each.paper_id for each in await catalogue.arrivals.between(number, until, recent=RECENT)]


async def test_a_new_paper_is_reported_once(catalogue: Catalogue) -> None:
    """Looking again from the last number reports each paper once; storing it again isn't news."""
    assert await catalogue.arrivals.latest() == 0
    await catalogue.add([paper("a"), paper("b")], seen_at=NOW)
    first = await catalogue.arrivals.latest()
    assert await since(catalogue, 0) == ["a", "b"]
    await catalogue.add([paper("b")], seen_at=NOW)
    assert await since(catalogue, first) == []
    await catalogue.add([paper("c")], seen_at=NOW - timedelta(days=3))
    assert await since(catalogue, first) == ["c"]


async def test_a_change_is_reported_with_the_arrival(catalogue: Catalogue) -> None:
    """Votes or code that come later can make a paper match; its arrival stays the same."""
    await catalogue.add([paper("a", votes=1)], seen_at=NOW)
    arrived = await catalogue.arrivals.latest()
    await catalogue.add([paper("a", votes=30)], seen_at=NOW)
    latest = await catalogue.arrivals.latest()
    [changed] = await catalogue.arrivals.between(arrived, latest, recent=RECENT)
    assert (changed.paper_id, changed.arrived) == ("a", arrived)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, True),
        ({"published": RECENT - timedelta(days=1)}, False),
        ({"published": RECENT}, True),
        ({"published": "2017-06-12", "listing": Listing(name="2026-03-09", day=date(2026, 3, 9), position=0)}, True),
        ({"published": None, "listing": Listing(name="2026-02-01", day=date(2026, 2, 1), position=0)}, False),
        ({"published": None}, True),
    ],
)
async def test_old_papers_are_not_news(catalogue: Catalogue, fields: dict[str, Any], told: bool) -> None:
    """An old archive that is imported alerts nobody; papers on recent lists, or without a day, count."""
    await catalogue.add([paper("a", **fields)], seen_at=NOW)
    assert await since(catalogue, 0) == (["a"] if told else [])


async def test_a_paper_without_a_day_only_counts_when_it_is_added(catalogue: Catalogue) -> None:
    """Its age is unknown when its votes change a year later."""
    await catalogue.add([paper("a", published=None)], seen_at=NOW)
    first = await catalogue.arrivals.latest()
    await catalogue.add([paper("a", published=None, votes=3)], seen_at=NOW)
    assert await since(catalogue, first) == []


@settings(max_examples=25, deadline=None)  # each with a database of its own
@given(st.lists(st.sampled_from([("a", 1), ("a", 2), ("b", 1), ("b", 2), ("c", 1)]), max_size=12), st.integers(0, 12))
async def test_every_change_is_reported_exactly_once(changes: list[tuple[str, int]], cut: int) -> None:
    """However the changes fall between two looks, both together report each last change exactly once."""
    async with Catalogue.in_memory() as catalogue:
        for id, votes in changes[:cut]:
            await catalogue.add([paper(id, votes=votes)], seen_at=NOW)
        middle, before = await catalogue.arrivals.latest(), await since(catalogue, 0)
        state = dict(changes[:cut])
        for id, votes in changes[cut:]:
            await catalogue.add([paper(id, votes=votes)], seen_at=NOW)
        touched, now = set[str](), dict(state)
        for id, votes in changes[cut:]:
            if now.get(id) != votes:
                touched.add(id)
            now[id] = votes
        assert set(before) == set(state)
        assert set(await since(catalogue, middle)) == touched


def query(text: str) -> Query:
    """A followed query."""
    return parse(text)


async def test_each_query_gets_its_papers(tmp_path: Path) -> None:
    """Many queries at once match what each of them matches alone; withdrawn papers match nothing."""
    papers = [
        paper("owls", abstract="Silent owls hunt mice.", authors=("Kurt Gödel",)),
        paper("mice", abstract="Mice hide.", categories=("cs.CL",)),
        paper("gone", abstract="Owls and mice.", withdrawn=NOW),
    ]
    texts = ["owls mice", "@godel", "#cs.CL", "mice -owls", "nothing"]
    shape = LibrarySettings.model_validate({"data_folder": tmp_path})
    async with Library.of(papers, shape, lambda: NOW) as library:
        found = await library.new_papers.matching(
            [query(text) for text in texts], [*(each.id for each in papers), "lost"]
        )
        assert found == [{"owls"}, {"owls"}, {"mice"}, {"mice"}, set()]
        assert await library.new_papers.matching([], ["owls"]) == []
        assert [
            each.paper_id
            for each in await library.new_papers.between(0, await library.new_papers.latest(), recent=RECENT)
        ]


@pytest.mark.parametrize(
    ("text", "abstract", "fits"),
    [
        ("diffusion policy", "A diffusion model.", False),
        ("diffusion policy", "Policies by diffusion.", True),
        ("diffusion OR policy", "A diffusion model.", True),
        ("(diffusion policy) #cs.RO", "A diffusion model.", False),
        ("diffusion -(policy robot)", "Diffusion of robots.", True),
        ("diffusion -(policy robot)", "Diffusion policies of robots.", False),
        ("diffusion -(policy OR robot)", "Diffusion of robots.", False),
        ("diffusion -(policy robot)", "Diffusion.", True),
        ("the", "Anything.", False),
    ],
)
def test_followed_words_must_all_be_in_a_paper(text: str, abstract: str, fits: bool) -> None:
    """Plain words must all be there, in any form; OR still means alternatives."""
    read = Paper(id="1", title="One", abstract=abstract, categories=("cs.RO",))
    assert query(text).matches(read) is fits
