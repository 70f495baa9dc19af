"""Atom feeds of arXiv: papers, versions, withdrawals, errors that come as entries."""

from __future__ import annotations

import json

import pytest

from retrieval.errors import SourceError, SourceRefused
from retrieval.ingest.parsers.arxiv import read_feed
from tests.retrieval.ingest.live.live_sources import entry, feed
from tests.shared_data import SHARED, needs_shared


def test_a_withdrawn_paper_is_recognised_by_its_comment_or_its_abstract() -> None:
    """Other papers aren't."""
    said = "This paper has been withdrawn by the author."
    one, two, three = read_feed(
        feed(entry("2606.00001v2", comment=said), entry("2606.00002v3", summary=said), entry("2606.00003v1"))
    ).papers
    assert [paper.withdrawn is not None for paper in (one, two, three)] == [True, True, False]
    assert (one.version, two.version, three.version) == (2, 3, 1)


@pytest.mark.parametrize(
    ("kind", "known"), [("", True), ("new", True), ("cross", False), ("replace", False), ("replace-cross", False)]
)
def test_only_new_papers_of_the_feed_have_a_date(kind: str, known: bool) -> None:
    """The date of any other entry is that of its announcement, not of the paper."""
    (paper,) = read_feed(feed(entry("2606.00001v1", kind=kind))).papers
    assert (paper.published is not None) == known


def test_classes_of_other_societies_are_no_categories() -> None:
    """The AMS's and the ACM's are in the same element."""
    classes = "".join(f'<category term="{term}"/>' for term in ("math-ph", "68T50, 68T30 (Primary)", "I.2.7"))
    (paper,) = read_feed(feed(entry("2606.00001v1").replace("</entry>", f"{classes}</entry>"))).papers
    assert paper.categories == ("cs.CL", "math-ph")


def test_an_invalid_entry_is_reported_and_the_others_are_read() -> None:
    """With its number."""
    read = read_feed(feed(entry("2606.00001v2"), entry("nonsense")))
    assert [paper.id for paper in read.papers] == ["2606.00001"]
    assert str(read.defects[0]).startswith("entry 2: not an arXiv id")


@pytest.mark.parametrize("body", [b"", b"<feed", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_anything_else_than_a_feed_is_refused(body: bytes) -> None:
    """A truncated one, a proxy's error page, one that defines entities."""
    with pytest.raises(SourceError):
        read_feed(body)


@needs_shared
def test_recorded_responses_are_read() -> None:
    """Without defects; the error in arXiv's own words."""
    for path in (SHARED / "data" / "arxiv_api").glob("*.json"):
        body = json.loads(path.read_text(encoding="utf-8"))["body"].encode()
        if path.name.startswith("id_abc"):
            with pytest.raises(SourceRefused, match="incorrect id format for abc"):
                read_feed(body)
        else:
            assert read_feed(body).defects == ()
