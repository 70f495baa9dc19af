"""Custom ids of buttons and menus, each written once: call one to make an id, ``parse`` to read one.

An id holds everything that is needed to answer a press, so buttons keep working after a restart. Ids are part
of messages already sent: never change a released template, add a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Annotated, Any, Final, Generic, Literal, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

from bot.ui.discord_limits import CUSTOM_ID
from retrieval.trending.results import Span

P = ParamSpec("P")
F = TypeVar("F")


class CustomId(Generic[P, F]):
    """One kind of custom id: a template such as ``search:{search}:{page}`` and the dataclass of its fields.

    The types of the fields decide what they may hold: ``int``, ``date``, an enum, a ``Literal``, or a string
    annotated with its pattern.
    """

    def __init__(self, template: str, fields: Callable[P, F]) -> None:
        self._template = template
        self._fields: Callable[..., F] = fields
        self._types = {name: _pattern_and_type(hint) for name, hint in _hints(fields).items()}
        self.pattern = re.compile(
            "".join(
                re.escape(text) + (f"(?P<{name}>{self._types[name][0]})" if name else "")
                for text, name, _, _ in Formatter().parse(template)
            )
        )

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The id with these fields. Raises ``ValueError`` if Discord would refuse it or ``parse`` could not read it."""
        made = self._template.format_map(vars(self._fields(*args, **kwargs)))
        if self.pattern.fullmatch(made) is None or len(made) > CUSTOM_ID:
            raise ValueError(f"{made!r} cannot be a custom id of the kind {self._template!r}")
        made.encode()  # raises for half of a surrogate pair, which JSON cannot carry
        return made

    def parse(self, custom_id: str) -> F:
        """The fields of an id. Raises ``ValueError`` if it is of another kind."""
        match = self.pattern.fullmatch(custom_id)
        if match is None:
            raise ValueError(f"{custom_id!r} is not a custom id of the kind {self._template!r}")
        return self._fields(**{name: self._types[name][1](text) for name, text in match.groupdict().items()})


def _hints(fields: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(fields, include_extras=True)


def _pattern_and_type(hint: Any) -> tuple[str, Callable[[str], Any]]:
    """What a field of this type looks like, and what turns the text into a value."""
    if hint is int:
        return r"\d+", int
    if hint is date:
        return r"\d{4}-\d\d-\d\d", date.fromisoformat
    if get_origin(hint) is Annotated:
        return hint.__metadata__[0], str
    if get_origin(hint) is Literal:
        return "|".join(map(re.escape, get_args(hint))), str
    return "|".join(each.value for each in hint), hint


PaperId = Annotated[str, ".{1,64}"]
ListName = Annotated[str, ".{0,50}"]
"""The name of a list of saved papers; empty for all lists."""

InboxAction = Literal["show", "join", "code", "address", "change", "cancel", "pause", "resume", "leave", "leave-now"]
FollowAction = Literal["open", "test", "edit", "pause", "resume", "remove", "restore"]
SetupAction = Literal["time", "rules", "try", "test", "save", "cancel", "links"]
SetupMenuName = Literal["channel", "papers", "order", "empty", "discussions"]


@dataclass(frozen=True)
class NoFields:
    """Nothing but the kind: a menu's choice says which paper is meant."""


@dataclass(frozen=True)
class AnswerFields:
    """The number of an answer."""

    answer: int


@dataclass(frozen=True)
class VerdictFields:
    """A verdict on an answer."""

    verdict: Literal["useful", "useless"]
    answer: int


@dataclass(frozen=True)
class PaperFields:
    """The id of a paper."""

    paper: PaperId


@dataclass(frozen=True)
class SaveFields:
    """The number of a saved paper."""

    save: int


@dataclass(frozen=True)
class SearchFields:
    """The number of a stored search; 0 for none where all saved papers are meant."""

    search: int


@dataclass(frozen=True)
class SearchPageFields:
    """A page (0-based) of a stored search."""

    search: int
    page: int


@dataclass(frozen=True)
class SavedListFields:
    """Saved papers of a list that match a stored search (0: all of them)."""

    search: int
    list_name: ListName


@dataclass(frozen=True)
class SavedPageFields:
    """A page (0-based) of them."""

    search: int
    list_name: ListName
    page: int


@dataclass(frozen=True)
class SavedFileFields:
    """A file of them."""

    form: Annotated[str, "bib|ris|csv|md|json"]
    search: int
    list_name: ListName


@dataclass(frozen=True)
class DaysFields:
    """A page (0-based) of the trending papers of some days, both included."""

    first: date
    last: date
    page: int


@dataclass(frozen=True)
class SpanFields:
    """A page (0-based) of the trending papers of a span.

    ``turn`` tells the pager's button from the span's own: ids of one message must differ.
    """

    span: Span
    page: int
    turn: Literal["", ":turn"] = ""


@dataclass(frozen=True)
class PostFields:
    """The number of a daily post."""

    post: int


@dataclass(frozen=True)
class PostPageFields:
    """A page (0-based) of the whole list of a daily post."""

    post: int
    page: int


@dataclass(frozen=True)
class DraftFields:
    """What is done with a draft of a daily post's set-up."""

    what: Literal["save", "cancel"]
    draft: int


@dataclass(frozen=True)
class DraftPageFields:
    """A page (0-based) of the preview of a draft."""

    draft: int
    page: int


@dataclass(frozen=True)
class SetupFields:
    """A button of the set-up screen of a draft."""

    what: SetupAction
    draft: int


@dataclass(frozen=True)
class SetupMenuFields:
    """A menu of the set-up screen of a draft."""

    what: SetupMenuName
    draft: int


@dataclass(frozen=True)
class PrivacyFields:
    """What a person does with all that is stored about them."""

    what: Literal["file", "ask", "delete", "keep"]


@dataclass(frozen=True)
class RecapFields:
    """The number of a recap."""

    recap: int


@dataclass(frozen=True)
class InboxFields:
    """What a person does with their inbox."""

    what: InboxAction


@dataclass(frozen=True)
class AlertFields:
    """The number of an alert."""

    alert: int


@dataclass(frozen=True)
class AlertPageFields:
    """A page (0-based) of an alert's papers."""

    alert: int
    page: int


@dataclass(frozen=True)
class FollowFields:
    """What a person does with a follow."""

    what: FollowAction
    follow: int


@dataclass(frozen=True)
class FollowSearchFields:
    """A follow, and the stored search whose text replaces its own."""

    follow: int
    search: int


@dataclass(frozen=True)
class FollowsFields:
    """What a person does with all of their follows."""

    what: Literal["when", "reopen", "list"]


@dataclass(frozen=True)
class PageFields:
    """A page (0-based) of a person's own list."""

    page: int


OTHER_QUOTES: Final = CustomId("answer:quotes:{answer}", AnswerFields)
ANSWER_PAPER: Final = CustomId("answer:paper:{answer}", AnswerFields)
ANSWER_SIMILAR: Final = CustomId("answer:similar:{answer}", AnswerFields)
ANSWER_WHY: Final = CustomId("answer:why:{answer}", AnswerFields)
ANSWER_CONTEXT: Final = CustomId("answer:context:{answer}", AnswerFields)
CONTEXT_MENU: Final = CustomId("answer:contexts:{answer}", AnswerFields)
ANSWER_SHARE: Final = CustomId("answer:share:{answer}", AnswerFields)
ANSWER_REPORT: Final = CustomId("answer:report:{answer}", AnswerFields)
REPORT_UNDO: Final = CustomId("answer:unreport:{answer}", AnswerFields)
FEEDBACK: Final = CustomId("answer:{verdict}:{answer}", VerdictFields)

PAPER: Final = CustomId("paper:show:{paper}", PaperFields)
PAPER_SIMILAR: Final = CustomId("paper:similar:{paper}", PaperFields)
PAPER_SAVE: Final = CustomId("paper:save:{paper}", PaperFields)
PAPER_BIBTEX: Final = CustomId("paper:bibtex:{paper}", PaperFields)
PAPER_MENU: Final = CustomId("paper:menu", NoFields)
SEARCH_PAGE: Final = CustomId("search:{search}:{page}", SearchPageFields)
TRENDING_DAYS: Final = CustomId("trending-days:{first}:{last}:{page}", DaysFields)
TRENDING: Final = CustomId("trending:{span}:{page}{turn}", SpanFields)

SAVED_OPEN: Final = CustomId("saved:open:{save}", SaveFields)
SAVED_EDIT: Final = CustomId("saved:edit:{save}", SaveFields)
SAVED_FORM: Final = CustomId("saved:form:{save}", SaveFields)
SAVED_REMOVE: Final = CustomId("saved:remove:{save}", SaveFields)
SAVED_UNDO: Final = CustomId("saved:undo:{save}", SaveFields)
SAVED_MOVE: Final = CustomId("saved:move:{save}", SaveFields)
SAVED_PAGE: Final = CustomId("saved:page:{search}:{page}:{list_name}", SavedPageFields)
SAVED_TURN: Final = CustomId("saved:turn:{search}:{page}:{list_name}", SavedPageFields)
SAVED_LIST: Final = CustomId("saved:list:{search}", SearchFields)
SAVED_EXPORT: Final = CustomId("saved:export:{search}:{list_name}", SavedListFields)
SAVED_FILE: Final = CustomId("saved:file:{form}:{search}:{list_name}", SavedFileFields)

POST: Final = CustomId("post:{post}", PostFields)
"""On the post itself: an interrupted post is found again by it."""
POST_PAGE: Final = CustomId("post:{post}:{page}", PostPageFields)
DAILY_DRAFT: Final = CustomId("daily:{what}:{draft}", DraftFields)
DAILY_PREVIEW: Final = CustomId("daily:tried:{draft}:{page}", DraftPageFields)
SETUP: Final = CustomId("setup:{what}:{draft}", SetupFields)
SETUP_MENU: Final = CustomId("setup:choose:{what}:{draft}", SetupMenuFields)
RECAP: Final = CustomId("recap:{recap}", RecapFields)
"""On the recap itself: an interrupted recap is found again by it."""
VOTE: Final = CustomId("vote:for:{paper}", PaperFields)
VOTE_MENU: Final = CustomId("vote:menu", NoFields)
DISCUSS: Final = CustomId("discuss:paper:{paper}", PaperFields)
DISCUSS_MENU: Final = CustomId("discuss:menu", NoFields)
DISCUSS_POST: Final = CustomId("discuss:post:{post}", PostFields)
INBOX: Final = CustomId("inbox:{what}", InboxFields)
PRIVACY: Final = CustomId("privacy:{what}", PrivacyFields)

ALERT: Final = CustomId("alert:{alert}", AlertFields)
ALERT_PAGE: Final = CustomId("alert:{alert}:{page}", AlertPageFields)
FOLLOW: Final = CustomId("follow:{what}:{follow}", FollowFields)
FOLLOW_TEXT: Final = CustomId("follow:text:{search}", SearchFields)
FOLLOW_INSTEAD: Final = CustomId("follow:instead:{follow}:{search}", FollowSearchFields)
FOLLOWS_PAGE: Final = CustomId("follows:page:{page}", PageFields)
FOLLOWS_FROM: Final = CustomId("follows:from:{alert}", AlertFields)
"""On the alert itself: an interrupted alert is found again by it."""
FOLLOWS_WAITING: Final = CustomId("follows:waiting:{page}", PageFields)
FOLLOWS_DO: Final = CustomId("follows:{what}", FollowsFields)

NO_POST: Final = 0
"""The number of a post that is only previewed; those of deliveries begin at 1."""
