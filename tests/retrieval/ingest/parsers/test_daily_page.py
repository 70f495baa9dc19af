"""The text of a Daily Papers page, however it was copied."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from retrieval.errors import SourceError
from retrieval.ingest.parsers.daily_page import is_page, read_page
from retrieval.papers import Paper, normalise
from retrieval.settings import SEED_PAGE

SEEDS = SEED_PAGE.read_text(encoding="utf-8")
FORM = "Get trending papers in your email inbox!\n\nSubscribe"
ABSTRACT = "We study owls at night and describe how they hunt, what they hear and where they rest. " * 3
PARTS = ["new", FORM, "Daily Papers", "by AK and the research community", "On Owls", ABSTRACT, "", " ", "\r", "12"]


def page(*paragraphs: str) -> str:
    """A page with only these paragraphs below its heading."""
    return "\n\n".join(["Daily Papers", "by AK and the research community", *paragraphs])


def read(text: str) -> list[tuple[str, str]]:
    """The titles and abstracts of a page."""
    return [(paper.title, paper.abstract) for paper in read_page(text)]


def wrapped(text: str, width: int) -> str:
    """The text with every paragraph wrapped, as mail programs do it, except for the page's own lines."""
    lines = list[str]()
    for line in text.splitlines():
        words, current = line.split(" "), ""
        for word in words:
            if current and len(current) + len(word) >= width:
                lines.append(current)
                current = ""
            current = f"{current} {word}" if current else word
        lines.append(current)
    return "\n".join(lines)


def test_the_seed_page_has_its_papers_in_order() -> None:
    """Fifteen papers, first to last, each with a title and an abstract in the page's exact words."""
    papers = read_page(SEEDS)
    assert len(papers) == 15
    assert papers[0].title == "A Comprehensive Survey on Hardware-Aware Neural Architecture Search"
    places = [SEEDS.index(paper.title) for paper in papers]
    assert places == sorted(places)
    for paper in papers:
        assert f"{paper.title}\n\n{paper.abstract}" in "\n\n".join(map(normalise, SEEDS.split("\n\n")))


def test_every_word_of_the_seed_page_except_the_chrome_belongs_to_a_paper() -> None:
    """Only the heading, the byline and the subscribe form are left out."""
    kept = sum(len(paper.title.split()) + len(paper.abstract.split()) for paper in read_page(SEEDS))
    chrome = ["new", FORM, "Daily Papers", "by AK and the research community"]
    assert kept + sum(len(line.split()) for line in chrome) == len(SEEDS.split())
    text = " ".join(f"{paper.title} {paper.abstract}" for paper in read_page(SEEDS))
    assert not any(line in text for line in ("Subscribe", "email inbox", "the research community"))


def test_papers_of_a_page_are_on_one_list_without_a_day() -> None:
    """Positions start at 0, ids are made of titles, and a page has no votes or dates."""
    papers = read_page(SEEDS)
    listings = [paper.listing for paper in papers if paper.listing]
    assert [listing.position for listing in listings] == list(range(15))
    assert {listing.day for listing in listings} == {None}
    (name,) = {listing.name for listing in listings}
    assert name.startswith("page-")
    assert len({paper.id for paper in papers}) == 15
    assert {paper.votes for paper in papers} == {None}


def test_another_page_is_another_list() -> None:
    """The list's name comes from its papers: the same page again is the same list, another one isn't."""

    def name(text: str) -> str | None:
        listing = read_page(text)[0].listing
        return listing and listing.name

    assert name(page("On Owls", ABSTRACT)) == name(page("On Owls", FORM, ABSTRACT))
    assert name(page("On Owls", ABSTRACT)) != name(page("On Crows", ABSTRACT))


@pytest.mark.parametrize(
    "changed",
    [
        SEEDS.replace("\n", "\r\n"),
        SEEDS.replace("\n", "\r"),
        SEEDS.replace("\n\n", "\n \t\n\n\n"),
        "\ufeff\n" + SEEDS + "\n\n\n",
        wrapped(SEEDS, 60),
        wrapped(SEEDS, 60).replace("\n", "\r\n"),
        SEEDS.replace("Daily Papers\n", "  DAILY   papers \n"),
        SEEDS.replace(FORM, "") + "\n\n" + FORM,
        SEEDS.replace("\n\nDeploying neural", f"\n\n{FORM}\n\nDeploying neural"),
        SEEDS.replace("by AK and the research community", "by Someone Else and the research community"),
    ],
    ids=["CRLF", "CR", "gaps", "BOM", "wrapped", "wrapped CRLF", "heading", "form below", "form inside", "byline"],
)
def test_a_page_copied_in_another_way_is_the_same_page(changed: str) -> None:
    """Line ends, hard wraps, blank lines and the form's position don't matter."""
    assert changed != SEEDS
    assert read_page(changed) == read_page(SEEDS)


def test_a_title_without_an_abstract_is_left_out() -> None:
    """A short paragraph isn't a paper; the title is the last one before the abstract."""
    assert read(page("Lonely", "On Owls", ABSTRACT, "Also lonely")) == [("On Owls", normalise(ABSTRACT))]


def test_the_same_title_twice_is_one_paper() -> None:
    """A list has a paper once, even if the page has it twice in different case."""
    papers = read_page(page("On Owls", ABSTRACT, "On Crows", ABSTRACT, "ON OWLS", ABSTRACT))
    assert len(papers) == len({paper.id for paper in papers}) == 2
    assert [paper.listing.position for paper in papers if paper.listing] == [0, 1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no such heading"),
        ("Some text\n\n" + ABSTRACT, "no such heading"),
        (f"We read Daily Papers every day.\n\n{ABSTRACT}", "no such heading"),
        ("Daily Papers", "no paper"),
        (page("On Owls", "Too short."), "no paper"),
        (page(ABSTRACT), "no paper"),
    ],
)
def test_anything_else_than_a_page_is_refused(text: str, found: str) -> None:
    """The error says what a page looks like and what was missing."""
    with pytest.raises(SourceError, match=f"Expected a Daily Papers page: the heading.*found {found}"):
        read_page(text)


@given(st.lists(st.sampled_from(PARTS) | st.text(), max_size=12).map("\n\n".join))
def test_any_text_gives_papers_or_a_readable_error(text: str) -> None:
    """Either papers with different ids, in order, or a ``SourceError``."""
    try:
        papers = read_page(text)
    except SourceError:
        return
    assert is_page(text)
    assert papers == [Paper.model_validate(paper.model_dump()) for paper in papers]
    assert len({paper.id for paper in papers}) == len(papers) > 0
    assert all(paper.abstract in normalise(text) for paper in papers)
