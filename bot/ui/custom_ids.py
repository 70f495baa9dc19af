"""Custom ids of buttons, menus and forms, each written once: call one to make an id, ``parse`` to read one.

An id holds everything that is needed to answer a press, so they keep working after a restart. Ids are part
of messages already sent: never change a released template, add a new one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import date
from string import Formatter
from typing import Annotated, Any, Final, Generic, Literal, ParamSpec, get_args, get_origin, get_type_hints

from bot.ui.discord_limits import CUSTOM_ID
from bot.ui.validation import LARGEST_NUMBER, check_text
from retrieval.errors import InvalidInput
from retrieval.trending.results import Span

P = ParamSpec("P")


class CustomId(Generic[P]):
    """One kind of custom id: a template such as ``search:{search}:{page}`` and a function with its fields.

    The types of the parameters decide what the fields may hold: ``int``, ``date``, an enum, a ``Literal``, or a string
    annotated with its pattern. The function is never called.
    """

    def __init__(self, template: str, fields: Callable[P, None]) -> None:
        self._template = template
        self._signature = inspect.signature(fields)
        hints = get_type_hints(fields, include_extras=True)
        self._types = {name: _pattern_and_type(hints[name]) for name in self._signature.parameters}
        self.pattern = re.compile(
            "".join(
                re.escape(text) + (f"(?P<{name}>{self._types[name][0]})" if name else "")
                for text, name, _, _ in Formatter().parse(template)
            )
        )

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The id with these fields. Raises ``ValueError`` if Discord would refuse it or ``parse`` could not read it."""
        fields = self._signature.bind(*args, **kwargs)
        fields.apply_defaults()
        made = self._template.format_map(fields.arguments)
        if self.pattern.fullmatch(made) is None or len(made) > CUSTOM_ID:
            raise ValueError(f"{made!r} cannot be a custom id of the kind {self._template!r}")
        made.encode()  # raises for half of a surrogate pair, which JSON cannot carry
        return made

    def parse(self, custom_id: str) -> dict[str, Any]:
        """The fields of an id. Raises ``ValueError`` if it is of another kind.

        Raises ``InvalidInput`` if a field has a value that no id of ours has, such as a day that doesn't exist.
        """
        match = self.pattern.fullmatch(custom_id)
        if match is None:
            raise ValueError(f"{custom_id!r} is not a custom id of the kind {self._template!r}")
        check_text(custom_id)
        try:
            return {name: self._types[name][1](text) for name, text in match.groupdict().items()}
        except ValueError:
            raise InvalidInput("This button has expired. Please use the command again.") from None


def _pattern_and_type(hint: Any) -> tuple[str, Callable[[str], Any]]:
    """What a field of this type looks like, and what turns the text into a value."""
    if hint is int:
        return r"[0-9]{1,19}", _number
    if hint is date:
        return r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat
    if get_origin(hint) is Annotated:
        return hint.__metadata__[0], get_args(hint)[0]
    if get_origin(hint) is Literal:
        return "|".join(map(re.escape, get_args(hint))), str
    return "|".join(each.value for each in hint), hint


def _number(text: str) -> int:
    number = int(text)
    if number > LARGEST_NUMBER:
        raise ValueError(f"{number} isn't an id")
    return number


PageNumber = Annotated[int, "[0-9]{1,9}"]
"""0-based."""
PaperId = Annotated[str, ".{1,64}"]
PaperIds = Annotated[str, "[^:]{0,70}"]
"""Ids of papers with commas between them."""
ListName = Annotated[str, ".{0,50}"]
"""The name of a list of saved papers; empty for all lists."""

InboxAction = Literal["show", "join", "code", "address", "change", "cancel", "pause", "resume", "leave", "leave-now"]
FollowAction = Literal["open", "test", "edit", "pause", "resume", "remove", "restore"]
SetupAction = Literal["time", "rules", "try", "test", "save", "cancel", "links"]
SetupMenuName = Literal["channel", "papers", "order", "empty", "discussions"]


def _nothing() -> None:
    """Nothing but the kind: a menu's choice says which paper is meant, and a form is about the person's own inbox."""


def _answer(answer: int) -> None:
    """The number of an answer."""


def _verdict(verdict: Literal["useful", "useless"], answer: int) -> None:
    """A verdict on an answer."""


def _question(message: int, papers: PaperIds) -> None:
    """A question about a message, and papers that it names."""


def _paper(paper: PaperId) -> None:
    """The id of a paper."""


def _save(save: int) -> None:
    """The number of a saved paper."""


def _search(search: int) -> None:
    """The number of a stored search; 0 for none where all saved papers are meant."""


def _search_page(search: int, page: PageNumber) -> None:
    """A page (0-based) of a stored search."""


def _saved_list(search: int, list_name: ListName) -> None:
    """Saved papers of a list that match a stored search (0: all of them)."""


def _saved_page(search: int, list_name: ListName, page: PageNumber) -> None:
    """A page (0-based) of them."""


def _saved_link(what: Literal["show", "new", "off"], list_name: ListName) -> None:
    """What is done with links to saved papers."""


def _saved_file(form: Annotated[str, "bib|ris|csv|md|json"], search: int, list_name: ListName) -> None:
    """A file of them."""


def _days(first: date, last: date, page: PageNumber) -> None:
    """A page (0-based) of the trending papers of some days, both included."""


def _span(span: Span, page: PageNumber, turn: Literal["", ":turn"] = "") -> None:
    """A page (0-based) of the trending papers of a span.

    ``turn`` tells the pager's button from the span's own: ids of one message must differ.
    """


def _post(post: int) -> None:
    """The number of a daily post."""


def _post_page(post: int, page: PageNumber) -> None:
    """A page (0-based) of the whole list of a daily post."""


def _draft(what: Literal["save", "cancel"], draft: int) -> None:
    """What is done with a draft of a daily post's set-up."""


def _draft_page(draft: int, page: PageNumber) -> None:
    """A page (0-based) of the preview of a draft."""


def _draft_form(draft: int) -> None:
    """A form of the set-up screen of a draft."""


def _setup(what: SetupAction, draft: int) -> None:
    """A button of the set-up screen of a draft."""


def _setup_menu(what: SetupMenuName, draft: int) -> None:
    """A menu of the set-up screen of a draft."""


def _privacy(what: Literal["file", "ask", "delete", "keep"]) -> None:
    """What a person does with all that is stored about them."""


def _recap(recap: int) -> None:
    """The number of a recap."""


def _inbox(what: InboxAction) -> None:
    """What a person does with their inbox."""


def _alert(alert: int) -> None:
    """The number of an alert."""


def _alert_page(alert: int, page: PageNumber) -> None:
    """A page (0-based) of an alert's papers."""


def _follow(what: FollowAction, follow: int) -> None:
    """What a person does with a follow."""


def _follow_form(follow: int) -> None:
    """The form with the text of a follow."""


def _follow_search(follow: int, search: int) -> None:
    """A follow, and the stored search whose text replaces its own."""


def _follows(what: Literal["when", "reopen", "list"]) -> None:
    """What a person does with all of their follows."""


def _reading(reading: int) -> None:
    """The number of the delivery of a week's paper."""


def _reminder(reminder: int) -> None:
    """The number of the delivery of a reminder."""


def _join(what: Literal["join", "leave"]) -> None:
    """What a person does with the reading list."""


def _feed(what: Literal["new", "off"]) -> None:
    """What is done with the links to a server's posts as a feed."""


def _page(page: PageNumber) -> None:
    """A page (0-based) of a person's own list."""


OTHER_QUOTES: Final = CustomId("answer:quotes:{answer}", _answer)
ANSWER_MORE: Final = CustomId("answer:more:{answer}", _answer)
ANSWER_PAPER: Final = CustomId("answer:paper:{answer}", _answer)
ANSWER_SIMILAR: Final = CustomId("answer:similar:{answer}", _answer)
ANSWER_WHY: Final = CustomId("answer:why:{answer}", _answer)
ANSWER_CONTEXT: Final = CustomId("answer:context:{answer}", _answer)
CONTEXT_MENU: Final = CustomId("answer:contexts:{answer}", _answer)
ANSWER_SHARE: Final = CustomId("answer:share:{answer}", _answer)
ANSWER_REPORT: Final = CustomId("answer:report:{answer}", _answer)
REPORT_FORM: Final = CustomId("answer:report-form:{answer}", _answer)
QUESTION_FORM: Final = CustomId("answer:question-form:{message}:{papers}", _question)
REPORT_UNDO: Final = CustomId("answer:unreport:{answer}", _answer)
FEEDBACK: Final = CustomId("answer:{verdict}:{answer}", _verdict)

PAPER: Final = CustomId("paper:show:{paper}", _paper)
PAPER_SIMILAR: Final = CustomId("paper:similar:{paper}", _paper)
PAPER_SAVE: Final = CustomId("paper:save:{paper}", _paper)
PAPER_BIBTEX: Final = CustomId("paper:bibtex:{paper}", _paper)
PAPER_MENU: Final = CustomId("paper:menu", _nothing)
PAPER_AUTHOR: Final = CustomId("paper:author", _nothing)
SEARCH_PAGE: Final = CustomId("search:{search}:{page}", _search_page)
TRENDING_DAYS: Final = CustomId("trending-days:{first}:{last}:{page}", _days)
TRENDING: Final = CustomId("trending:{span}:{page}{turn}", _span)

SAVED_OPEN: Final = CustomId("saved:open:{save}", _save)
SAVED_EDIT: Final = CustomId("saved:edit:{save}", _save)
SAVED_FORM: Final = CustomId("saved:form:{save}", _save)
SAVED_REMOVE: Final = CustomId("saved:remove:{save}", _save)
SAVED_UNDO: Final = CustomId("saved:undo:{save}", _save)
SAVED_MOVE: Final = CustomId("saved:move:{save}", _save)
SAVED_PAGE: Final = CustomId("saved:page:{search}:{page}:{list_name}", _saved_page)
SAVED_TURN: Final = CustomId("saved:turn:{search}:{page}:{list_name}", _saved_page)
SAVED_LIST: Final = CustomId("saved:list:{search}", _search)
SAVED_EXPORT: Final = CustomId("saved:export:{search}:{list_name}", _saved_list)
SAVED_LINK: Final = CustomId("saved:link:{what}:{list_name}", _saved_link)
SAVED_FILE: Final = CustomId("saved:file:{form}:{search}:{list_name}", _saved_file)

POST: Final = CustomId("post:{post}", _post)
"""On the post itself: an interrupted post is found again by it."""
POST_PAGE: Final = CustomId("post:{post}:{page}", _post_page)
POSTS_FEED: Final = CustomId("posts-feed:{what}", _feed)
DAILY_DRAFT: Final = CustomId("daily:{what}:{draft}", _draft)
DAILY_PREVIEW: Final = CustomId("daily:tried:{draft}:{page}", _draft_page)
SETUP: Final = CustomId("setup:{what}:{draft}", _setup)
SETUP_OPEN: Final = CustomId("setup:open", _nothing)
SETUP_MENU: Final = CustomId("setup:choose:{what}:{draft}", _setup_menu)
SETUP_TIME_FORM: Final = CustomId("setup:time-form:{draft}", _draft_form)
SETUP_RULES_FORM: Final = CustomId("setup:rules-form:{draft}", _draft_form)
RECAP: Final = CustomId("recap:{recap}", _recap)
"""On the recap itself: an interrupted recap is found again by it."""
READING: Final = CustomId("reading:week:{reading}", _reading)
"""On the message itself: an interrupted one is found again by it."""
READING_LEAVE: Final = CustomId("reading:reminder:{reminder}", _reminder)
"""On the reminder itself: an interrupted one is found again by it."""
READING_JOIN: Final = CustomId("reading:{what}", _join)
READING_VOTE: Final = CustomId("reading:vote:{paper}", _paper)
READING_ADD: Final = CustomId("reading:add:{paper}", _paper)
VOTE: Final = CustomId("vote:for:{paper}", _paper)
VOTE_MENU: Final = CustomId("vote:menu", _nothing)
DISCUSS: Final = CustomId("discuss:paper:{paper}", _paper)
DISCUSS_MENU: Final = CustomId("discuss:menu", _nothing)
DISCUSS_POST: Final = CustomId("discuss:post:{post}", _post)
INBOX: Final = CustomId("inbox:{what}", _inbox)
INBOX_ADDRESS_FORM: Final = CustomId("inbox:address-form", _nothing)
INBOX_CODE_FORM: Final = CustomId("inbox:code-form", _nothing)
INBOX_SETTINGS_FORM: Final = CustomId("inbox:settings-form", _nothing)
PRIVACY: Final = CustomId("privacy:{what}", _privacy)

ALERT: Final = CustomId("alert:{alert}", _alert)
ALERT_PAGE: Final = CustomId("alert:{alert}:{page}", _alert_page)
FOLLOW: Final = CustomId("follow:{what}:{follow}", _follow)
FOLLOW_FORM: Final = CustomId("follow:form:{follow}", _follow_form)
FOLLOW_TEXT: Final = CustomId("follow:text:{search}", _search)
FOLLOW_INSTEAD: Final = CustomId("follow:instead:{follow}:{search}", _follow_search)
FOLLOWS_PAGE: Final = CustomId("follows:page:{page}", _page)
FOLLOWS_FROM: Final = CustomId("follows:from:{alert}", _alert)
"""On the alert itself: an interrupted alert is found again by it."""
FOLLOWS_WAITING: Final = CustomId("follows:waiting:{page}", _page)
FOLLOWS_DO: Final = CustomId("follows:{what}", _follows)
FOLLOWS_FORM: Final = CustomId("follows:form", _nothing)

NO_POST: Final = 0
"""The number of a post that is only previewed; those of deliveries begin at 1."""
