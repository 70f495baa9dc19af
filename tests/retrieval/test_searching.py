"""Searching finds exactly the papers that the condition holds for, whatever way it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query import parse
from retrieval.selection import EVERYTHING, NOTHING, Selection
from retrieval.settings import LibrarySettings

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
WORDS = ["owl", "owls", "crow", "night", "the"]
PAPERS = [
    Paper(
        id=str(number),
        title=f"{WORDS[number % 5]} {WORDS[number % 3]}",
        abstract=" ".join(WORDS[number * step % 5] for step in range(number % 7)),
        authors=("Ada Lovelace", "Kurt Gödel")[number % 2 : number % 4],
        categories=("cs.CL", "cs.LG")[: number % 3],
        published=datetime(2024, 1 + number % 12, 3, tzinfo=UTC) if number % 4 else None,
        votes=number if number % 5 else None,
        code_url="https://a.example" if number % 6 == 1 else None,
    )
    for number in range(40)
]
leaf = st.sampled_from(
    [
        *WORDS, '"owl night"', '"the owl"', '"crow"', "@ada", "author:godel", "#cs.CL", "category:cs.lg",
        "after:2024-05", "before:2024-08", "votes:>12", "votes:<=30", "has:code", "@nobody", "heron",
    ]
)  # fmt: skip
queries = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join).map("({})".format),
        inner.map("-({})".format),
    ),
    max_leaves=6,
)
ids = st.frozensets(st.sampled_from("abcdef"))
selections = st.builds(Selection, ids, st.booleans())


@settings(max_examples=25, deadline=None)  # each with a library of its own, and several queries
@given(st.lists(queries, min_size=8, max_size=12))
async def test_a_search_finds_what_its_condition_holds_for(several: list[str]) -> None:
    """Records in SQL, words in the index and phrases in the texts say together what ``matches`` says of each paper."""
    async with Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        for text in several:
            try:
                query = parse(text)
            except Exception as error:
                if "only once" in str(error) or "No day" in str(error):
                    continue
                raise
            page = await library.search(query, limit=100)
            assert sorted(hit.paper.id for hit in page.hits) == sorted(p.id for p in PAPERS if query.matches(p)), text
            assert page.total == len(page.hits)
            assert (await library.search(query, limit=3, offset=2)).hits == page.hits[2:5]


@given(selections, selections, st.sampled_from("abcdefg"))
def test_selections_are_sets(one: Selection, other: Selection, id: str) -> None:
    """However their ids are kept."""
    assert (id in one & other) == (id in one and id in other)
    assert (id in one | other) == (id in one or id in other)
    assert (id in ~one) == (id not in one)
    assert one.size(6) == sum(each in one for each in "abcdef")
    assert id in EVERYTHING
    assert id not in NOTHING


async def test_slips_are_mended() -> None:
    """Words, authors and categories that nobody has; what is known, short or unlike anything stays."""
    papers = [Paper(id="1", title="Quantization of owls", authors=("Yann LeCun",), categories=("cs.CL",))]
    async with Library.of(papers, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        for text, meant in [
            ("quantizaton owls", "quantization owls"),
            ('-"Quantiaztion of owls"', '-"quantization of owls"'),
            ('@"Yann LeCnu" x', '@"yann lecun" x'),
            ("author:lecunn", "author:lecun"),
            ("#cs.CLL owls", "#cs.CL owls"),
            ("owls author:lecun category:cs.cl", None),
            ("zyzzyva author:zyzzyva category:zyzzyva 123456", None),
        ]:
            assert (await library.search(text)).meant == meant, text
