"""docs/search.md is correct: its examples are run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.errors import QueryError
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.query import parse
from retrieval.settings import PROJECT, LibrarySettings

GUIDE = PROJECT / "docs" / "search.md"


def clock() -> datetime:
    """A clock that doesn't move."""
    return datetime(2026, 3, 10, tzinfo=UTC)


def table(heading: str) -> list[list[str]]:
    """The rows of the guide's table whose first column has this heading."""
    text = GUIDE.read_text(encoding="utf-8").partition("## Examples")[2]
    lines = text.partition(f"| {heading} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip().strip("|").split("|")] for line in lines]


def papers() -> list[Paper]:
    """The papers that the guide's examples are about."""
    return [
        Paper(
            id=id,
            title=title,
            abstract=abstract,
            authors=tuple(authors.split(", ")),
            categories=(category,),
            published=datetime.fromisoformat(f"{day}T12:00:00+00:00"),
            votes=int(votes) if votes else None,
            code_url="https://code.example" if code == "yes" else None,
        )
        for id, title, abstract, authors, category, day, votes, code in table("Paper")
    ]


@pytest.mark.parametrize(("query", "ids"), table("Query"))
async def test_the_guides_examples_find_their_papers(query: str, ids: str) -> None:
    """In searches among all papers, and by matching each paper."""
    wanted = set[str]() if ids == "none" else set(ids.split())
    assert {paper.id for paper in papers() if parse(query).matches(paper)} == wanted
    async with Library.of(
        papers(), LibrarySettings(data_folder=Path("unused")), lambda: datetime(2026, 3, 10, tzinfo=UTC)
    ) as library:
        page = await library.search(query)
        assert {hit.paper.id for hit in page.hits[: page.complete]} == wanted


@pytest.mark.parametrize(("query", "suggestion"), table("Mistake"))
def test_the_suggestions_in_the_guide(query: str, suggestion: str) -> None:
    """Each mistake is refused, and the suggested query is valid."""
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.suggestion == suggestion
    assert parse(suggestion)


@pytest.mark.parametrize(("query", "meant"), table("Typo"))
async def test_the_corrections_in_the_guide(query: str, meant: str) -> None:
    """Words, authors and categories."""
    async with Library.of(
        papers(), LibrarySettings(data_folder=Path("unused")), lambda: datetime(2026, 3, 10, tzinfo=UTC)
    ) as library:
        assert (await library.search(query)).suggestion == meant
