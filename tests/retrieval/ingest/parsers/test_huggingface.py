"""Items of the daily papers API: missing fields, wrong ones, and ones that can't be trusted."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.ingest.parsers.huggingface import read_item, read_items
from retrieval.papers import Listing, Paper, arxiv_id
from tests.shared_data import SHARED, needs_shared

DAY = date(2026, 4, 15)
ITEM: dict[str, Any] = {
    "paper": {
        "id": "2604.14148",
        "authors": [
            {"name": "Ada Lovelace", "hidden": False},
            {"name": "Somebody Else", "hidden": True},
            {"name": "Alan\n Turing", "user": {"name": "alan"}},
            {"name": "", "hidden": False},
        ],
        "publishedAt": "2026-04-15T19:59:59.000Z",
        "submittedOnDailyAt": "2026-04-16T02:19:23.000Z",
        "title": "Owls\n  at night",
        "summary": "We study owls.\nThey hunt.",
        "upvotes": 7,
        "githubRepo": "https://github.com/example/owls",
        "projectPage": "https://example.org/owls",
    },
    "publishedAt": "2026-04-15T15:59:59.000Z",
    "title": "An outer title",
    "summary": "An outer summary",
    "numComments": 2,
}

Anything = st.SearchStrategy[Any]
texts = st.text(st.characters(exclude_categories=()))  # includes halves of characters
scalars: Anything = st.none() | st.booleans() | st.integers() | st.floats() | texts
times: Anything = st.datetimes().map(datetime.isoformat)
json_values: Anything = st.recursive(
    scalars | times,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
short: Anything = st.text(st.characters(exclude_categories=()), max_size=3)
required = {"id": short, "title": short, "summary": short}
optional = {name: json_values for name in ITEM["paper"] if name not in required}
near_papers: Anything = st.fixed_dictionaries(required, optional=optional)
near_items: Anything = st.fixed_dictionaries({"paper": near_papers}, optional={"numComments": json_values})


def read(**changes: Any) -> Paper:
    """The paper of the item with other values in its inner object; ``...`` removes a field."""
    item = copy.deepcopy(ITEM)
    item["paper"] = {name: value for name, value in (item["paper"] | changes).items() if value is not ...}
    return read_item(item, list_day=DAY, position=3)[0]


def test_every_field_of_an_item() -> None:
    """The inner object is read, with white space normalised and without hidden authors."""
    assert read() == Paper(
        id="2604.14148",
        title="Owls at night",
        abstract="We study owls. They hunt.",
        authors=("Ada Lovelace", "Alan Turing"),
        published=datetime(2026, 4, 15, 19, 59, 59, tzinfo=UTC),
        listing=Listing(name="2026-04-16", day=date(2026, 4, 16), position=3),
        votes=7,
        comments=2,
        code_url="https://github.com/example/owls",
        project_url="https://example.org/owls",
    )


@pytest.mark.parametrize("outer", ["1999-01-01T00:00:00.000Z", "nonsense", None, 3])
def test_the_outer_date_is_ignored(outer: object) -> None:
    """It's New York time, labelled as UTC."""
    assert read_item(ITEM | {"publishedAt": outer}, list_day=DAY, position=3)[0] == read()


@pytest.mark.parametrize("nothing", [..., None])
def test_only_id_title_and_summary_are_required(nothing: object) -> None:
    """Other fields that are missing or null are unknown."""
    optional = [name for name in ITEM["paper"] if name not in {"id", "title", "summary"}]
    paper = read(**dict.fromkeys(optional, nothing))
    assert (paper.votes, paper.published, paper.authors, paper.code_url) == (None, None, (), None)
    bare = {"paper": {name: ITEM["paper"][name] for name in ("id", "title", "summary")}}
    assert read_item(bare, list_day=None, position=0)[0].listing is None


@pytest.mark.parametrize("authors", [[{"name": None, "hidden": None}], [{}], [{"_id": "1", "user": None}]])
def test_an_author_without_a_name_is_left_out(authors: list[object]) -> None:
    """An author's record can be empty."""
    assert read(authors=authors).authors == ()


def test_zero_votes_are_not_unknown_votes() -> None:
    """0 is a number of votes; a missing field isn't."""
    assert read(upvotes=0).votes == 0
    assert read(upvotes=...).votes is None


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        ("2026-04-16T00:00:00.000Z", date(2026, 4, 16)),
        ("2026-04-15T21:30:00-04:00", date(2026, 4, 16)),
        ("2026-04-16T01:00:00+02:00", date(2026, 4, 15)),
        ("2026-04-16T05:00:00", date(2026, 4, 16)),
        ("", DAY),
        (..., DAY),
        (None, DAY),
    ],
)
def test_the_list_is_the_utc_day_of_its_submission(submitted: object, day: date) -> None:
    """If there is none, as before March 2025, it's the requested day."""
    assert read(submittedOnDailyAt=submitted).listing == Listing(name=day.isoformat(), day=day, position=3)


def test_items_that_are_the_repr_of_a_python_object() -> None:
    """22 recorded days have such texts; they're parsed, not run."""
    assert read_item(repr(ITEM), list_day=DAY, position=3)[0] == read()
    with pytest.raises(SourceError, match="the text isn't a Python literal"):
        read_item("__import__('os').system('false')", list_day=DAY, position=0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ...}, "title: field required"),
        ({"summary": None}, "summary: field required"),
        ({"id": 7}, "id: input should be a valid string"),
        ({"title": " "}, "must not be blank"),
    ],
)
def test_the_error_for_an_invalid_item_says_what_is_wrong(changes: dict[str, Any], said: str) -> None:
    """The field, and what it should be."""
    with pytest.raises(SourceError) as caught:
        read(**changes)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("upvotes", -1),
        ("upvotes", 10**20),
        ("publishedAt", "soon"),
        ("submittedOnDailyAt", "9999-12-31T23:00:00-10:00"),
        ("githubRepo", "see the paper"),
        ("authors", "Ada"),
    ],
)
def test_a_bad_field_is_left_out_and_named(name: str, value: object) -> None:
    """The paper is kept as if the field weren't there."""
    page = read_items([{"paper": ITEM["paper"] | {name: value}}], list_day=DAY, first=3)
    assert [str(defect).split(": ")[:3] for defect in page.defects] == [["item 4", "left out", name]]
    assert page.papers == (read(**{name: ...}).model_copy(update={"comments": None}),)


def test_invalid_items_are_counted_and_named_and_the_others_read() -> None:
    """The other papers keep their positions in the response; each defect names its own."""
    page = read_items([ITEM, {"paper": {}}, 3, None, "x" * 3_000_000, ITEM], list_day=DAY)
    assert [paper.listing.position for paper in page.papers if paper.listing] == [0, 5]
    assert [str(defect).split(":")[0] for defect in page.defects] == ["item 2", "item 3", "item 4", "item 5"]


@given(json_values | near_items | near_items.map(repr))
@example("[" * 10_000)
@example("-" * 100_000 + "1")
@example("{" + "1" * 5_000 + ": 1}")
@example("\x00")
def test_any_item_is_a_paper_or_a_readable_error(item: object) -> None:
    """Whatever the network sends is at most a defect of one item."""
    page = read_items([item], list_day=DAY)
    assert page.entries == 1
    assert len(page.papers) == 1 or len(page.defects) == 1
    assert all(Paper.model_validate_json(paper.model_dump_json()) == paper for paper in page.papers)
    assert all(str(defect).startswith("item 1: ") for defect in page.defects)


def recorded_days() -> list[Any]:
    """The recorded responses, one for each day; none without the recordings."""
    return [pytest.param(path, id=path.stem[-10:]) for path in sorted((SHARED / "data/hf_api").glob("daily_*.json"))]


@needs_shared
@pytest.mark.parametrize("path", recorded_days())
def test_a_recorded_day_is_read_without_a_defect(path: Any) -> None:
    """Every item of a day is a paper, on that day's list, in the order of the response."""
    day = date.fromisoformat(path.stem[-10:])
    items = json.loads(path.read_text(encoding="utf-8"))
    page = read_items(items, list_day=day)
    papers = page.papers
    assert not page.defects
    assert [paper.listing.position for paper in papers if paper.listing] == list(range(len(items)))
    assert {paper.listing.day for paper in papers if paper.listing} == {day}
    assert all(paper.arxiv == paper.id and paper.abstract and paper.published for paper in papers)


@pytest.fixture(scope="module")
def entries() -> list[tuple[str, Any]]:
    """All recorded list entries with their days."""
    with gzip.open(SHARED / "data/hf_daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows: Iterator[dict[str, Any]] = map(json.loads, lines)
        return [(row["list_date"], row["item"]) for row in rows]


@needs_shared
def test_all_recorded_entries_are_papers(entries: list[tuple[str, Any]]) -> None:
    """Each on the list of the recorded day, with an arXiv id."""
    papers = [read_item(item, list_day=date.fromisoformat(day), position=0)[0] for day, item in entries]
    assert len(papers) == 9_881
    for (day, _), paper in zip(entries, papers, strict=True):
        assert paper.listing is not None
        assert paper.listing.name == day
        assert arxiv_id(paper.id) == paper.id
        assert "\n" not in paper.abstract
        assert paper.published is None or paper.published.date() <= date.fromisoformat(day)
