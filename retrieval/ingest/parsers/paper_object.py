"""A paper as a JSON object: ``title``, ``abstract`` and any other fields, in the spellings of several tools."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from retrieval.errors import SourceError
from retrieval.ingest.parsers.author_lists import read_authors
from retrieval.ingest.parsers.html_text import without_html
from retrieval.ingest.parsers.lenient import Count, LenientDay, LenientMoment, WebAddress, read_leniently
from retrieval.ingest.parsers.withdrawals import says_withdrawn
from retrieval.papers import SOME_DAY, Listing, Paper, Text, arxiv_id, title_id

_SPELLINGS: Final = {
    "abstract": ("abstract", "summary", "text"),
    "authors": ("authors", "author"),
    "votes": ("votes", "upvotes"),
    "link": ("link", "url"),
    "withdrawn": ("withdrawn", "withdrawn_at", "withdrawnAt"),
    "comments": ("comments", "comment"),
}
"""The names of a field in files, the first that is there counts; all other fields have one name."""

_IDS: Final = ("arxiv_id", "arxivId", "arxiv", "eprint", "entry_id", "doi", "url", "link", "abs_url", "pdf_url")
"""Where an arXiv id can be if there is no ``id``, in an id, a link or a DOI."""
_MORE_IDS: Final = ("externalIds", "external_ids", "ids")
"""Objects of ids, in Semantic Scholar's and OpenAlex's answers."""

_CATEGORY: Final = r"[a-z]+(?:-[a-z]+)?\.[A-Za-z-]+|[a-z]+-[a-z]+|cs|math|stat|physics|econ|eess|nlin"
"""An arXiv category or archive."""
_LONGEST_CATEGORY: Final = 32


def _id(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("a number is no id, since 2401.10 and 2401.1 would be the same; put it in quotes")  # noqa: TRY004
    return (arxiv_id(value) or value.strip() or None) if isinstance(value, str) else value


def _title(value: object) -> object:
    return without_html(value) if isinstance(value, str) else value


def _categories(value: object) -> object:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = [cast("dict[str, object]", item).get("term") if isinstance(item, dict) else item for item in items]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("should be a text or a list of texts")
    found = tuple(dict.fromkeys(name for text in texts for name in _names_of_categories(str(text))))
    if any(len(name) > _LONGEST_CATEGORY for name in found):
        raise ValueError("isn't a list of categories such as cs.CL")
    return found


def _names_of_categories(text: str) -> list[str]:
    """``cs.CL cs.LG``, ``cs.CL; cs.LG``, ``Computation and Language (cs.CL)``; other names may have spaces."""
    if codes := re.findall(rf"\(({_CATEGORY})\)", text):
        return codes
    words = re.split(r"[\s,;|]+", text.strip())
    if not all(re.fullmatch(_CATEGORY, word) for word in words):
        words = [" ".join(part.split()) for part in re.split("[,;|]", text)]
    return [word for word in words if word]


def _withdrawn(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in {"true", "false", "yes", "no"}):
        return SOME_DAY if value is True or str(value).strip().lower() in {"true", "yes"} else None
    return value


def _text(value: object) -> object:
    return value if isinstance(value, str) else ""  # in some files the comments are a number


class _PaperObject(BaseModel):
    """The fields that are read. ``Paper`` normalises their white space."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[Text | None, BeforeValidator(_id)] = None
    title: Annotated[str, BeforeValidator(_title)]
    abstract: str = ""
    authors: Annotated[tuple[str, ...], BeforeValidator(read_authors)] = ()
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)] = ()
    published: LenientMoment = None
    listed: LenientDay = None
    votes: Count = None
    link: WebAddress = None
    code_url: WebAddress = None
    project_url: WebAddress = None
    withdrawn: Annotated[LenientMoment, BeforeValidator(_withdrawn)] = None
    comments: Annotated[str, BeforeValidator(_text)] = ""


_FIELDS: Final = {name: (name,) for name in _PaperObject.model_fields} | _SPELLINGS
"""The spellings of each field."""


def read_paper(row: dict[str, Any], position: Callable[[str], int]) -> tuple[Paper, list[str]]:
    """The paper, and what is wrong with its other fields. ``position`` gives its place on the list of a name.

    A paper without an id gets one made from its title. Raises ``SourceError`` or pydantic's ``ValidationError``.
    """
    if not any(spelling in row for spelling in _SPELLINGS["abstract"]):
        raise SourceError("abstract: field required")
    found, defects = read_leniently(_PaperObject, _named(row), {"id", "title"})
    if not found.abstract.strip() and not any(defect.startswith("abstract") for defect in defects):
        defects.append("abstract: is missing")
    listing = None
    if found.listed:
        name = found.listed.isoformat()
        listing = Listing(name=name, day=found.listed, position=position(name))
    fields = found.model_dump(exclude={"id", "listed", "comments", "withdrawn"})
    id = found.id or _id_elsewhere(row) or title_id(found.title)
    return Paper(id=id, listing=listing, withdrawn=_when_withdrawn(found), **fields), defects


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """The fields under their own names; ``NaN``, which some programs write for “nothing”, is left to the reader."""
    named = dict[str, Any]()
    for name, spellings in _FIELDS.items():
        for spelling in spellings:
            if row.get(spelling) is not None:
                named.setdefault(name, row[spelling])
    return named


def _id_elsewhere(row: dict[str, Any]) -> str | None:
    """An arXiv id in another field than ``id``."""
    nested = [cast("dict[str, object]", row[name]) for name in _MORE_IDS if isinstance(row.get(name), dict)]
    found = [row.get(name) for name in _IDS] + [
        each.get(name) for each in nested for name in ("ArXiv", "arxiv", "DOI", "doi")
    ]
    return next((id for value in found if isinstance(value, str) and (id := arxiv_id(value))), None)


def _when_withdrawn(found: _PaperObject) -> datetime | None:
    if found.withdrawn is None and says_withdrawn(found.comments, found.abstract):
        return SOME_DAY
    return found.withdrawn
