"""The mail's messages, as plain text and HTML: a code, and the papers of a day or week.

The HTML loads nothing from the network and has the same content as the plain text. Templates are in ``templates/``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.mail.unsubscribe_links import UnsubscribeLinks
from bot.settings import MailSettings
from bot.texts import counted, language_in_use, listed, mark, tr, tr_count, with_weekday, written, written_number
from bot.ui import theme
from bot.ui.discord_limits import shorten
from bot.ui.latex import readable
from bot.ui.markdown import visible, web_address
from retrieval.answering.passages.aim import aim_quote
from retrieval.english import MONTHS, Text
from retrieval.papers import Paper

_ABSTRACT: Final = 420
"""Characters of an abstract in a message: as many whole sentences as fit."""
_TITLE: Final = 300
_SUBJECT: Final = 60
_AUTHOR: Final = 60


@dataclass(frozen=True, slots=True)
class Digest:
    """The papers of a list, for one person.

    ``name`` identifies the list in the database; ``first`` and ``last`` are its days (``None``: a page without
    a date). ``papers`` are the ones shown, best first, of the list's ``total``. ``rules`` is the person's search;
    empty means every paper.
    """

    name: str
    first: date | None
    last: date | None
    papers: Sequence[Paper]
    total: int
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A Discord user and their address."""

    user_id: int
    address: str


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    title: str
    url: str
    byline: str
    abstract: str
    links: Sequence[tuple[str, str]]


class MailMessages:
    """Writes messages from the settings' sender. Without ``unsubscribe_links``, people unsubscribe by mail."""

    def __init__(self, settings: MailSettings, unsubscribe_links: UnsubscribeLinks | None) -> None:
        self._settings = settings
        self._links = unsubscribe_links
        self._templates = Environment(
            loader=PackageLoader("bot.mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def code(self, to: Recipient, code: str, minutes: int, at: datetime) -> EmailMessage:
        """The message that verifies the address. It names nobody, in case somebody typed a stranger's address."""
        subject = tr("Your code for {bot}", bot=self._settings.sender_name)
        button = Text("Enter the code")
        return self._rendered(
            self._message(to, subject, f"code-{code}", at),
            "code",
            subject=subject,
            heading=tr("Your code"),
            asked=tr("Somebody on Discord asked for the daily papers at this address."),
            enter=tr("If it was you, press “{button}” there and type:", button=button),
            code=code,
            expires=tr_count("It expires in {number} minute.", "It expires in {number} minutes.", minutes),
            otherwise=tr(
                "If it wasn't you, ignore this mail. Without the code you won't get any more, and the address is "
                "deleted within two days."
            ),
        )

    def digest(self, to: Recipient, digest: Digest, at: datetime) -> EmailMessage:
        """The message with the papers. Its Message-ID depends on the person and the list only."""
        message = self._message(to, _subject(digest), digest.name, at)
        unsubscribe = self._unsubscribe_urls(to)
        message["List-ID"] = f"<daily-papers.{self._domain}>"
        message["List-Unsubscribe"] = ", ".join(f"<{url}>" for url in unsubscribe)
        if self._links is not None:  # https://www.rfc-editor.org/rfc/rfc8058
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        entries = [_entry(number, paper) for number, paper in enumerate(digest.papers, 1)]
        heading = _heading(digest)
        return self._rendered(
            message,
            "digest",
            heading=heading,
            entries=entries,
            counts=tr("{shown} of {papers}", shown=written_number(len(entries)), papers=counted(digest.total, "paper")),
            matching=tr("matching your rules:"),
            rules=digest.rules,
            subscribed=tr("You subscribed to this mail on Discord. Abstracts are quoted word for word."),
            change=tr("Use /inbox there to change how often it comes, pause it or stop it."),
            unsubscribe=unsubscribe[0],
            unsubscribe_label=tr("Unsubscribe"),
        )

    def _unsubscribe_urls(self, to: Recipient) -> list[str]:
        """The URLs that unsubscribe the recipient, the easiest first."""
        subject = quote(f"unsubscribe {to.address}")
        by_mail = f"mailto:{self._settings.sender}?subject={subject}"
        return [by_mail] if self._links is None else [self._links.link(to.user_id, to.address), by_mail]

    def _message(self, to: Recipient, subject: str, about: str, at: datetime) -> EmailMessage:
        chosen, message = self._settings, EmailMessage(policy=WIRE)
        sender, domain = chosen.sender.rpartition("@")[0], self._domain
        message["From"] = Address(chosen.sender_name, sender, domain)
        message["To"] = Address(addr_spec=to.address)
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{_message_id(to, about)}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
        return message

    def _rendered(self, message: EmailMessage, template: str, **values: object) -> EmailMessage:
        values |= {"bot": self._settings.sender_name, "language": language_in_use() or "en"}
        plain, html = (self._templates.get_template(f"{template}.{kind}").render(values) for kind in ("txt", "html"))
        message.set_content(plain.strip() + "\n", cte="quoted-printable")
        message.add_alternative(html.strip() + "\n", subtype="html", cte="quoted-printable")
        return message

    @property
    def _domain(self) -> str:
        return self._settings.sender.rpartition("@")[2]


def _message_id(to: Recipient, about: str) -> str:
    """The left half of a Message-ID: the same for the same person and list, and reveals neither."""
    return hashlib.sha256(f"{to.user_id}\n{to.address.casefold()}\n{about}".encode()).hexdigest()[:32]


def _heading(digest: Digest) -> str:
    first, last = digest.first, digest.last
    if first is None or last is None:
        return tr("Trending papers")
    if first == last:
        return tr("Papers of {day}", day=with_weekday(last))
    start = written(first).removesuffix(f" {last.year}") if first.year == last.year else written(first)
    return tr("Papers from {first} to {last}", first=start, last=written(last))


def _subject(digest: Digest) -> str:
    """The first title, and how many more."""
    title = shorten(_readable(digest.papers[0].title), _SUBJECT)
    others = len(digest.papers) - 1
    what = tr("{title} and {papers}", title=title, papers=counted(others, "more paper")) if others else title
    if digest.last is None:
        return what
    day = tr("{day} {month}", day=digest.last.day, month=MONTHS[digest.last.month - 1])
    one, week = mark("{day}: {title}"), mark("Week to {day}: {title}")
    return tr(one if digest.first == digest.last else week, day=day, title=what)


def _entry(number: int, paper: Paper) -> _Entry:
    pages = (("Hugging Face", paper.discussion_url), (tr("Code"), paper.code_url), (tr("Project"), paper.project_url))
    main = web_address(paper.url) or ""
    links = {web_address(url): label for label, url in reversed(pages)}
    return _Entry(
        number=number,
        title=shorten(_readable(paper.title), _TITLE),
        url=main,
        byline=_byline(paper),
        abstract=_aim(paper),
        links=[(label, url) for url, label in reversed(links.items()) if url and url != main],
    )


def _byline(paper: Paper) -> str:
    """Authors, year and votes: ``Yuhan Liu et al., 2023 · 54 votes``."""
    names = [shorten(visible(name), _AUTHOR) for name in paper.authors[:2]]
    who = f"{names[0]} et al." if len(paper.authors) > len(names) else listed(names)
    year = str(paper.published.year) if paper.published else ""
    votes = counted(paper.votes, "vote") if paper.votes is not None else ""
    return theme.joined(", ".join(part for part in (who, year) if part), votes)


def _aim(paper: Paper) -> str:
    """What the paper does, word for word: the sentence that says so, and those after it that fit."""
    return shorten(_readable(aim_quote(paper.title, paper.abstract, most=_ABSTRACT)), _ABSTRACT * 2)


def _readable(text: str) -> str:
    """The text with LaTeX as Unicode, and without zero-width characters."""
    return visible(readable(text)).strip()
