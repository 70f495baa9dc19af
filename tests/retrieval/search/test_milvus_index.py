"""Searches on a Milvus server find what our own index finds, follow what changes, and come back after it was down.

Milvus Lite plays the server. It is skipped where it isn't installed.
"""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from retrieval.answering.types import Question
from retrieval.catalogue import Catalogue
from retrieval.errors import SearchUnavailable
from retrieval.index import Index, add_documents, ordered_terms
from retrieval.index.milvus import connection
from retrieval.index.milvus.collection import PaperCollection
from retrieval.index.milvus.connection import MilvusConnection
from retrieval.index.milvus.partial import PartialIndex
from retrieval.index.milvus.rows import query_vector
from retrieval.index.milvus.term_counts import TermCounts
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from retrieval.search.milvus.milvus_index import MilvusIndex, term_weights
from retrieval.search.milvus.writer import CollectionWriter
from retrieval.settings import LibrarySettings, SearchEngine
from retrieval.text import terms
from tests import milvus

pytestmark = pytest.mark.skipif(not milvus.installed(), reason=f"Milvus Lite isn't installed: {milvus.INSTALL}")

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ABSTRACTS = Path(__file__).parents[3].parent / "shared" / "data" / "arxiv_abstracts.jsonl.gz"
NUMBERS = count(1)


def paper(number: int, title: str, abstract: str = "", **fields: Any) -> Paper:
    """A paper with an arXiv id."""
    return Paper(id=f"2601.{number:05}", title=title, abstract=abstract, **fields)


PAPERS = [
    paper(
        number,
        f"{('Owls', 'Graphs', 'Large language models')[number % 3]} at night {number}",
        f"We study {'owls and language' if number % 2 else 'graph neural networks'}. {'Code. ' * (number % 4)}",
        authors=(("Ada Lovelace", "Grace Hopper", "Yann LeCun")[number % 3],),
        categories=(("cs.CL", "cs.LG", "stat.ML")[number % 3],),
        published=datetime(2026, 1, 1 + number % 28, number % 24, tzinfo=UTC) if number % 5 else None,
        listing=Listing(name="2026-01-30", day=datetime(2026, 1, 30, tzinfo=UTC).date(), position=number)
        if number % 10 == 0
        else None,
        votes=number if number % 4 else None,
        code_url="https://example.org/code" if number % 6 == 0 else None,
    )
    for number in range(40)
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[milvus.Server]:
    """A server for all tests of this module, each of which has a collection of its own."""
    with milvus.running(tmp_path_factory.mktemp("milvus")) as running:
        yield running


@asynccontextmanager
async def libraries(
    server: milvus.Server, papers: list[Paper], folder: Path
) -> AsyncGenerator[tuple[Library, Library]]:
    """A library with our own index, and one on the server, with the same papers."""
    own = LibrarySettings(data_folder=folder)
    there = own.model_copy(
        update={
            "retrieval": own.retrieval.model_copy(update={"engine": SearchEngine.MILVUS}),
            "milvus": own.milvus.model_copy(
                update={"uri": server.uri, "collection": f"papers_{next(NUMBERS)}", "seconds": 20.0}
            ),
        }
    )
    async with Library.of(papers, own, lambda: NOW) as ours, Library.of(papers, there, lambda: NOW) as on_server:
        assert isinstance(on_server._index, MilvusIndex)
        yield ours, on_server


async def found(library: Library, query: str, **options: Any) -> tuple[list[tuple[str, float]], int, bool]:
    """What a page of a search shows."""
    page = await library.search(query, **options)
    return [(hit.paper.id, round(hit.score, 9)) for hit in page.hits], page.total, page.counted


QUERIES = [
    "owls",
    "language models",
    "owls -graphs",
    "owls OR networks",
    '"neural networks"',
    "langu*",
    "title:owls",
    "owls graphs language zebra",
    "category:cs.CL",
    "category:stat.* language",
    "after:2026-01-10 before:2026-01-20",
    "votes>20",
    "votes=7",
    "has:code owls",
    "-has:code -category:cs.LG",
    "author:lovelace night",
    "Yann LeCun",
    "2601.00007",
    "owls author:nobody",
    "",
]


async def test_pages_are_those_of_our_own_index(server: milvus.Server, tmp_path: Path) -> None:
    """The same papers with the same scores in the same order, and the same totals, whatever the filters."""
    async with libraries(server, PAPERS, tmp_path) as (ours, there):
        for query in QUERIES:
            assert await found(there, query) == await found(ours, query), query
        assert await found(there, "night", offset=10) == await found(ours, "night", offset=10)
        question = Question("What do large language models study?")
        own, other = await ours.answer(question), await there.answer(question)
        assert [quote.text for quote in other.quotes] == [quote.text for quote in own.quotes]
        for text in ("Who wrote the newest papers on owls?", "the paper with the most votes on graphs"):
            own, other = await ours.answer(Question(text)), await there.answer(Question(text))
            assert [each.paper.id for each in other.papers] == [each.paper.id for each in own.papers]
        assert list(await there.completer.papers("graph ni")) == list(await ours.completer.papers("graph ni"))


async def test_the_engine_leaves_papers_out(server: milvus.Server, tmp_path: Path) -> None:
    """With few candidates, a rare match is still found: filters hold before the best are chosen."""
    papers = [paper(number, "Owls", "Owls. " * 3) for number in range(450)]
    papers.append(paper(999, "Notes", "Owls and one rare zebra in a long text.", categories=("math.CO",), votes=3))
    async with libraries(server, papers, tmp_path) as (ours, there):
        for query in ("owls category:math.CO", "owls votes>2", "owls zebra", "owls"):
            assert await found(there, query) == await found(ours, query), query


async def test_what_is_added_changed_and_withdrawn_is_followed(server: milvus.Server, tmp_path: Path) -> None:
    """Scores too: all of them depend on all papers."""
    async with libraries(server, PAPERS, tmp_path) as both:

        async def agree(*queries: str) -> list[tuple[str, float]]:
            own, there = [[await found(library, query) for query in queries] for library in both]
            assert there == own
            return there[0][0]

        for library in both:
            await library.add([paper(77, "Zebras at night", "A zebra. " * 5)])
        assert [id for id, _ in await agree("zebra", "night")] == ["2601.00077"]
        for library in both:
            await library.add([paper(77, "Horses at night", "A horse.", version=2)])
        assert await agree("zebra", "night", "horse") == []
        for library in both:
            await library.add([paper(77, "Horses at night", "A horse.", version=3, withdrawn=NOW)])
        assert await agree("horse", "night") == []
        for library in both:
            await library.add([PAPERS[1].model_copy(update={"votes": 99})])
        assert [id for id, _ in await agree("votes>90", "night")] == ["2601.00001"]


async def test_a_server_that_is_down_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches say so; records, lists and new papers go on, and what was added meanwhile is found afterwards."""
    monkeypatch.setattr(connection, "_PAUSE", 0.0)
    with milvus.running(tmp_path) as server:
        async with libraries(server, PAPERS, tmp_path) as (ours, there):
            server.stop()
            for text in ("owls", "category:cs.CL"):
                with pytest.raises(SearchUnavailable, match="search engine isn't responding right now"):
                    await there.search(text)
            with pytest.raises(SearchUnavailable):
                await there.answer(Question("What do large language models study?"))
            added = paper(88, "Zebras", "A zebra.")
            for library in (ours, there):
                await library.add([added])
            assert await there.paper(added.id) == added
            assert (await there.find(PAPERS[3].title))[0].id == PAPERS[3].id
            assert (await found(there, "author:lovelace"))[0] == (await found(ours, "author:lovelace"))[0]
            assert await there.matching("owls", [PAPERS[0].id]) == {PAPERS[0].id}
            server.start()
            await there.follow()
            for text in ("zebra", "owls"):
                assert await found(there, text) == await found(ours, text)


async def test_without_a_server_the_library_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are written as soon as it responds."""
    monkeypatch.setattr(connection, "_PAUSE", 0.0)
    with milvus.running(tmp_path) as server:
        server.stop()
        async with libraries(server, PAPERS[:3], tmp_path) as (ours, there):
            with pytest.raises(SearchUnavailable):
                await there.search("owls")
            assert (await there.paper(PAPERS[0].id)).id == PAPERS[0].id
            server.start()
            assert await found(there, "owls") == await found(ours, "owls")


async def test_terms_are_counted_again_after_a_kill(
    server: milvus.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies while it writes leaves rows whose terms nobody counted."""
    async with libraries(server, PAPERS, tmp_path) as (ours, there):
        index = there._index
        assert isinstance(index, MilvusIndex)

        def dies(*_: object) -> None:
            raise SearchUnavailable("killed")

        with monkeypatch.context() as patch:
            patch.setattr(index._writer, "_write_counts", dies)
            for library in (ours, there):
                await library.add([paper(66, "Zebras at night", "Owls.")])
        await there.follow()
        for query in ("zebra", "night", "owls"):
            assert await found(there, query) == await found(ours, query)


async def test_another_catalogues_collection_is_left_alone(
    server: milvus.Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two bots with the same collection would delete each other's papers."""
    async with libraries(server, PAPERS[:2], tmp_path) as (_, there):
        index = there._index
        assert isinstance(index, MilvusIndex)
        async with Catalogue.in_memory() as catalogue:
            await catalogue.add(PAPERS[5:6], seen_at=NOW)
            other = MilvusIndex(catalogue, index._collection, lock=None, title_weight=2, prepare=as_it_is, writes=True)
            await other.follow()
            with pytest.raises(SearchUnavailable):
                await other.for_searches([(["owl"], 1)])
        assert "has the papers of another catalogue" in caplog.text
        assert (await found(there, "night"))[1] == 2


async def as_it_is(index: Index) -> None:
    """The index isn't prepared, because nobody asks it."""


def abstracts(number: int) -> Iterator[Paper]:
    """Abstracts from arXiv."""
    with gzip.open(ABSTRACTS, "rt", encoding="utf-8") as lines:
        for line in islice(lines, number):
            yield Paper.model_validate({name: json.loads(line)[name] for name in ("id", "title", "abstract")})


@pytest.mark.skipif(not ABSTRACTS.exists(), reason="no shared data beside the checkout")
@pytest.mark.parametrize(("papers", "queries"), [(300, 50), pytest.param(10_000, 200, marks=pytest.mark.soak)])
async def test_the_first_ten_are_those_of_our_own_index(server: milvus.Server, papers: int, queries: int) -> None:
    """In at least 99 of 100 queries: titles, and beginnings of abstracts, of other papers."""
    stored = list(abstracts(papers + 2 * queries))
    stored, others = stored[:papers], stored[papers:]
    asked = [terms(each.title) if at % 2 else terms(each.abstract)[:25] for at, each in enumerate(others)]
    asked = [each for each in asked if len(each) > 1][:queries]
    collection = PaperCollection(MilvusConnection(server.uri, token="", seconds=120), f"papers_{next(NUMBERS)}")
    async with Catalogue.in_memory() as catalogue:
        await catalogue.add(stored, seen_at=NOW)
        writer = CollectionWriter(catalogue, collection, 2)
        state = await writer.update(None, await catalogue.records.version(), await catalogue.revision())
    rows = [row for batch in await asyncio.to_thread(list, collection.terms_changed(-1)) for row in batch]
    counts = TermCounts.none().changed(rows, state.documents, state.words)
    documents = {each.id: ordered_terms(each) for each in stored}
    ours, whole = add_documents(Index.empty(), documents.items()), PartialIndex([], counts)
    same = 0
    for start in range(0, queries, 10):
        some = asked[start : start + 10]
        vectors = [query_vector(term_weights(query, whole)) for query in some]
        for query, ids in zip(some, await asyncio.to_thread(collection.search, vectors, 'id != ""', 200), strict=True):
            candidates = PartialIndex([(id, documents[id]) for id in ids], counts)
            same += candidates.search(query, 10) == ours.search(query, 10)
    assert len(asked) == queries
    assert same >= 0.99 * queries
