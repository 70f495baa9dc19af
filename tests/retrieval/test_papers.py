"""Papers and their ids: white space, arXiv ids in every form, ids made of titles, links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from retrieval.papers import Paper, arxiv_id, arxiv_ids_in, linked_arxiv_ids, normalise, title_id

dresses = st.sampled_from(
    [
        "{}",
        " {} ",
        "<{}>",
        "arXiv:{}",
        "arxiv: {}",
        "{}v3",
        "https://arxiv.org/abs/{}",
        "http://www.arxiv.org/abs/{}v1",
        "https://export.arxiv.org/pdf/{}v12.pdf",
        "arxiv.org/html/{}v2/",
        "https://arxiv.org/abs/{}?context=cs#top",
        "https://huggingface.co/papers/{}",
        "https://huggingface.co/papers/{}#community",
        "https://doi.org/10.48550/arXiv.{}",
        "https://dx.doi.org/10.48550/ARXIV.{}",
        "doi:10.48550/arXiv.{}",
        "10.48550/arXiv.{}",
    ]
)
months = st.builds("{:02}{:02}".format, st.integers(0, 99), st.integers(1, 12))
new_ids = st.builds("{}.{}".format, months, st.from_regex(r"\A[0-9]{4,5}\Z"))
old_ids = st.builds(
    "{}/{}{}".format,
    st.sampled_from(["cs", "math", "math-ph", "hep-th", "cond-mat", "q-bio"]),
    months,
    st.from_regex(r"\A[0-9]{3}\Z"),
)
id_like = st.from_regex(r"(arXiv:)?[\w.-]{0,8}/?[0-9]{2}[01][0-9].?[0-9]{3,6}(v[0-9])?(\.pdf)?")


@given(st.text())
def test_white_space_is_normalised_once(text: str) -> None:
    """Only single spaces between words remain, no word is lost, and doing it again changes nothing."""
    folded = normalise(text)
    assert folded.split() == text.replace("\0", "\ufffd").split()
    assert folded == folded.strip()
    assert normalise(folded) == folded
    assert not any(character.isspace() and character != " " for character in folded)
    assert "  " not in folded


def test_hard_wraps_in_a_paper_are_removed() -> None:
    """Titles, abstracts and names have no line breaks, whatever the source has."""
    paper = Paper(id="1", title="Deep\n  nets", abstract=" One.\r\n  Two. ", authors=("Ada \t Lovelace",))
    assert (paper.title, paper.abstract, paper.authors) == ("Deep nets", "One. Two.", ("Ada Lovelace",))


@given(new_ids | old_ids, dresses)
def test_an_id_is_recognised_in_every_form(id: str, dress: str) -> None:
    """A bare id, a link to any page of the paper, a DOI: all mean the same paper, without its version."""
    assert arxiv_id(dress.format(id)) == id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("math.CA/0611800", "math/0611800"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("cs.CL/0001001v1", "cs/0001001"),
        ("0704.0001", "0704.0001"),
        ("ARXIV:2407.06723V2", "2407.06723"),
    ],
)
def test_old_and_upper_case_ids(text: str, id: str) -> None:
    """The subject class of an old id isn't part of it, and case doesn't matter."""
    assert arxiv_id(text) == id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2413.06723",
        "2400.06723",
        "2407.067234",
        "2407.067",
        "12407.06723",
        "1.2407.06723",
        "2407.06723.1",
        "2407.06723 is good",
        "２４０７.06723",
        "2407.0672٣",
        "\u212aath/0611800",
        "https://example.org/abs/2407.06723",
        "https://arxiv.org/list/cs.CL/recent",
        "https://doi.org/10.1000/2407.06723",
        "t-0123456789ab",
    ],
)
def test_other_text_is_not_an_id(text: str) -> None:
    """Months that don't exist, other numbers, other sites, digits of other scripts."""
    assert arxiv_id(text) is None


@given(st.text() | id_like | st.builds(str.format, dresses, id_like))
@example("<")
@example("arXiv:\n2407.06723")
def test_an_id_is_a_fixed_point(text: str) -> None:
    """Any text is an id or isn't, and an id stays the same when it's parsed again."""
    id = arxiv_id(text)
    if id is not None:
        assert arxiv_id(id) == id
        assert id.isascii()
        assert Paper(id=id, title="A paper").arxiv == id


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("see (2407.06723).", ("2407.06723",)),
        ("arXiv:2407.06723, 2407.06724; and again 2407.06723v2!", ("2407.06723", "2407.06724")),
        ("What does <https://arxiv.org/abs/2407.06723> say?", ("2407.06723",)),
        ("[this](https://huggingface.co/papers/2407.06723), please", ("2407.06723",)),
        ("“2407.06723” and ‘2407.06724’", ("2407.06723", "2407.06724")),
        ("2407.06723’s results—2407.06724", ("2407.06723", "2407.06724")),
        ("**2407.06723** `hep-th/9901001`", ("2407.06723", "hep-th/9901001")),
        ("doi: 10.48550/arXiv.2407.06723", ("2407.06723",)),
        ("https://www.connectedpapers.com/main/2407.06723v2/x", ("2407.06723",)),
        ("https://api.semanticscholar.org/arXiv:2407.06723", ("2407.06723",)),
        ("https://a.example/2407.06723-b/1.2407.06724", ()),
        ("in version 1.2.2407.06723 of 1999.12345", ()),
        ("", ()),
    ],
)
def test_ids_in_running_text(text: str, ids: tuple[str, ...]) -> None:
    """Punctuation, quotation marks and Markdown around ids don't hide them; each counts once."""
    assert arxiv_ids_in(text) == ids


@given(st.text() | st.lists(id_like).map(" ".join))
def test_running_text_never_fails(text: str) -> None:
    """In any text, everything that is found is an id, and each occurs once."""
    found = arxiv_ids_in(text)
    assert len(set(found)) == len(found)
    assert all(arxiv_id(id) == id for id in found)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("look: https://arxiv.org/abs/2407.06723v2, nice", ("2407.06723",)),
        ("https://huggingface.co/papers/2407.06723 https://arxiv.org/pdf/2407.06723.pdf", ("2407.06723",)),
        ("(https://doi.org/10.48550/arXiv.2310.07240)", ("2310.07240",)),
        (
            "[a paper](https://arxiv.org/abs/2310.07240) and arxiv.org/abs/hep-th/9901001",
            ("2310.07240", "hep-th/9901001"),
        ),
        ("**https://arxiv.org/abs/2310.07240**", ("2310.07240",)),
        ("2407.06723 and arXiv:2310.07240 are no links", ()),
        ("<https://arxiv.org/abs/2407.06723>", ()),
        ("||https://arxiv.org/abs/2407.06723|| `https://arxiv.org/abs/2310.07240`", ()),
        ("```\nhttps://arxiv.org/abs/2407.06723\n```", ()),
        ("https://example.org/?to=https://arxiv.org/abs/2407.06723", ()),
        ("https://notarxiv.org/abs/2407.06723 https://arxiv.org/list/cs.CL", ()),
    ],
)
def test_links_in_running_text(text: str, ids: tuple[str, ...]) -> None:
    """Only links count, except for those whose author suppressed the preview."""
    assert linked_arxiv_ids(text) == ids


@given(st.text() | st.lists(id_like).map(" ".join))
def test_links_are_ids_in_the_text(text: str) -> None:
    """In any text."""
    assert set(linked_arxiv_ids(text)) <= set(arxiv_ids_in(text))


def test_the_id_of_a_title_never_changes() -> None:
    """Saved papers and posts contain these ids; this one was computed when the first of them was stored."""
    assert title_id("A Comprehensive Survey on Hardware-Aware Neural Architecture Search") == "t-7c4e39ef3327"


@given(st.text())
def test_white_space_and_case_do_not_count_in_the_id_of_a_title(title: str) -> None:
    """The same title with different spacing or case is the same paper."""
    assert title_id(f"\n {title}\t") == title_id(normalise(title)) == title_id(title.casefold())
    assert arxiv_id(title_id(title)) is None


def test_links_of_an_arxiv_paper_lead_to_the_paper() -> None:
    """The abstract page for the title, the page with votes for the discussion, whatever link the source has."""
    paper = Paper(id="2407.06723", title="A paper", link="https://example.org/1")
    assert paper.url == "https://arxiv.org/abs/2407.06723"
    assert paper.discussion_url == "https://huggingface.co/papers/2407.06723"


def test_links_of_other_papers() -> None:
    """The source's link or, without one, a search for the title; no discussion."""
    assert Paper(id="t-1", title="A paper", link="https://example.org/1").url == "https://example.org/1"
    linked = Paper(id="t-1", title="A paper", link="https://arxiv.org/abs/2401.09670v2")
    assert (linked.arxiv, linked.url) == ("2401.09670", "https://arxiv.org/abs/2401.09670")
    paper = Paper(id="t-1", title="Cats & dogs: 100% " + "owls " * 100)
    assert paper.url.startswith("https://arxiv.org/search/?query=Cats+%26+dogs%3A+100%25+owls")
    assert paper.url.endswith("&searchtype=title")
    assert len(paper.url) < 400
    assert paper.discussion_url is None


def test_times_are_utc() -> None:
    """Times in other zones are converted, those without a zone count as UTC, those out of range are refused."""
    moment = datetime(2024, 5, 27, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert Paper(id="1", title="A", published=moment).published == datetime(2024, 5, 26, 23, 30, tzinfo=UTC)
    without_zone = Paper.model_validate({"id": "1", "title": "A", "published": "2024-05-27T06:00:00"})
    assert without_zone.published == datetime(2024, 5, 27, 6, tzinfo=UTC)
    with pytest.raises(ValidationError, match="out of range"):
        Paper.model_validate({"id": "1", "title": "A", "published": "0001-01-01T00:00:00+10:00"})


@pytest.mark.parametrize("votes", [-1, 2**31, 2**80])
def test_votes_that_no_database_can_store_are_refused(votes: int) -> None:
    """Such a number is a defect of the source, found before it's stored."""
    with pytest.raises(ValidationError):
        Paper(id="1", title="A", votes=votes)


@pytest.mark.parametrize("field", ["id", "title"])
def test_a_paper_has_an_id_and_a_title(field: str) -> None:
    """They must not be blank."""
    with pytest.raises(ValidationError):
        Paper.model_validate({"id": "1", "title": "A"} | {field: ""})
    with pytest.raises(ValidationError):
        Paper.model_validate({"id": "1", "title": "\n "} if field == "title" else {"title": "A"})
