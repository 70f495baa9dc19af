"""Filters: fields of papers' records, in columns that are kept in step with the catalogue."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Catalogue, Record
from retrieval.catalogue import records as statements
from retrieval.index import Index, analysis_name, build, document_terms
from retrieval.index.updates import add_documents
from retrieval.papers import Listing, Paper
from retrieval.query.conditions import After, All, Author, Before, Condition, leaves
from retrieval.query.query import parse
from retrieval.search.facets import FacetCache, IndexFacets, Selector, files, sync
from retrieval.search.facets.columns import Facets, facets_of_records

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
FULL = Paper(
    id="2405.00001",
    title="Owls at night",
    authors=("Kurt Gödel", "Ada Lovelace"),
    categories=("cs.CL", "cs.AI"),
    published=datetime(2024, 5, 1, 12, tzinfo=UTC),
)


@pytest.fixture
async def catalogue() -> AsyncIterator[Catalogue]:
    """An empty catalogue."""
    async with Catalogue.in_memory() as made:
        yield made


def paper(id: str, **fields: Any) -> Paper:
    """A paper with this id."""
    return Paper.model_validate({"id": id, "title": f"Paper {id}"} | fields)


def listed(id: str, day: str, **fields: Any) -> Paper:
    """A paper on the list of a day."""
    return paper(id, listing=Listing(name=day, day=date.fromisoformat(day), position=0), **fields)


async def indexed(catalogue: Catalogue) -> Index:
    """An index of all papers of a catalogue."""
    return add_documents(Index.empty(), [(each.id, document_terms(each, 1)) async for each in catalogue.everything()])


async def selected(catalogue: Catalogue, index: Index, facets: FacetCache, condition: Condition) -> set[str]:
    """The papers of an index that meet a condition on their records."""
    named = [leaf for leaf in leaves(condition) if isinstance(leaf, Author)]
    authors = {author: await catalogue.records.ids_by_author(author.words) for author in named}
    found = Selector(await facets.for_index(index), authors).select(condition)
    return set(index.documents.ids_at(np.flatnonzero(found.mask)))


async def fitting(catalogue: Catalogue, query: str | Condition) -> set[str]:
    """The papers of the catalogue that match a query of filters."""
    condition = parse(query).condition if isinstance(query, str) else query
    return await selected(catalogue, await indexed(catalogue), FacetCache(catalogue), condition)


# --- what filters mean -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gödel", "GODEL", "godel", "kurt gödel", "Godel K.", "Kurt Go\u0308del", "lovelace"])
async def test_an_author_is_found_by_words_of_the_name(catalogue: Catalogue, name: str) -> None:
    """Ignoring case, accents and order; a single letter is an initial."""
    await catalogue.add([FULL, paper("2", authors=["Alonzo Church"])], seen_at=NOW)
    assert await fitting(catalogue, f'author:"{name}"') == {FULL.id}


async def test_part_of_a_word_is_not_an_author(catalogue: Catalogue) -> None:
    """Li isn't Liu, and two authors don't make one name."""
    await catalogue.add([paper("1", authors=["Fei Liu"]), paper("2", authors=["Fei Li", "Ada Liu"])], seen_at=NOW)
    assert await fitting(catalogue, "author:li") == {"2"}
    assert await fitting(catalogue, 'author:"fei liu"') == {"1"}


async def test_all_filters_must_match(catalogue: Catalogue) -> None:
    """Categories too, except with OR. A negated filter matches exactly the other papers."""
    await catalogue.add([FULL, paper("2", authors=["Ada"], categories=["cs.LG"]), paper("3")], seen_at=NOW)
    assert await fitting(catalogue, "author:ada author:godel") == {FULL.id}
    assert await fitting(catalogue, "author:ada") == {FULL.id, "2"}
    assert await fitting(catalogue, "category:CS.cl OR #cs.lg") == {FULL.id, "2"}
    assert await fitting(catalogue, "-author:ada") == {"3"}
    assert await fitting(catalogue, "category:cs") == await fitting(catalogue, "category:cs.*") == {"2", "2405.00001"}
    assert await fitting(catalogue, "category:c") == set()
    assert await fitting(catalogue, "") == {FULL.id, "2", "3"}


async def test_votes_and_code(catalogue: Catalogue) -> None:
    """Unknown votes don't match any comparison, so they match each negated one."""
    several = [paper("1", votes=20, code_url="https://a.example"), paper("2", votes=21, code_url=""), paper("3")]
    await catalogue.add([*several, paper("4", votes=0)], seen_at=NOW)
    for query, ids in [
        ("votes:>20", {"2"}), ("votes:>=20", {"1", "2"}), ("votes:<21", {"1", "4"}), ("votes:<=21", {"1", "2", "4"}),
        ("votes:20", {"1"}), ("votes:=20", {"1"}), ("-votes:>20", {"1", "3", "4"}), ("has:code", {"1"}),
        ("-has:code", {"2", "3", "4"}), ("votes:<999999999", {"1", "2", "4"}),
    ]:  # fmt: skip
        assert await fitting(catalogue, query) == ids, query


@pytest.mark.parametrize(
    ("after", "before", "ids"),
    [
        (date(2024, 5, 1), date(2024, 5, 1), {"first", "midnight", "last"}),
        (date(2024, 5, 2), None, {"next", "listed"}),
        (None, date(2024, 4, 30), {"early"}),
        (date(2024, 5, 3), date(2024, 5, 3), {"listed"}),
        (date.min, date.max, {"early", "first", "midnight", "last", "next", "listed"}),
    ],
)
async def test_dates_include_their_day(
    catalogue: Catalogue, after: date | None, before: date | None, ids: set[str]
) -> None:
    """The day of publication counts, in UTC; if it's unknown, that of the newest list; if both are, none."""
    moments = {
        "early": "2024-04-30T23:59:59.999Z",
        "midnight": "2024-05-01T00:00:00Z",
        "first": "2024-05-01T00:00:00.001Z",
        "last": "2024-05-01T23:59:59Z",
        "next": "2024-05-02T00:00:00Z",
    }
    dated = [listed(id, "2024-05-03", published=moment) for id, moment in moments.items()]
    several = [*dated, listed("listed", "2024-04-03"), listed("listed", "2024-05-03"), paper("undated")]
    await catalogue.add(several, seen_at=NOW)
    parts = ([After(after)] if after else []) + ([Before(before)] if before else [])
    assert await fitting(catalogue, All(tuple(parts))) == ids


async def test_newest_first(catalogue: Catalogue) -> None:
    """By publication, undated ones last, equal ones by id; up to the limit."""
    days = {"b": "2024-05-02", "a": "2024-05-02", "c": "2024-05-03", "d": None, "e": "1923-01-01", "f": None}
    await catalogue.add([paper(id, published=day and f"{day}T00:00:00Z") for id, day in days.items()], seen_at=NOW)
    index = await indexed(catalogue)
    facets = await FacetCache(catalogue).for_index(index)
    for limit in range(9):
        assert facets.newest(index.documents.in_all(()), limit) == ["c", "a", "b", "e", "d", "f"][:limit]
    assert facets.newest(index.documents.select(["e", "a", "missing"]), 9) == ["a", "e"]


record = st.builds(
    Record,
    paper_id=st.just(""),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    listed=st.none() | st.dates(),
    votes=st.none() | st.integers(0, 9),
    has_code=st.booleans(),
    categories=st.lists(st.sampled_from(["cs.CL", "cs.LG", "math.CO", "q-bio"]), max_size=3).map(tuple),
)


@given(st.lists(st.lists(record, min_size=1, max_size=6), min_size=1, max_size=4), st.integers(1, 9), st.data())
def test_the_first_of_several_segments(lots: list[list[Record]], limit: int, data: st.DataObject) -> None:
    """The newest, the oldest, those with the most and the fewest votes, whichever segment they are in."""
    records = {f"{number}-{row}": each for number, lot in enumerate(lots) for row, each in enumerate(lot)}
    index = Index([build([(f"{number}-{row}", ["a"]) for row in range(len(lot))]) for number, lot in enumerate(lots)])
    facets = IndexFacets(index, tuple(facets_of_records(len(lot), [(np.arange(len(lot)), lot)]) for lot in lots))
    ids = data.draw(st.sets(st.sampled_from(sorted(records))))
    some, votes, dates = index.documents.select(ids), dict[str, int](), dict[str, datetime]()
    votes.update((id, records[id].votes or 0) for id in ids if records[id].votes is not None)
    dates.update((id, published) for id in ids if (published := records[id].published) is not None)
    undated = sorted(ids - dates.keys())
    newest = sorted(dates, key=lambda id: (datetime.max.replace(tzinfo=UTC) - dates[id], id))
    assert facets.newest(some, limit) == [*newest, *undated][:limit]
    assert facets.oldest(some, limit) == sorted(dates, key=lambda id: (dates[id], id))[:limit]
    assert facets.most_voted(some, limit) == sorted(votes, key=lambda id: (-votes[id], id))[:limit]
    assert facets.most_voted(some, limit, fewest=True) == sorted(votes, key=lambda id: (votes[id], id))[:limit]


@given(st.lists(record, min_size=1, max_size=8), st.data())
def test_updated_columns_equal_new_columns(records: list[Record], data: st.DataObject) -> None:
    """Whatever some of the papers were before."""
    rows = np.arange(len(records))
    some = sorted(data.draw(st.sets(st.integers(0, len(records) - 1))))
    before = [data.draw(record) if row in some else each for row, each in enumerate(records)]
    changed = facets_of_records(len(records), [(rows, before)]).changed(
        np.array(some, np.intp), [records[row] for row in some]
    )
    anew = facets_of_records(len(records), [(rows[:2], records[:2]), (rows[2:], records[2:])])
    for query in ("#cs.cl", "#cs.lg", "#math.co", "#q-bio", "#nothing", "votes:>4", "has:code", "after:2001"):
        condition: Any = parse(query).condition
        assert changed.mask(condition).tolist() == anew.mask(condition).tolist(), query
    assert changed.published.tolist() == anew.published.tolist()
    assert len(changed) == len(anew) == len(records)


# --- in step with the catalogue ----------------------------------------------------------------


async def test_filters_follow_changes_at_once(catalogue: Catalogue) -> None:
    """Votes, code, categories and days of lists, even of papers that have been in the index for long."""
    await catalogue.add([paper("1", votes=1, categories=["cs.CL"]), paper("2"), paper("3", votes=7)], seen_at=NOW)
    index, facets = await indexed(catalogue), FacetCache(catalogue)

    async def fits(query: str) -> set[str]:
        return await selected(catalogue, index, facets, parse(query).condition)

    assert await fits("votes:>5") == {"3"}
    changed = [
        paper("1", votes=9, categories=["cs.LG"]),
        paper("2", code_url="https://a.example", categories=["cs.CL"]),
    ]
    await catalogue.add([*changed, paper("new", votes=50)], seen_at=NOW + timedelta(hours=1))
    assert await fits("votes:>5") == {"1", "3"}
    assert await fits("#cs.CL") == {"2"}
    assert await fits("#cs.LG") == {"1"}
    assert await fits("has:code") == {"2"}
    assert await fits("after:2024") == set()
    await catalogue.add([listed("3", "2024-05-03")], seen_at=NOW)
    assert await fits("after:2024") == {"3"}
    index = await indexed(catalogue)
    assert await fits("votes:>5") == {"1", "3", "new"}


async def test_nothing_is_read_if_nothing_changed(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search only asks the catalogue for its version."""
    await catalogue.add([paper("1", votes=1)], seen_at=NOW)
    index, facets = await indexed(catalogue), FacetCache(catalogue)
    await facets.for_index(index)
    monkeypatch.setattr(statements, "read", None)
    assert await selected(catalogue, index, facets, parse("votes:1").condition) == {"1"}


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Index], Index]:
    """Save an index and load it again."""

    def save(index: Index) -> Index:
        return index.save(tmp_path / "index", 1, analysis_name(1))

    return save


def kept_in(folder: Path) -> list[Path]:
    """The files of columns."""
    return sorted((folder / "index").glob("*.facets*"))


async def counted(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of records that are read from the catalogue from now on."""
    lots, read = list[int](), statements.read

    async def count(*args: Any) -> list[Record]:
        lots.append(len(found := await read(*args)))
        return found

    monkeypatch.setattr(statements, "read", count)
    return lots


async def test_columns_are_kept_beside_the_index(
    catalogue: Catalogue, saved: Callable[[Index], Index], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart only changes are read; a file that lacks much is written again."""
    await catalogue.add([paper("1", votes=1), paper("2", votes=2)], seen_at=NOW)
    index = saved(await indexed(catalogue))
    await FacetCache(catalogue).for_index(index)
    (file,) = kept_in(tmp_path)
    await catalogue.add([paper("2", votes=5)], seen_at=NOW)
    lots, before = await counted(catalogue, monkeypatch), file.read_bytes()
    assert await selected(catalogue, index, FacetCache(catalogue), parse("votes:>1").condition) == {"2"}
    assert sum(lots) == 1
    assert file.read_bytes() == before
    monkeypatch.setattr(sync, "_OLD", 0)
    await FacetCache(catalogue).for_index(index)
    assert file.read_bytes() != before
    lots.clear()
    assert await selected(catalogue, index, FacetCache(catalogue), parse("votes:>1").condition) == {"2"}
    assert lots == []


async def test_another_catalogue_does_not_use_these_files(
    catalogue: Catalogue, saved: Callable[[Index], Index]
) -> None:
    """The same texts, imported again with other votes, make the same index."""
    await catalogue.add([paper("1", votes=1)], seen_at=NOW)
    index = saved(await indexed(catalogue))
    await FacetCache(catalogue).for_index(index)
    async with Catalogue.in_memory() as other:
        await other.add([paper("1", votes=7)], seen_at=NOW)
        assert await selected(other, index, FacetCache(other), parse("votes:7").condition) == {"1"}


async def test_a_damaged_file_is_rebuilt(
    catalogue: Catalogue, saved: Callable[[Index], Index], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whichever byte is wrong or missing: it's either read correctly, or reported and rebuilt."""
    caplog.set_level(logging.WARNING, logger=files.__name__)
    await catalogue.add([paper(str(number), votes=number, categories=["cs.CL"]) for number in range(5)], seen_at=NOW)
    index = saved(await indexed(catalogue))
    whole = await FacetCache(catalogue).for_index(index)
    (file,) = kept_in(tmp_path)
    sound = file.read_bytes()
    places = range(0, len(sound), 37)
    for damaged in [*(_flipped(sound, at) for at in places), *(sound[:at] for at in places), b"no archive"]:
        file.write_bytes(damaged)
        caplog.clear()
        again = await FacetCache(catalogue).for_index(index)
        for one, other in zip(again.parts[0].arrays().values(), whole.parts[0].arrays().values(), strict=True):
            assert one.tolist() == other.tolist()
        if caplog.messages:
            assert str(file) in caplog.text
            assert file.read_bytes() != damaged
    file.write_bytes(sound)
    other = Facets.unknown(3)
    files.write(index.segments[0], files.StoredFacets(other, 1), (await catalogue.records.version()).identity)
    assert (await FacetCache(catalogue).for_index(index)).parts[0].votes.tolist() == [0, 1, 2, 3, 4]


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]


async def test_columns_that_cannot_be_saved_are_rebuilt_at_each_start(
    catalogue: Catalogue,
    saved: Callable[[Index], Index],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Searches work; the operator reads why the next start takes longer."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await catalogue.add([paper("1", votes=1)], seen_at=NOW)
    index = saved(await indexed(catalogue))
    monkeypatch.setattr(files, "replace", full)
    assert await selected(catalogue, index, FacetCache(catalogue), parse("votes:1").condition) == {"1"}
    assert "No space left on device" in caplog.text
