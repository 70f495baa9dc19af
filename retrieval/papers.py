"""``Paper``: what every source produces and everything else reads.

White space is normalised when a ``Paper`` is created. All offsets in this project count characters of
``Paper.abstract``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote_plus, unquote

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

_ARXIV_ID = re.compile(
    r"(?<![\w./-])(?:(?:oai:)?arxiv(?:\.org)?[:.-]\s*)?"
    r"(?P<id>\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3})"
    r"(?:v\d+)?(?:\.pdf)?(?![\w.-]*\w)",
    re.IGNORECASE | re.ASCII,  # digits and letters of other scripts don't count
)
_LINK = re.compile(
    r"(?:https?://)?(?:"
    r"(?:[a-z]+\.)?arxiv\.org/(?:(?:abs|pdf|html|format|ps|src|e-print)/)?"
    r"|(?:www\.)?(?:huggingface|hf)\.co/papers/|(?:www\.)?alphaxiv\.org/(?:abs|overview|pdf)/"
    r"|(?:www\.)?ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/"
    r"|(?:www\.)?(?:scirate\.com/arxiv/|emergentmind\.com/papers/|semanticscholar\.org/arxiv/|papers\.cool/arxiv/)"
    r"|(?:abs|pdf|papers)/"
    r"|(?:(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.)(?P<rest>\S+)",
    re.IGNORECASE,
)


_BIBCODE = re.compile(r"\b(?:19|20)\d\darXiv(\d{4})(\d{5})[A-Z]\b")
"""An arXiv id in the code of the Astrophysics Data System: ``2025arXiv250213923B``."""
_DBLP = re.compile(r"\babs-(\d{4})-(\d{4,5})\b")
"""An arXiv id in a key of DBLP: ``journals/corr/abs-2502-13923``."""
_WEB = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def _storable(text: str) -> str:
    """Replace NUL and lone surrogates (half an emoji), which JSON can contain but nothing can store or send."""
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def normalise(text: str) -> str:
    """Replace each run of white space by one space, and trim the ends.

    Sources wrap lines inside titles and abstracts, so offsets only make sense after this.
    """
    return " ".join(_storable(text).split())


def arxiv_id(text: str) -> str | None:
    """The arXiv id, without version, in ``text``: an id, ``arXiv:…``, a link or an arXiv DOI.

    Returns ``None`` if ``text`` is anything else. ``math.CA/0611800`` becomes ``math/0611800``.
    Source: https://info.arxiv.org/help/arxiv_identifier.html
    """
    text = text.strip().strip("<>")
    link = _LINK.fullmatch(text)
    if link:
        text = re.split(r"[?#]", link["rest"])[0].rstrip("/")
    found = _ARXIV_ID.fullmatch(text)
    if not found:
        return None
    archive, slash, number = found["id"].lower().partition("/")
    return f"{archive.partition('.')[0]}/{number}" if slash else archive


def arxiv_ids_in(text: str) -> tuple[str, ...]:
    """The ids of all arXiv ids and links in a text, in order, without repeats."""
    text = _BIBCODE.sub(r"\1.\2", unquote(text) if "%" in text else text)
    text = _DBLP.sub(r" \1.\2 ", text)
    words = re.split(r"[\s(){}<>\[\],;|\"'“”„‘’«»`*_–—…]+", text)
    words = [word.lstrip("#") for word in words]
    words += [part for word in words if "?" in word for part in re.split("[?&=#]", word)[1:]]
    words += [part for word in words if _WEB.match(word) and not arxiv_id(word) for part in re.split("[/?&=#]", word)]
    found = (arxiv_id(word.rstrip(".:!?")) for word in words)
    return tuple(dict.fromkeys(each for each in found if each))


def named_arxiv_id(text: str) -> str | None:
    """The arXiv id that ``text`` is or contains, as in arXiv's stamp or ``look at https://arxiv.org/abs/…``."""
    return arxiv_id(text) or next(iter(arxiv_ids_in(text)), None)


_APART = re.compile(r"```.*?```|`[^`\n]*`|\|\|.*?\|\||<[^<>\s]*>", re.DOTALL)
_IN_TEXT = re.compile(rf"(?:(?<=\]\()|(?<![^\s(\[\"'“„«*_]))(?:{_LINK.pattern})", re.IGNORECASE)


def linked_arxiv_ids(text: str) -> tuple[str, ...]:
    """The papers that a chat message links to, in order, without repeats: arXiv, Hugging Face papers, arXiv DOIs.

    Links in code, in spoilers and in angle brackets (which suppress previews in Discord) don't count.
    """
    links = (found[0] for found in _IN_TEXT.finditer(_APART.sub(" ", text)))
    return tuple(dict.fromkeys(id for link in links for id in arxiv_ids_in(link)))


def title_id(title: str) -> str:
    """A stable id for a paper without one: ``t-`` and 12 hex digits of a hash of its title.

    Case, white space and the way in which accents are encoded are ignored, so that the same title always gets the same
    id.
    """
    digest = hashlib.sha256(unicodedata.normalize("NFC", normalise(title)).casefold().encode()).hexdigest()
    return f"t-{digest[:12]}"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this date is out of range") from error


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A datetime, converted to UTC when the model is created; without a time zone it counts as UTC."""


SOME_DAY = datetime(1991, 8, 14, tzinfo=UTC)
"""When a paper was withdrawn if its source only says that it was: the day on which arXiv began."""


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


BLANK_AS_NONE = BeforeValidator(_none_if_blank)
"""Blank text counts as missing, for a field that isn't text."""

OptionalMoment = Annotated[Moment | None, BLANK_AS_NONE]


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("must not be blank")
    return text


Line = Annotated[str, AfterValidator(normalise)]
"""Text whose white space is normalised when the model is created."""

Text = Annotated[str, AfterValidator(_storable)]


_MOST = 2**31 - 1  # the maximum of an INTEGER column in every database


class Listing(BaseModel, frozen=True):
    """A position on a published list.

    ``name`` identifies the list: its ISO date, or ``page-`` and 8 hex digits for a page without a date. ``position``
    is 0-based, in the order of the source.
    """

    name: Text = Field(min_length=1, max_length=64)
    day: date | None = None
    position: int = Field(ge=0)


class Paper(BaseModel, frozen=True):
    """One paper. Times are UTC; ``None`` means that the source doesn't say.

    ``version`` is the arXiv version of title and abstract. ``withdrawn`` is when its authors withdrew it.
    """

    id: Text = Field(min_length=1, max_length=64)
    title: Annotated[Line, AfterValidator(_not_blank)]
    abstract: Line = ""
    authors: tuple[Line, ...] = ()
    categories: tuple[Text, ...] = ()
    published: Moment | None = None
    listing: Listing | None = None
    votes: int | None = Field(default=None, ge=0, le=_MOST)
    comments: int | None = Field(default=None, ge=0, le=_MOST)
    link: Text | None = None
    code_url: Text | None = None
    project_url: Text | None = None
    version: int | None = Field(default=None, ge=1, le=_MOST)
    withdrawn: Moment | None = None

    @property
    def digest(self) -> str:
        """16 hex digits that identify this abstract, so that stored quotes refer to the text that they quote."""
        return hashlib.sha256(self.abstract.encode()).hexdigest()[:16]

    @property
    def arxiv(self) -> str | None:
        """The arXiv id: ``id`` if it is one, or that of the ``link``. Then the links below lead to the paper itself."""
        return self.id if arxiv_id(self.id) == self.id else arxiv_id(self.link or "")

    @property
    def url(self) -> str:
        """The link of the title: the abstract page on arXiv, the link of the source, or a search for the title."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return self.link or f"https://arxiv.org/search/?query={quote_plus(self.title[:200])}&searchtype=title"

    @property
    def discussion_url(self) -> str | None:
        """The page on Hugging Face, which has votes and comments; only for arXiv papers."""
        return f"https://huggingface.co/papers/{self.arxiv}" if self.arxiv else None
