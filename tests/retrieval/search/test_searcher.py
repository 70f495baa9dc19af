"""Searches find exactly the papers that meet the condition, however it is evaluated."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.cli.rendering import search_text
from retrieval.errors import QueryError
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.conditions import Phrase, matches, phrase_words
from retrieval.query.query import parse
from retrieval.search import searcher
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


@settings(max_examples=25, deadline=None)  # each with a library of its own, and several queries
@given(st.lists(queries, min_size=8, max_size=12))
async def test_a_search_finds_the_papers_that_meet_its_condition(several: list[str]) -> None:
    """Filters, words in the index and phrases in texts agree with ``matches`` for each paper."""
    async with Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        for text in several:
            try:
                query = parse(text)
            except Exception as error:
                if "only once" in str(error) or "No day" in str(error):
                    continue
                raise
            page = await library.search(query, limit=100)
            found = page.hits[: page.complete]
            assert sorted(hit.paper.id for hit in found) == sorted(p.id for p in PAPERS if query.matches(p)), text
            assert page.total == len(page.hits)
            if page.complete is None:
                assert (await library.search(query, limit=3, offset=2)).hits == page.hits[2:5]


async def test_a_page_that_is_just_full_counts_only_papers_with_all_words() -> None:
    """Those with most of them follow only where a page isn't full."""
    async with Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        query = parse("crow night owl")
        complete = (await library.search(query, limit=100)).complete
        assert complete
        for limit in (complete, complete + 1):
            page = await library.search(query, limit=limit)
            assert (page.complete is None, page.total == complete) == (limit == complete,) * 2


@settings(max_examples=25, deadline=None)
@given(st.lists(queries, min_size=8, max_size=12), st.permutations([paper.id for paper in PAPERS]))
async def test_given_papers_are_matched_as_a_search_would_find_them(several: list[str], order: list[str]) -> None:
    """Of any papers, in any number and order, exactly those that the search finds; unknown ids are left out."""
    asked = [*order[:20], "unknown", *order[:3]]
    async with Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        for text in several:
            try:
                page = await library.search(text, limit=100)
            except QueryError:
                continue
            found = {hit.paper.id for hit in page.hits[: page.complete]}
            assert await library.matching(text, asked) == found & set(asked), text


written = st.text(alphabet="ab1.,’'- é\n", max_size=24)


@given(written, written, written)
@example("1a", "", "1 a")
@example("the 1.5 owls", "", "1.5 owls")
def test_a_phrase_is_consecutive_words(title: str, abstract: str, asked: str) -> None:
    """In any spelling and with any punctuation in between, except for the end of a title."""
    words = phrase_words(asked)
    paper = Paper.model_construct(id="1", title=title, abstract=abstract)
    texts = [phrase_words(title), phrase_words(abstract)]
    places = [(text, start) for text in texts for start in range(len(text))]
    said = any(text[start : start + len(words)] == words for text, start in places)
    assert matches(Phrase(words), paper) == said or not words


async def test_withdrawn_papers_match_nothing_and_many_papers_are_matched() -> None:
    """As in searches; several hundred papers are read in batches."""
    withdrawn = Paper(id="gone", title="Owls", withdrawn=NOW)
    owls = [Paper(id=f"owl-{number}", title="Owls" if number % 2 else "Crows") for number in range(450)]
    async with Library.of([withdrawn, *owls], LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        assert await library.matching("owl", ["gone", *(paper.id for paper in owls)]) == {
            paper.id for paper in owls if paper.title == "Owls"
        }
        assert await library.matching("owl", []) == set()
        with pytest.raises(QueryError):
            await library.matching('"owl', ["owl-1"])


async def test_typos_are_corrected() -> None:
    """Unknown words, authors and categories; known, short or unique ones stay."""
    authors = ("Yann LeCun", "Yang Li", "Yan Li")
    papers = [Paper(id="1", title="Quantization of owls", authors=authors, categories=("cs.CL",))]
    async with Library.of(papers, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        for text, meant in [
            ("quantizaton owls", "quantization owls"),
            ('-"Quantiaztion of owls"', '-"quantization of owls"'),
            ('@"Yann LeCnu" x', '@"yann lecun" x'),
            ("author:lecunn", "author:lecun"),
            ('author:"Yan LeCun"', 'author:"yann lecun"'),
            ('author:"Yan Li"', None),
            ('author:"Y. LeCun"', None),
            ("#cs.CLL owls", "#cs.CL owls"),
            ("owls author:lecun category:cs.cl", None),
            ("zyzzyva author:zyzzyva category:zyzzyva 123456", None),
        ]:
            assert (await library.search(text)).suggestion == meant, text


async def test_a_date_beside_a_stop_word_is_a_date() -> None:
    """Of alternatives without any words except a date, the date counts."""
    async with Library.of(PAPERS, LibrarySettings(), lambda: NOW) as library:
        alone = await library.search("after:2024-05", limit=40)
        beside = await library.search("(the OR after:2024-05)", limit=40)
    assert [hit.paper.id for hit in beside.hits] == [hit.paper.id for hit in alone.hits]


async def test_neighbouring_words_rank_first_on_all_pages() -> None:
    """A paper with the words as they were typed comes first, and each paper is on one page."""
    apart = [Paper(id=f"apart{number:03}", title="Graph owls", abstract="Attention owls.") for number in range(60)]
    others = [Paper(id=f"half{number:03}", title="Graph crows", abstract="They caw.") for number in range(90)]
    others += [Paper(id=f"other{number:03}", title="Crows", abstract="They caw.") for number in range(400)]
    beside = Paper(id="beside", title="Owls owls", abstract="Graph attention.")
    async with Library.of([*apart, *others, beside], LibrarySettings(), lambda: NOW) as library:
        pages = [await library.search("graph attention", limit=40, offset=start) for start in range(0, 200, 40)]
        assert (await library.search("attention graph", limit=1)).hits[0].paper.id != "beside"
    found = [hit for page in pages for hit in page.hits]
    assert found[0].paper.id == "beside"
    assert sorted(hit.paper.id for hit in found) == sorted(paper.id for paper in [*apart, beside])
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


async def test_a_withdrawn_paper_is_not_found(tmp_path: Path) -> None:
    """By words, filters or similarity, even after a restart; it can still be looked up."""
    settings = LibrarySettings(data_folder=tmp_path)
    papers = [
        Paper(id=f"p{number}", title=f"Heron {number}", abstract="Herons fish.", authors=("Ada Lovelace",))
        for number in range(6)
    ]
    async with Library.open(settings, lambda: NOW) as library:
        await library.add(papers)
        await library.add([papers[2].model_copy(update={"withdrawn": NOW})])
        for query in ("heron", "author:lovelace", "-owl", "author:lovelace -heron", "-author:lovelace"):
            page = await library.search(query, limit=10)
            assert "p2" not in {hit.paper.id for hit in page.hits}, query
            assert page.total == len(page.hits), query
        assert "p2" not in {hit.paper.id for hit in await library.similar("p1", limit=10)}
    async with Library.open(settings, lambda: NOW) as library:
        assert (await library.search("heron")).total == len(papers) - 1
        assert (await library.paper("p2")).withdrawn == NOW


async def test_a_common_phrase_is_not_read_in_all_papers() -> None:
    """A page is filled and some more are counted; a later page continues, and counts all at the end."""
    papers = [
        Paper(id=f"{number:03}", title="Owl night", abstract="Night owl." * (number % 2)) for number in range(1_100)
    ]
    async with Library.of(papers, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        first = await library.search('"owl night"')
        last = await library.search('"owl night"', offset=1_095)
        rare = await library.search('"night owl"', offset=545)
    assert (len(first.hits), first.total, first.counted) == (10, 500, False)
    assert (len(last.hits), last.total, last.counted) == (5, 1_100, True)
    assert (len(rare.hits), rare.total, rare.counted) == (5, 550, True)


async def test_a_rare_phrase_is_looked_up_among_all_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the best papers don't have it, the others that may are found in their order, and only they are read."""
    apart = [Paper(id=f"apart-{number:03}", title="Owl hunts night") for number in range(130)]
    beside = [
        Paper(id=f"beside-{number}", title="Crows", abstract=f"Owl night. {'Mice. ' * number}") for number in range(9)
    ]
    others = [Paper(id="inflected", title="Crows", abstract="Owls, nights: mice mice mice mice.")]
    others += [Paper(id=f"other-{number}", title="Herons") for number in range(200)]
    pages = list[list[str]]()
    for batch in (500, 110):
        monkeypatch.setattr(searcher, "_BATCH", batch)
        monkeypatch.setattr(searcher, "_FIRST_READ", batch)
        async with Library.of(
            [*apart, *beside, *others], LibrarySettings(data_folder=Path("unused")), lambda: NOW
        ) as library:
            page, second = await library.search('"owl night"'), await library.search('"owl night"', offset=5, limit=5)
        assert (page.total, page.counted, second.hits) == (9, True, page.hits[5:])
        pages.append([hit.paper.id for hit in page.hits])
    assert pages[0] == pages[1]
    assert sorted(pages[1]) == [paper.id for paper in beside]


async def test_a_phrase_of_common_words_is_read_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was found until then is shown, with the number of papers that were read."""
    monkeypatch.setattr(searcher, "_MOST_READ", 1_000)
    papers = [Paper(id=f"{number:04}", title="Owls of the night", abstract="The owl.") for number in range(2_000)]
    papers[10] = papers[10].model_copy(update={"title": "Of the of the owls"})
    papers[1_990] = papers[1_990].model_copy(update={"title": "Of the of the owls"})
    async with Library.of(papers, LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:
        some = await library.search('"the of the"')
        none = await library.search('"to be or not to be"')
        narrow = await library.search('"to be or not to be" zebra')
        all_of_them = await library.search('"of the"', limit=1)
    assert ([hit.paper.id for hit in some.hits], some.counted, some.read) == (["0010"], False, 1_000)
    assert (none.hits, none.read) == ((), 1_000)
    assert (narrow.total, narrow.counted, narrow.read) == (0, True, None)
    assert (all_of_them.total, all_of_them.counted, all_of_them.read) == (500, False, None)
    assert "among the 1,000 likeliest" in search_text(some).plain
    assert "among the 1,000 likeliest" in search_text(none).plain


RECORDS = {"@ada": "author", "#cs.CL": "category", "votes:<9": "votes", "has:code": "code", "before:2024": "date"}
FULL = PAPERS[7]


@pytest.mark.parametrize(("query", "record"), RECORDS.items())
async def test_a_field_that_no_paper_has_is_reported(query: str, record: str) -> None:
    """If nothing was found because of it, until a paper has it."""
    bare = Paper(id="bare", title="Owls", abstract="Owls hunt.")
    async with Library.of([bare], LibrarySettings(data_folder=Path("unused")), lambda: NOW) as library:

        async def told(text: str) -> list[bool]:
            page = await library.search(text)
            return [record in each.sentence for each in page.missing]

        assert await told(query) == await told(f"owls {query}") == await told(f"owls ({query} crow)") == [True]
        assert await told("heron") == await told(f"heron -{query}") == await told(f"owls OR {query}") == []
        assert len((await library.search(" ".join(RECORDS))).missing) == len(RECORDS)
        await library.add([FULL])
        assert await told(f"heron ({query})") == await told(f'"no such words" {query}') == []
