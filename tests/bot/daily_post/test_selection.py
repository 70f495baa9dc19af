"""Which papers of a list a channel gets, and why it doesn't get the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.daily_post.selection import SelectionRules, select_papers
from retrieval.english import Text
from retrieval.papers import Paper
from retrieval.trending.score import Trend


def ranked(*votes: int | None) -> list[Trend]:
    """A paper for each number of votes, in this order. Their ids are their positions."""
    return [Trend(Paper(id=str(place), title="T", votes=count), 1.0, Text("")) for place, count in enumerate(votes)]


def test_papers_and_minimum_votes_are_respected() -> None:
    """Best first; unknown votes count as zero; every other paper has a reason."""
    shown, left_out = select_papers(ranked(9, None, 7, 2, 5), SelectionRules(papers=2, minimum_votes=5, unfit={}))
    assert [each.paper.votes for each in shown] == [9, 7]
    assert [(each.trend.paper.votes, each.why) for each in left_out] == [
        (None, "has fewer than 5 votes"),
        (2, "has fewer than 5 votes"),
        (5, "ranks below the top 2"),
    ]
    shown, left_out = select_papers(ranked(9, None), SelectionRules(papers=10, minimum_votes=0, unfit={}))
    assert (len(shown), left_out) == (2, ())


def test_papers_left_out_by_rules_or_posted_before_do_not_count() -> None:
    """Having been posted before is the reason given, whatever the rules say."""
    rules = SelectionRules(
        papers=1, minimum_votes=0, unfit={"0": Text("is not in cs.CL"), "1": Text("is not in cs.CL")}, had={"1", "2"}
    )
    shown, left_out = select_papers(ranked(9, 8, 7, 6), rules)
    assert [each.paper.id for each in shown] == ["3"]
    assert [each.why for each in left_out] == ["is not in cs.CL", "was posted here before", "was posted here before"]


@given(
    votes=st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=20),
    papers=st.integers(1, 25),
    minimum=st.integers(0, 9),
    unfit=st.sets(st.integers(0, 19)),
    had=st.sets(st.integers(0, 19)),
)
def test_every_paper_is_shown_or_left_out_for_a_reason(
    votes: list[int | None], papers: int, minimum: int, unfit: set[int], had: set[int]
) -> None:
    """None is lost or counted twice, and those shown match, in order, up to the maximum."""
    rules = SelectionRules(papers, minimum, {str(each): Text("does not fit") for each in unfit}, set(map(str, had)))
    every = ranked(*votes)
    shown, left_out = select_papers(every, rules)
    assert sorted([*shown, *(each.trend for each in left_out)], key=every.index) == every
    wanted = [each for n, each in enumerate(every) if n not in unfit | had and (each.paper.votes or 0) >= minimum]
    assert list(shown) == wanted[:papers]
    assert all(each.why for each in left_out)
