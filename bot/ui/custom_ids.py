"""The custom ids of all buttons: how they are made, and the patterns by which presses are told apart.

An id says all that is needed to answer the press, so that buttons work after a restart.
They are part of messages already sent: a format once released is never changed, only added to.
"""

from __future__ import annotations

from datetime import date
from typing import Final

OTHER_QUOTES: Final = r"answer:quotes:(?P<answer>\d+)"
ANSWER_PAPER: Final = r"answer:paper:(?P<answer>\d+)"
ANSWER_SIMILAR: Final = r"answer:similar:(?P<answer>\d+)"
ANSWER_WHY: Final = r"answer:why:(?P<answer>\d+)"
ANSWER_CONTEXT: Final = r"answer:context:(?P<answer>\d+)"
CONTEXT_MENU: Final = r"answer:contexts:(?P<answer>\d+)"
ANSWER_SHARE: Final = r"answer:share:(?P<answer>\d+)"
ANSWER_REPORT: Final = r"answer:report:(?P<answer>\d+)"
REPORT_UNDO: Final = r"answer:unreport:(?P<answer>\d+)"
FEEDBACK: Final = r"answer:(?P<verdict>useful|useless):(?P<answer>\d+)"
PAPER: Final = r"paper:show:(?P<paper>.{1,64})"
PAPER_SIMILAR: Final = r"paper:similar:(?P<paper>.{1,64})"
PAPER_MENU: Final = r"paper:menu"
PAPER_SAVE: Final = r"paper:save:(?P<paper>.{1,64})"
PAPER_BIBTEX: Final = r"paper:bibtex:(?P<paper>.{1,64})"
SAVED_OPEN: Final = r"saved:open:(?P<save>\d+)"
SAVED_EDIT: Final = r"saved:edit:(?P<save>\d+)"
SAVED_FORM: Final = r"saved:form:(?P<save>\d+)"
SAVED_REMOVE: Final = r"saved:remove:(?P<save>\d+)"
SAVED_UNDO: Final = r"saved:undo:(?P<save>\d+)"
SAVED_MOVE: Final = r"saved:move:(?P<save>\d+)"
SAVED_PAGE: Final = r"saved:page:(?P<search>\d+):(?P<page>\d+):(?P<list>.{0,50})"
SAVED_TURN: Final = r"saved:turn:(?P<search>\d+):(?P<page>\d+):(?P<list>.{0,50})"
SAVED_LIST: Final = r"saved:list:(?P<search>\d+)"
SAVED_EXPORT: Final = r"saved:export:(?P<search>\d+):(?P<list>.{0,50})"
SAVED_FILE: Final = r"saved:file:(?P<form>bib|ris|csv|md|json):(?P<search>\d+):(?P<list>.{0,50})"
SEARCH_PAGE: Final = r"search:(?P<search>\d+):(?P<page>\d+)"
TRENDING_DAYS: Final = r"trending-days:(?P<first>\d{4}-\d\d-\d\d):(?P<last>\d{4}-\d\d-\d\d):(?P<page>\d+)"
TRENDING_PAGE: Final = r"trending:(?P<span>day|week|month):(?P<page>\d+)(?::turn)?"
POST: Final = r"post:(?P<post>\d+)"
POST_PAGE: Final = r"post:(?P<post>\d+):(?P<page>\d+)"
INBOX: Final = r"inbox:(?P<what>show|join|code|address|change|cancel|pause|resume|leave|leave-now)"
VOTE: Final = r"vote:for:(?P<paper>.{1,64})"
VOTE_MENU: Final = r"vote:menu"
DISCUSS: Final = r"discuss:paper:(?P<paper>.{1,64})"
DISCUSS_MENU: Final = r"discuss:menu"
RECAP: Final = r"recap:(?P<recap>\d+)"
DISCUSS_POST: Final = r"discuss:post:(?P<post>\d+)"
ALERT: Final = r"alert:(?P<alert>\d+)"
ALERT_PAGE: Final = r"alert:(?P<alert>\d+):(?P<page>\d+)"
FOLLOW: Final = r"follow:(?P<what>open|test|edit|pause|resume|remove|restore):(?P<follow>\d+)"
FOLLOW_TEXT: Final = r"follow:text:(?P<search>\d+)"
FOLLOW_INSTEAD: Final = r"follow:instead:(?P<follow>\d+):(?P<search>\d+)"
FOLLOWS_PAGE: Final = r"follows:page:(?P<page>\d+)"
FOLLOWS_FROM: Final = r"follows:from:(?P<alert>\d+)"
FOLLOWS_WAITING: Final = r"follows:waiting:(?P<page>\d+)"
FOLLOWS_DO: Final = r"follows:(?P<what>when|reopen|list)"

NO_POST: Final = 0
"""The number of a post that is only looked at: the ledger's begin at 1."""


def other_quotes(answer_id: int) -> str:
    """More sentences for an answer."""
    return f"answer:quotes:{answer_id}"


def answer_paper(answer_id: int) -> str:
    """The first paper of an answer."""
    return f"answer:paper:{answer_id}"


def answer_similar(answer_id: int) -> str:
    """Papers like the first paper of an answer."""
    return f"answer:similar:{answer_id}"


def answer_why(answer_id: int) -> str:
    """Why an answer is the answer."""
    return f"answer:why:{answer_id}"


def answer_context(answer_id: int) -> str:
    """The abstract of an answer, its quotes marked in it."""
    return f"answer:context:{answer_id}"


def context_menu(answer_id: int) -> str:
    """The menu of an answer's abstracts: what is chosen there says which paper is meant."""
    return f"answer:contexts:{answer_id}"


def answer_share(answer_id: int) -> str:
    """Show an answer to the channel that only one person sees."""
    return f"answer:share:{answer_id}"


def answer_report(answer_id: int) -> str:
    """Say what is wrong with an answer."""
    return f"answer:report:{answer_id}"


def report_undo(answer_id: int) -> str:
    """Take a report of an answer back."""
    return f"answer:unreport:{answer_id}"


def feedback(answer_id: int, *, useful: bool) -> str:
    """A verdict on an answer."""
    return f"answer:{'useful' if useful else 'useless'}:{answer_id}"


def paper(paper_id: str) -> str:
    """A paper's card."""
    return f"paper:show:{paper_id}"


def paper_similar(paper_id: str) -> str:
    """Papers like a paper."""
    return f"paper:similar:{paper_id}"


def paper_menu() -> str:
    """The menu of a list's papers: what is chosen there says which paper is meant."""
    return "paper:menu"


def paper_save(paper_id: str) -> str:
    """Save a paper."""
    return f"paper:save:{paper_id}"


def paper_bibtex(paper_id: str) -> str:
    """A paper's BibTeX."""
    return f"paper:bibtex:{paper_id}"


def saved_open(save_id: int) -> str:
    """A saved paper with its note and tags."""
    return f"saved:open:{save_id}"


def saved_edit(save_id: int) -> str:
    """Change the list, note and tags of a saved paper."""
    return f"saved:edit:{save_id}"


def saved_form(save_id: int) -> str:
    """The form of a saved paper's list, note and tags."""
    return f"saved:form:{save_id}"


def saved_remove(save_id: int) -> str:
    """Take a paper out of its list."""
    return f"saved:remove:{save_id}"


def saved_undo(save_id: int) -> str:
    """Put a removed paper back."""
    return f"saved:undo:{save_id}"


def saved_move(save_id: int) -> str:
    """The menu of lists that a saved paper may be moved to."""
    return f"saved:move:{save_id}"


def saved_page(search_id: int, page: int, list_name: str) -> str:
    """A page (0-based) of a list of saved papers, in a message of its own; of all lists where it has no name.

    ``search_id`` is the kept query by which they are chosen, 0 for none.
    """
    return f"saved:page:{search_id}:{page}:{list_name}"


def saved_turn(search_id: int, list_name: str, page: int) -> str:
    """Another page of the same."""
    return f"saved:turn:{search_id}:{page}:{list_name}"


def saved_list(search_id: int) -> str:
    """The menu of a person's lists."""
    return f"saved:list:{search_id}"


def saved_export(search_id: int, list_name: str) -> str:
    """Ask as what a list is to be exported."""
    return f"saved:export:{search_id}:{list_name}"


def saved_file(form: str, search_id: int, list_name: str) -> str:
    """A list as a file of this format."""
    return f"saved:file:{form}:{search_id}:{list_name}"


def search_page(search_id: int, page: int) -> str:
    """A page (0-based) of a kept search."""
    return f"search:{search_id}:{page}"


def trending_days(first: date, last: date, page: int) -> str:
    """A page (0-based) of the trending papers of some days, both included."""
    return f"trending-days:{first}:{last}:{page}"


def trending_span(span: str) -> str:
    """The first page of another span."""
    return f"trending:{span}:0"


def trending_turn(span: str, page: int) -> str:
    """Another page (0-based) of the same span; page 0 too, which ``trending_span`` names otherwise."""
    return f"trending:{span}:{page}:turn"


def post(post_id: int) -> str:
    """The daily post with this number in the ledger; also how an interrupted post is found again."""
    return f"post:{post_id}"


def post_page(post_id: int, page: int) -> str:
    """A page (0-based) of the whole list of a daily post."""
    return f"post:{post_id}:{page}"


def inbox(what: str) -> str:
    """Something that a person does with their own inbox."""
    return f"inbox:{what}"


def vote(paper_id: str) -> str:
    """A vote for a paper, or taking it back."""
    return f"vote:for:{paper_id}"


def vote_menu() -> str:
    """The menu of papers to vote for: what is chosen there says which paper is meant."""
    return "vote:menu"


def discuss(paper_id: str) -> str:
    """The thread of a paper."""
    return f"discuss:paper:{paper_id}"


def recap(recap_id: int) -> str:
    """The recap with this number in its ledger; also how an interrupted one is found again."""
    return f"recap:{recap_id}"


def discuss_menu() -> str:
    """The menu of papers to discuss: what is chosen there says which paper is meant."""
    return "discuss:menu"


def discuss_post(post_id: int) -> str:
    """The papers of a daily post, to discuss one."""
    return f"discuss:post:{post_id}"


def alert(alert_id: int) -> str:
    """All papers of a message to a follower."""
    return f"alert:{alert_id}"


def alert_page(alert_id: int, page: int) -> str:
    """A page (0-based) of all papers of a message to a follower."""
    return f"alert:{alert_id}:{page}"


def follow(what: str, follow_id: int) -> str:
    """Something that a person does with one thing that they follow."""
    return f"follow:{what}:{follow_id}"


def follow_text(search_id: int) -> str:
    """Follow the text of a kept search."""
    return f"follow:text:{search_id}"


def follow_instead(follow_id: int, search_id: int) -> str:
    """Follow the text of a kept search in the place of something."""
    return f"follow:instead:{follow_id}:{search_id}"


def follows_page(page: int) -> str:
    """A page (0-based) of what a person follows, in the place of what is shown."""
    return f"follows:page:{page}"


def follows_from(alert_id: int) -> str:
    """What a person follows, from a message to them; also how an interrupted message is found again."""
    return f"follows:from:{alert_id}"


def follows_waiting(page: int) -> str:
    """A page (0-based) of the papers that wait for the next message."""
    return f"follows:waiting:{page}"


def follows(what: str) -> str:
    """Something that a person does with all that they follow."""
    return f"follows:{what}"
