"""What the letters say: a code, and the papers of a day or a week; as plain text and as HTML.

The HTML loads nothing from afar and says nothing that the plain text does not. Templates are in ``templates/``.
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
from bot.ui import theme
from bot.ui.discord_limits import shorten
from bot.ui.latex import readable
from bot.ui.markdown import address as encoded
from bot.ui.markdown import visible
from retrieval.papers import Paper
from retrieval.text import sentences

_ABSTRACT: Final = 420
"""Characters of an abstract that are shown: whole sentences, as many as fit."""
_TITLE: Final = 300
_SUBJECT: Final = 60
_AUTHOR: Final = 60


@dataclass(frozen=True, slots=True)
class Digest:
    """The papers of a list, for one person.

    ``name`` is the ledger's name of the list, ``first`` and ``last`` are its days (``None``: a page without a
    date). ``papers`` are those that are shown, best first, out of ``total`` that the list has. ``rules`` is the
    person's search, empty where they want every paper.
    """

    name: str
    first: date | None
    last: date | None
    papers: Sequence[Paper]
    total: int
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter: a Discord user, at an address."""

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
    """Writes letters from the settings' sender. ``leaving`` makes one-click links; ``None``: there are none."""

    def __init__(self, settings: MailSettings, leaving: UnsubscribeLinks | None) -> None:
        self._settings = settings
        self._leaving = leaving
        self._templates = Environment(
            loader=PackageLoader("bot.mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def code(self, to: Recipient, code: str, minutes: int, at: datetime) -> EmailMessage:
        """The letter that proves the address. It names nobody: who typed a stranger's address tells them nothing."""
        letter = self._letter(to, f"Your code for {self._settings.sender_name}", f"code-{code}", at)
        return self._written(letter, "code", code=code, minutes=minutes)

    def digest(self, to: Recipient, digest: Digest, at: datetime) -> EmailMessage:
        """The letter with the papers. The same person gets the same list under the same Message-ID."""
        letter = self._letter(to, _subject(digest), digest.name, at)
        ways = self._ways_out(to)
        letter["List-ID"] = f"<daily-papers.{self._domain}>"
        letter["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in ways)
        if self._leaving is not None:  # https://www.rfc-editor.org/rfc/rfc8058
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        entries = [_entry(number, paper) for number, paper in enumerate(digest.papers, 1)]
        heading = _heading(digest)
        return self._written(
            letter,
            "digest",
            heading=heading,
            entries=entries,
            total=digest.total,
            rules=digest.rules,
            leave=ways[0],
        )

    def _ways_out(self, to: Recipient) -> list[str]:
        """Addresses that end the mail, the easiest first."""
        subject = quote(f"unsubscribe {to.address}")
        by_mail = f"mailto:{self._settings.sender}?subject={subject}"
        return [by_mail] if self._leaving is None else [self._leaving.link(to.user_id, to.address), by_mail]

    def _letter(self, to: Recipient, subject: str, about: str, at: datetime) -> EmailMessage:
        chosen, letter = self._settings, EmailMessage(policy=WIRE)
        sender, domain = chosen.sender.rpartition("@")[0], self._domain
        letter["From"] = Address(chosen.sender_name, sender, domain)
        letter["To"] = Address(addr_spec=to.address)
        letter["Subject"] = subject
        letter["Date"] = format_datetime(at)
        letter["Message-ID"] = f"<{_stable(to, about)}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note answers it
        return letter

    def _written(self, letter: EmailMessage, template: str, **words: object) -> EmailMessage:
        words |= {"bot": self._settings.sender_name}
        plain, html = (self._templates.get_template(f"{template}.{kind}").render(words) for kind in ("txt", "html"))
        letter.set_content(plain.strip() + "\n", cte="quoted-printable")
        letter.add_alternative(html.strip() + "\n", subtype="html", cte="quoted-printable")
        return letter

    @property
    def _domain(self) -> str:
        return self._settings.sender.rpartition("@")[2]


def _stable(to: Recipient, about: str) -> str:
    """The left half of a Message-ID: the same for the same person and list, and telling neither."""
    return hashlib.sha256(f"{to.user_id}\n{to.address.casefold()}\n{about}".encode()).hexdigest()[:32]


def _heading(digest: Digest) -> str:
    first, last = digest.first, digest.last
    if first is None or last is None:
        return "Trending papers"
    if first == last:
        return f"Papers of {theme.with_weekday(last)}"
    start = theme.written(first).removesuffix(f" {last.year}") if first.year == last.year else theme.written(first)
    return f"Papers from {start} to {theme.written(last)}"


def _subject(digest: Digest) -> str:
    """The first title, and how many more: what makes one open it."""
    title = shorten(_shown(digest.papers[0].title), _SUBJECT)
    others = len(digest.papers) - 1
    what = f"{title} and {theme.counted(others, 'more paper')}" if others else title
    if digest.last is None:
        return what
    day = f"{digest.last.day} {digest.last:%B}"
    return f"{day}: {what}" if digest.first == digest.last else f"Week to {day}: {what}"


def _entry(number: int, paper: Paper) -> _Entry:
    pages = (("Hugging Face", paper.discussion_url), ("Code", paper.code_url), ("Project", paper.project_url))
    links = {_linked(url or ""): label for label, url in reversed(pages)}
    return _Entry(
        number=number,
        title=shorten(_shown(paper.title), _TITLE),
        url=_linked(paper.url),
        byline=_byline(paper),
        abstract=_beginning(paper.abstract),
        links=[(label, url) for url, label in reversed(links.items()) if url and url != _linked(paper.url)],
    )


def _byline(paper: Paper) -> str:
    """Who, when, how well liked: ``Yuhan Liu et al., 2023 · 54 votes``."""
    names = [shorten(visible(name), _AUTHOR) for name in paper.authors[:2]]
    who = f"{names[0]} et al." if len(paper.authors) > len(names) else " and ".join(names)
    year = str(paper.published.year) if paper.published else ""
    votes = theme.counted(paper.votes, "vote") if paper.votes is not None else ""
    return theme.joined(", ".join(part for part in (who, year) if part), votes)


def _beginning(abstract: str) -> str:
    """The first sentences of an abstract, word for word: whole ones, unless already the first is too long."""
    spans = sentences(abstract)
    if not spans:
        return ""
    end = max((last for _, last in spans if last - spans[0][0] <= _ABSTRACT), default=spans[0][1])
    text = _shown(abstract[spans[0][0] : end])
    return shorten(text, _ABSTRACT * 2)


def _shown(text: str) -> str:
    """With LaTeX as Unicode, and without characters that take no room."""
    return visible(readable(text)).strip()


def _linked(url: str) -> str:
    """The address, where it is one that a reader may follow; else nothing."""
    return encoded(url) if url.startswith(("https://", "http://")) else ""
