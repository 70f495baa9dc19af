"""The catalogue: what adding papers changes, authors' names, titles, lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.catalogue import Added, Catalogue, ListSummary, tables
from retrieval.database import Location, open_database
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.names import folded
from retrieval.papers import Listing, Paper
from retrieval.settings import PROJECT, SEED_PAGE
from tests.databases import Databases

MIGRATIONS = PROJECT / "retrieval" / "catalogue" / "migrations"
NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
FULL = Paper(
    id="2405.00001",
    title="Owls at night",
    abstract="We study owls.",
    authors=("Kurt Gödel", "Ada Lovelace"),
    categories=("cs.CL", "cs.AI"),
    published=datetime(2024, 5, 1, 12, tzinfo=UTC),
    votes=3,
    comments=1,
    link="https://example.org",
    code_url="https://example.org/code",
    project_url="https://example.org/project",
)


@pytest.fixture
async def engine(database: Location) -> AsyncIterator[AsyncEngine]:
    """An empty database."""
    async with open_database(database, MIGRATIONS, schema="papers") as made:
        yield made


@pytest.fixture
def catalogue(engine: AsyncEngine) -> Catalogue:
    """An empty catalogue."""
    return Catalogue(engine)


def paper(id: str, **fields: Any) -> Paper:
    """A paper with this id."""
    return Paper.model_validate({"id": id, "title": f"Paper {id}", "abstract": f"Abstract of {id}."} | fields)


def listed(id: str, day: str | None, position: int = 0, **fields: Any) -> Paper:
    """A paper on the list of a day, or on a page without one."""
    on = date.fromisoformat(day) if day else None
    return paper(id, listing=Listing(name=day or "page-1", day=on, position=position), **fields)


async def rows_of(engine: AsyncEngine) -> dict[str, int]:
    """The number of rows of each table."""
    async with engine.connect() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables.metadata.sorted_tables
        }


# --- adding ------------------------------------------------------------------------------------


async def test_a_stored_paper_is_read_unchanged(catalogue: Catalogue) -> None:
    """Every field, on its list, in UTC."""
    on_list = FULL.model_copy(update={"listing": Listing(name="2024-05-02", day=date(2024, 5, 2), position=4)})
    assert await catalogue.add([on_list], seen_at=NOW) == Added(new=1)
    assert await catalogue.get([FULL.id]) == {FULL.id: on_list}
    assert await catalogue.texts([FULL.id, "nobody"]) == {FULL.id: (FULL.title, FULL.abstract)}


async def test_the_same_papers_again_change_nothing(engine: AsyncEngine) -> None:
    """No row and not the revision, however much later."""
    papers = [*read_page(SEED_PAGE.read_text(encoding="utf-8")), FULL, listed("1", "2024-05-02", votes=0)]
    catalogue = Catalogue(engine)
    assert await catalogue.add(papers, seen_at=NOW) == Added(new=17)
    before = await rows_of(engine), await catalogue.revision(), [each async for each in catalogue.everything()]
    assert await catalogue.add(papers, seen_at=NOW + timedelta(days=1)) == Added(unchanged=17)
    after = await rows_of(engine), await catalogue.revision(), [each async for each in catalogue.everything()]
    assert after == before


async def test_a_later_entry_updates_only_its_fields(catalogue: Catalogue) -> None:
    """Fields that are missing or empty there are kept."""
    await catalogue.add([FULL], seen_at=NOW)
    later = Paper(id=FULL.id, title="Owls by day", authors=("Alan Turing",), votes=0)
    assert await catalogue.add([later], seen_at=NOW) == Added(changed=1)
    updated = FULL.model_copy(update={"title": "Owls by day", "authors": ("Alan Turing",), "votes": 0})
    assert await catalogue.get([FULL.id]) == {FULL.id: updated}
    assert await catalogue.records.ids_by_author(("turing",)) == [FULL.id]
    assert await catalogue.records.ids_by_author(("godel",)) == []
    assert await catalogue.prefixes.categories() == {"cs.AI": 1, "cs.CL": 1}


async def test_an_id_that_occurs_twice_in_a_batch(catalogue: Catalogue) -> None:
    """Its entries count as one paper: the later one completes the earlier."""
    first, second = paper("1", abstract="", votes=1), paper("1", title="New")
    assert await catalogue.add([first, second], seen_at=NOW) == Added(new=1)
    assert await catalogue.get(["1"]) == {"1": paper("1", title="New", votes=1)}


@settings(max_examples=20, deadline=None)  # each with a database of its own
@given(st.lists(st.sampled_from("abc"), max_size=8), st.data())
async def test_adding_counts_each_paper_once(databases: Databases, ids: list[str], data: st.DataObject) -> None:
    """New, changed and unchanged ones add up to the distinct papers; the second time all are unchanged."""
    days = st.sampled_from(["2024-05-01", "2024-05-02"])
    papers = [listed(id, data.draw(days), data.draw(st.integers(0, 3))) for id in ids]
    by_place = {(each.id, each.listing and each.listing.name): each for each in papers}
    with databases.fresh() as database:
        async with Catalogue.open(database) as catalogue:
            added = await catalogue.add(papers, seen_at=NOW)
            assert added == Added(new=len(set(ids)))
            assert await catalogue.add(list(by_place.values()), seen_at=NOW) == Added(unchanged=len(set(ids)))


async def test_the_revision_increases_only_with_searchable_changes(catalogue: Catalogue) -> None:
    """A new paper, title or abstract; not votes, lists, authors or links."""
    revisions = [await catalogue.revision()]
    for each in [
        paper("1"),
        paper("1", votes=3),
        listed("1", "2024-05-02"),
        paper("1", authors=["Ada"], link="https://example.org"),
        paper("1", title="New"),
        paper("1", title="New", abstract="New."),
        paper("1", title="New", abstract="New."),
        paper("2"),
    ]:
        await catalogue.add([each], seen_at=NOW)
        revisions.append(await catalogue.revision())
    assert [later > earlier for earlier, later in pairwise(revisions)] == [
        *(True, False, False, False),
        *(True, True, False, True),
    ]


async def test_votes_are_added_to_the_history_when_they_change(engine: AsyncEngine) -> None:
    """Unknown votes aren't a change."""
    for hour, count in enumerate([3, 3, None, 5, 0, 0, None]):
        await Catalogue(engine).add([paper("1", votes=count)], seen_at=NOW + timedelta(hours=hour))
    async with engine.connect() as connection:
        history = (await connection.execute(tables.votes.select().order_by("seen_at"))).all()
    assert history == [("1", NOW + timedelta(hours=hour), count) for hour, count in [(0, 3), (3, 5), (4, 0)]]


async def test_a_time_without_a_zone_is_refused(catalogue: Catalogue) -> None:
    """It would mean another time on another machine."""
    with pytest.raises(Exception, match="without a time zone"):
        await catalogue.add([paper("1", votes=1)], seen_at=NOW.replace(tzinfo=None))
    assert await catalogue.count() == 0


async def test_more_papers_than_fit_into_a_statement(catalogue: Catalogue) -> None:
    """They are stored and read in batches."""
    papers = [listed(f"{number:04}", "2024-05-02", number) for number in range(1_203)]
    assert await catalogue.add(papers, seen_at=NOW) == Added(new=1_203)
    ids = [each.id for each in reversed(papers)]
    assert list(await catalogue.get(ids)) == ids
    assert [each.id async for each in catalogue.everything()] == sorted(ids)
    assert await catalogue.count() == len(await catalogue.lists.papers("2024-05-02")) == 1_203


async def test_papers_are_kept_over_a_restart(database: Location) -> None:
    """With the revision."""
    async with Catalogue.open(database) as catalogue:
        await catalogue.add([FULL], seen_at=NOW)
        revision = await catalogue.revision()
    async with Catalogue.open(database) as catalogue:
        assert await catalogue.get([FULL.id, "missing"]) == {FULL.id: FULL}
        assert await catalogue.revision() == revision


# --- names and categories ----------------------------------------------------------------------


async def test_words_in_names_and_categories_can_be_listed(catalogue: Catalogue) -> None:
    """Misspelt ones are compared with them."""
    await catalogue.add([FULL, paper("2", authors=["Ada Byron"], categories=["cs.LG", "math.CO"])], seen_at=NOW)
    assert await catalogue.words_in_names({"ada", "byron", "nobody"}) == {"ada": 2, "byron": 1}
    assert await catalogue.category_names() == sorted({*FULL.categories, "cs.LG", "math.CO"})


async def test_wildcards_of_the_database_match_only_themselves(catalogue: Catalogue) -> None:
    """Percent signs and underscores have no special meaning."""
    await catalogue.add([FULL, paper("2", title="100%_sure", authors=["A_b 50%"])], seen_at=NOW)
    assert await catalogue.records.ids_by_author(("50",)) == ["2"]
    assert await catalogue.records.ids_by_author(("5%",)) == []
    assert await catalogue.records.ids_by_author(()) == []
    assert await catalogue.prefixes.titles("100%_", 5) == {"2": "100%_sure"}
    assert await catalogue.prefixes.titles("%", 5) == {}
    assert await catalogue.prefixes.ids("'; DROP TABLE papers", 5) == {}


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folded text is found by folded text."""
    assert folded(folded(text)) == folded(text)
    assert folded(text.upper().lower()) == folded(folded(text.upper().lower()))


# --- titles ------------------------------------------------------------------------------------


@pytest.fixture
async def titles(catalogue: Catalogue) -> Catalogue:
    """A catalogue of a few titles."""
    names = ["Owls at night", "Night of the Owls", "Ünique owls", "Crows", "owls"]
    papers = [paper(f"2405.0000{number}", title=name) for number, name in enumerate(names)]
    await catalogue.add(papers, seen_at=NOW)
    return catalogue


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("OWL", ["owls", "Owls at night"]),
        ("owls at", ["Owls at night"]),
        ("unique", ["Ünique owls"]),
        ("ravens", []),
        ("", ["Crows", "Night of the Owls", "owls", "Owls at night", "Ünique owls"]),
    ],
)
async def test_titles_with_a_prefix(titles: Catalogue, typed: str, found: list[str]) -> None:
    """In alphabetical order, ignoring case and accents, up to the limit."""
    assert list((await titles.prefixes.titles(typed, 25)).values()) == found
    assert list((await titles.prefixes.titles(typed, 2)).values()) == found[:2]


async def test_ids_with_a_prefix(titles: Catalogue) -> None:
    """In their order, with their titles."""
    assert await titles.prefixes.ids("2405.0000", 2) == {
        "2405.00000": "Owls at night",
        "2405.00001": "Night of the Owls",
    }
    assert await titles.prefixes.ids("2406", 2) == {}


async def test_a_withdrawn_paper_is_only_suggested_by_its_id(titles: Catalogue) -> None:
    """Whoever types its id knows that it exists."""
    await titles.add([paper("2405.00003", title="Crows", withdrawn=NOW)], seen_at=NOW)
    assert await titles.prefixes.titles("crow", 5) == {}
    assert await titles.prefixes.ids("2405.00003", 5) == {"2405.00003": "Crows"}


async def test_names_with_a_prefix(catalogue: Catalogue) -> None:
    """The most productive author first, spelt as in a paper; words before the last are whole, or initials."""
    several = [paper(str(number), authors=["Kurt Gödel", "Grace Hopper"]) for number in range(3)]
    await catalogue.add([*several, paper("9", authors=["Kurt Gold", "Grace Hopper"])], seen_at=NOW)
    assert await catalogue.prefixes.names(["go"], 9) == [("Kurt Gödel", 3), ("Kurt Gold", 1)]
    assert await catalogue.prefixes.names(["kurt", "g"], 1) == [("Kurt Gödel", 3)]
    assert await catalogue.prefixes.names(["g", "hop"], 9) == [("Grace Hopper", 4)]
    assert await catalogue.prefixes.names(["kur", "g"], 9) == []
    assert await catalogue.prefixes.name_words("go") == ["godel", "goedel", "gold"]


async def test_categories_are_counted(catalogue: Catalogue) -> None:
    """By the number of their papers."""
    await catalogue.add([paper("1", categories=["cs.CL", "cs.LG"]), paper("2", categories=["cs.LG"])], seen_at=NOW)
    assert await catalogue.prefixes.categories() == {"cs.CL": 1, "cs.LG": 2}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OWLS", {"owls"}),
        ("owls\n at  night", {"Owls at night"}),
        ("owls night", set[str]()),
        ("unique  OWLS", {"Ünique owls"}),
        ("ravens", set[str]()),
        ("  ", set[str]()),
        ("x" * 10_000, set[str]()),
        ("% _", set[str]()),
    ],
)
async def test_papers_by_their_title(titles: Catalogue, text: str, found: set[str]) -> None:
    """Exactly this title, ignoring case, accents and white space."""
    by_id = await titles.get(await titles.ids_by_titles([text], 5))
    assert {each.title for each in by_id.values()} == found


# --- lists -------------------------------------------------------------------------------------


async def test_lists_are_newest_first_and_undated_ones_last(catalogue: Catalogue) -> None:
    """With their sizes."""
    papers = [listed("1", "2024-05-01"), listed("2", None), listed("3", "2024-05-03"), listed("4", "2024-05-01", 1)]
    await catalogue.add(papers, seen_at=NOW)
    assert await catalogue.lists.all() == [
        ListSummary("2024-05-03", date(2024, 5, 3), 1),
        ListSummary("2024-05-01", date(2024, 5, 1), 2),
        ListSummary("page-1", None, 1),
    ]
    assert await catalogue.lists.papers("2024-05-02") == []


async def test_the_newest_day_is_that_of_the_newest_dated_list(catalogue: Catalogue) -> None:
    """There is none if all pages are undated."""
    await catalogue.add([listed("1", None)], seen_at=NOW)
    assert await catalogue.lists.newest_day() is None
    await catalogue.add([listed("2", "2024-05-01"), listed("3", "2024-05-03"), listed("4", "2024-05-02")], seen_at=NOW)
    assert await catalogue.lists.newest_day() == date(2024, 5, 3)


async def test_a_list_keeps_its_order(catalogue: Catalogue) -> None:
    """In whatever order its papers are stored, and also after their positions changed."""
    await catalogue.add([listed("1", "2024-05-01", 2), listed("2", "2024-05-01", 0)], seen_at=NOW)
    await catalogue.add([listed("3", "2024-05-01", 1)], seen_at=NOW)
    assert [each.id for each in await catalogue.lists.papers("2024-05-01")] == ["2", "3", "1"]
    assert await catalogue.add([listed("1", "2024-05-01", 0), listed("2", "2024-05-01", 2)], seen_at=NOW) == Added(
        changed=2
    )
    assert [each.id for each in await catalogue.lists.papers("2024-05-01")] == ["1", "3", "2"]


async def test_a_paper_can_be_on_two_lists(catalogue: Catalogue) -> None:
    """Alone it names the newer list; on a list it names that list, with its position there."""
    old, new = listed("1", "2024-05-01", 3), listed("1", "2024-05-07", 5)
    assert await catalogue.add([new, old], seen_at=NOW) == Added(new=1)
    assert await catalogue.lists.papers("2024-05-01") == [old]
    assert await catalogue.lists.papers("2024-05-07") == [new]
    assert await catalogue.get(["1"]) == {"1": new}
    assert await catalogue.lists.between(date(2024, 5, 1), date(2024, 5, 7)) == [new]
    assert await catalogue.lists.between(date(2024, 5, 1), date(2024, 5, 6)) == [old]
    assert await catalogue.lists.between(date(2024, 5, 2), date(2024, 5, 6)) == []


async def test_a_later_page_does_not_hide_the_day_of_a_paper(catalogue: Catalogue) -> None:
    """Of a dated list and an undated page, a paper names the dated list."""
    dated, undated = listed("1", "2024-05-01", 3), listed("1", None, 0)
    await catalogue.add([dated], seen_at=NOW)
    assert await catalogue.add([undated], seen_at=NOW) == Added(changed=1)
    assert await catalogue.get(["1"]) == {"1": dated}
    assert await catalogue.lists.papers("page-1") == [undated]


async def test_an_entry_without_a_list_keeps_the_paper_on_its_list(catalogue: Catalogue) -> None:
    """It doesn't say anything about lists."""
    await catalogue.add([listed("1", "2024-05-01")], seen_at=NOW)
    await catalogue.add([paper("1", votes=2)], seen_at=NOW)
    assert await catalogue.lists.papers("2024-05-01") == [listed("1", "2024-05-01", votes=2)]


async def test_a_name_of_hundreds_of_words_costs_no_more_than_one_of_few() -> None:
    """Each word is a join; somebody may type "a a a …" into /follow."""
    async with Catalogue.in_memory() as catalogue:
        await catalogue.add([Paper(id="1", title="A", authors=("Ann A. Lee",))], seen_at=NOW)
        assert await catalogue.records.ids_by_author(("a",) * 1_000) == ["1"]
        assert await catalogue.records.ids_by_author(tuple(f"w{number}" for number in range(1_000))) == []
