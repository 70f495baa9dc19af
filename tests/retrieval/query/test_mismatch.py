"""Why a paper does not fit: the part that fails is named, and only papers that do not fit have a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from retrieval.errors import QueryError
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.mismatch import mismatch_reason
from retrieval.query.query import parse
from retrieval.settings import LibrarySettings
from tests.retrieval.search.test_searcher import PAPERS, queries

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
OWLS = Paper(
    id="1",
    title="Owls at night",
    abstract="Owls hunt mice. Silent wings help.",
    authors=("Kurt Gödel",),
    categories=("cs.CL",),
    published=datetime(2024, 5, 1, tzinfo=UTC),
    votes=25,
)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("owls", None),
        ("Crows", "does not say “Crows”"),
        ("owls wrens", "does not say “wrens”"),
        ("crows OR wrens", "does not say “crows” or “wrens”"),
        ("title:mice", "does not say “mice” in the title"),
        ("wren*", "does not say “wren…”"),
        ("2401.00001", "is not the paper 2401.00001"),
        ('owls "wings silent"', "does not say “wings silent”"),
        ("owls -mice", "says “mice”"),
        ('-"silent wings"', "says “silent wings”"),
        ("owls #cs.LG", "is not in cs.LG"),
        ("-#cs.cl", "is in cs.cl"),
        ("@lovelace", "is not by “lovelace”"),
        ("votes:>25", "does not have more than 25 votes"),
        ("votes:>=1000", "does not have 1,000 votes or more"),
        ("votes:1", "does not have just 1 vote"),
        ("votes:3", "does not have just 3 votes"),
        ("-votes:<26", "has fewer than 26 votes"),
        ("has:code", "comes without code"),
        ("after:2024-05-02", "is not from 2024-05-02 or later"),
        ("before:2024-04", "is not from 2024-04-30 or earlier"),
        ("has:code votes:>99", "comes without code"),  # the first of two
        ("(#cs.LG OR has:code) owls", "is not in cs.LG and comes without code"),
        ("-(#cs.LG OR @godel)", "is by “godel”"),
        ("-(owls @godel)", "says “owls” and is by “godel”"),
        ("", None),
    ],
)
def test_the_part_that_fails_is_named(query: str, why: str | None) -> None:
    """As an administrator wrote it, not as stems."""
    assert mismatch_reason(parse(query), OWLS) == why


@given(queries)
def test_just_the_papers_that_do_not_fit_have_a_reason(text: str) -> None:
    """Whatever is asked, no paper that fits is given a reason, and none that does not is left without."""
    try:
        query = parse(text)
    except QueryError:
        return
    for paper in PAPERS:
        why = mismatch_reason(query, paper)
        assert (why is None) is query.matches(paper)
        assert why is None or why.split()[0] in {"is", "says", "has", "does", "comes"}


async def test_the_library_tells_it_of_many_papers() -> None:
    """Papers count as they are given, with votes of their own; what is malformed is refused."""
    many = [OWLS.model_copy(update={"id": str(number), "votes": number}) for number in range(450)]
    async with Library.of([OWLS], LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        unfit = await library.mismatches("owls votes:>=300", many)
        assert unfit == {str(number): "does not have 300 votes or more" for number in range(300)}
        with pytest.raises(QueryError):
            await library.mismatches("autor:x", many)
