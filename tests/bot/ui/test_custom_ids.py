"""Custom ids: those of messages already sent keep working, and none is made that could not be read again."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client import FEATURES
from bot.interactions.components import SUBMISSIONS
from bot.interactions.registration import card_items_in
from bot.ui import custom_ids
from bot.ui.custom_ids import CustomId
from retrieval.errors import InvalidInput
from retrieval.trending.results import Span

ITEMS = [item for feature in FEATURES for item in card_items_in(feature)]

SENT: list[tuple[str, CustomId[...], dict[str, Any]]] = [
    ("setup:open", custom_ids.SETUP_OPEN, {}),
    ("answer:quotes:7", custom_ids.OTHER_QUOTES, {"answer": 7}),
    ("answer:paper:7", custom_ids.ANSWER_PAPER, {"answer": 7}),
    ("answer:similar:7", custom_ids.ANSWER_SIMILAR, {"answer": 7}),
    ("answer:more:7", custom_ids.ANSWER_MORE, {"answer": 7}),
    ("answer:why:7", custom_ids.ANSWER_WHY, {"answer": 7}),
    ("answer:context:7", custom_ids.ANSWER_CONTEXT, {"answer": 7}),
    ("answer:contexts:7", custom_ids.CONTEXT_MENU, {"answer": 7}),
    ("answer:share:7", custom_ids.ANSWER_SHARE, {"answer": 7}),
    ("answer:report:7", custom_ids.ANSWER_REPORT, {"answer": 7}),
    ("answer:unreport:7", custom_ids.REPORT_UNDO, {"answer": 7}),
    ("answer:useful:7", custom_ids.FEEDBACK, {"verdict": "useful", "answer": 7}),
    ("answer:useless:7", custom_ids.FEEDBACK, {"verdict": "useless", "answer": 7}),
    ("paper:show:2310.07240", custom_ids.PAPER, {"paper": "2310.07240"}),
    ("paper:similar:math/0611800", custom_ids.PAPER_SIMILAR, {"paper": "math/0611800"}),
    ("paper:menu", custom_ids.PAPER_MENU, {}),
    ("paper:author", custom_ids.PAPER_AUTHOR, {}),
    ("paper:save:a:b c", custom_ids.PAPER_SAVE, {"paper": "a:b c"}),
    ("paper:bibtex:t-0123456789ab", custom_ids.PAPER_BIBTEX, {"paper": "t-0123456789ab"}),
    ("saved:open:7", custom_ids.SAVED_OPEN, {"save": 7}),
    ("saved:edit:7", custom_ids.SAVED_EDIT, {"save": 7}),
    ("saved:form:7", custom_ids.SAVED_FORM, {"save": 7}),
    ("saved:remove:7", custom_ids.SAVED_REMOVE, {"save": 7}),
    ("saved:undo:7", custom_ids.SAVED_UNDO, {"save": 7}),
    ("saved:move:7", custom_ids.SAVED_MOVE, {"save": 7}),
    ("saved:page:7:2:To read: soon", custom_ids.SAVED_PAGE, {"search": 7, "page": 2, "list_name": "To read: soon"}),
    ("saved:turn:0:2:", custom_ids.SAVED_TURN, {"search": 0, "page": 2, "list_name": ""}),
    ("saved:list:7", custom_ids.SAVED_LIST, {"search": 7}),
    ("saved:export:7:Später", custom_ids.SAVED_EXPORT, {"search": 7, "list_name": "Später"}),
    ("saved:file:bib:7:1:2", custom_ids.SAVED_FILE, {"form": "bib", "search": 7, "list_name": "1:2"}),
    ("saved:link:new:To read", custom_ids.SAVED_LINK, {"what": "new", "list_name": "To read"}),
    ("search:7:2", custom_ids.SEARCH_PAGE, {"search": 7, "page": 2}),
    ("trending-days:0001-01-01:2026-05-27:2", custom_ids.TRENDING_DAYS,
     {"first": date.min, "last": date(2026, 5, 27), "page": 2}),
    ("trending:week:0", custom_ids.TRENDING, {"span": Span.WEEK, "page": 0, "turn": ""}),
    ("trending:day:2:turn", custom_ids.TRENDING, {"span": Span.DAY, "page": 2, "turn": ":turn"}),
    ("post:7", custom_ids.POST, {"post": 7}),
    ("reading:week:7", custom_ids.READING, {"reading": 7}),
    ("reading:reminder:7", custom_ids.READING_LEAVE, {"reminder": 7}),
    ("reading:join", custom_ids.READING_JOIN, {"what": "join"}),
    ("reading:vote:2310.07240", custom_ids.READING_VOTE, {"paper": "2310.07240"}),
    ("reading:add:2310.07240", custom_ids.READING_ADD, {"paper": "2310.07240"}),
    ("posts-feed:off", custom_ids.POSTS_FEED, {"what": "off"}),
    ("post:7:2", custom_ids.POST_PAGE, {"post": 7, "page": 2}),
    ("inbox:leave", custom_ids.INBOX, {"what": "leave"}),
    ("inbox:leave-now", custom_ids.INBOX, {"what": "leave-now"}),
    ("vote:for:2310.07240", custom_ids.VOTE, {"paper": "2310.07240"}),
    ("vote:menu", custom_ids.VOTE_MENU, {}),
    ("discuss:paper:2310.07240", custom_ids.DISCUSS, {"paper": "2310.07240"}),
    ("discuss:menu", custom_ids.DISCUSS_MENU, {}),
    ("discuss:post:7", custom_ids.DISCUSS_POST, {"post": 7}),
    ("recap:7", custom_ids.RECAP, {"recap": 7}),
    ("alert:7", custom_ids.ALERT, {"alert": 7}),
    ("alert:7:2", custom_ids.ALERT_PAGE, {"alert": 7, "page": 2}),
    ("follow:open:7", custom_ids.FOLLOW, {"what": "open", "follow": 7}),
    ("follow:text:7", custom_ids.FOLLOW_TEXT, {"search": 7}),
    ("follow:instead:7:8", custom_ids.FOLLOW_INSTEAD, {"follow": 7, "search": 8}),
    ("follows:page:2", custom_ids.FOLLOWS_PAGE, {"page": 2}),
    ("follows:from:7", custom_ids.FOLLOWS_FROM, {"alert": 7}),
    ("follows:waiting:2", custom_ids.FOLLOWS_WAITING, {"page": 2}),
    ("follows:when", custom_ids.FOLLOWS_DO, {"what": "when"}),
    ("daily:tried:7:2", custom_ids.DAILY_PREVIEW, {"draft": 7, "page": 2}),
    ("daily:save:7", custom_ids.DAILY_DRAFT, {"what": "save", "draft": 7}),
    ("setup:time:7", custom_ids.SETUP, {"what": "time", "draft": 7}),
    ("setup:choose:channel:7", custom_ids.SETUP_MENU, {"what": "channel", "draft": 7}),
    ("privacy:file", custom_ids.PRIVACY, {"what": "file"}),
    ("answer:report-form:7", custom_ids.REPORT_FORM, {"answer": 7}),
    ("answer:question-form:7:2310.07240,a", custom_ids.QUESTION_FORM, {"message": 7, "papers": "2310.07240,a"}),
    ("setup:time-form:7", custom_ids.SETUP_TIME_FORM, {"draft": 7}),
    ("setup:rules-form:7", custom_ids.SETUP_RULES_FORM, {"draft": 7}),
    ("inbox:address-form", custom_ids.INBOX_ADDRESS_FORM, {}),
    ("inbox:code-form", custom_ids.INBOX_CODE_FORM, {}),
    ("inbox:settings-form", custom_ids.INBOX_SETTINGS_FORM, {}),
    ("follow:form:7", custom_ids.FOLLOW_FORM, {"follow": 7}),
    ("follows:form", custom_ids.FOLLOWS_FORM, {}),
]  # fmt: skip
"""An id of each kind as released versions made it, and its fields. Add to this list; change nothing in it."""


@pytest.mark.parametrize(("sent", "kind", "fields"), SENT, ids=[sent for sent, _, _ in SENT])
def test_an_id_in_an_old_message_is_understood(sent: str, kind: CustomId[...], fields: dict[str, Any]) -> None:
    """It has the same fields, and made from these fields, it is the same."""
    assert kind.parse(sent) == fields
    assert kind(**fields) == sent


def test_every_item_has_an_example() -> None:
    """A new kind of id is added to the list above."""
    assert {*(item.custom_id_kind for item in ITEMS), *SUBMISSIONS} == {kind for _, kind, _ in SENT}


def everything(number: int, day: date, span: Span, word: Literal["a+b", "c"], paper: custom_ids.PaperId) -> None:
    """One field of every type."""


EVERYTHING = CustomId("x.y:{number}:{day}:{span}:{word}:{paper}", everything)


@given(
    st.integers(0, 2**63 - 1),
    st.dates(),
    st.sampled_from(Span),
    st.sampled_from(("a+b", "c")),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40),
)
def test_an_id_is_parsed_to_its_fields(
    number: int, day: date, span: Span, word: Literal["a+b", "c"], paper: str
) -> None:
    """Whatever they contain, even a colon or a brace."""
    fields = {"number": number, "day": day, "span": span, "word": word, "paper": paper}
    assert EVERYTHING.parse(EVERYTHING(number, day, span, word, paper)) == fields


@pytest.mark.parametrize(
    "paper", ["", "x" * 65, "two\nlines", "half \ud83d"], ids=["empty", "too long", "lines", "surrogate"]
)
def test_an_id_that_could_not_be_parsed_is_refused(paper: str) -> None:
    """The button would fail later, or Discord would refuse the message."""
    with pytest.raises(ValueError, match=r"custom id|surrogates"):
        custom_ids.PAPER(paper)


def test_discords_limit_is_checked() -> None:
    """A hundred characters."""
    assert len(custom_ids.QUESTION_FORM(10**18, "x" * 59)) == 100
    with pytest.raises(ValueError, match="custom id"):
        custom_ids.QUESTION_FORM(10**18, "x" * 60)


@pytest.mark.parametrize(
    ("kind", "forged"),
    [
        (custom_ids.POST, f"post:{2**63}"),
        (custom_ids.TRENDING_DAYS, "trending-days:2026-02-30:2026-03-01:0"),
        (custom_ids.TRENDING_DAYS, "trending-days:0000-00-00:9999-99-99:0"),
        (custom_ids.PAPER, "paper:show:half \ud83d"),
    ],
    ids=["number", "day", "days", "surrogate"],
)
def test_a_forged_value_is_refused_in_words(kind: CustomId[...], forged: str) -> None:
    """Its form is right, but no id of ours has it."""
    with pytest.raises(InvalidInput):
        kind.parse(forged)


def test_digits_of_other_scripts_are_no_numbers() -> None:
    """Python's int reads them."""
    with pytest.raises(ValueError, match="not a custom id"):
        custom_ids.POST.parse("post:٧")


def test_an_id_of_another_kind_is_not_parsed() -> None:
    """Nor one with something after it."""
    for other in ("post:7:2", "post:x", "post:7:", "xpost:7"):
        with pytest.raises(ValueError, match="not a custom id"):
            custom_ids.POST.parse(other)
