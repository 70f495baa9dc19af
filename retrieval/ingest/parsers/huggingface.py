"""Items of the Hugging Face Daily Papers API.

Source: https://huggingface.co/docs/hub/api, ``GET /api/daily_papers``. Fields that its schema calls
required can be missing; only the paper's id, title and summary are always there. The outer ``publishedAt`` is in the
wrong time zone and isn't read.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import SourceError, first_defect
from retrieval.ingest.parsers.fetched_page import FetchedPage
from retrieval.ingest.parsers.lenient import Count, LenientMoment, WebAddress, read_leniently
from retrieval.ingest.parsers.withdrawals import says_withdrawn
from retrieval.papers import SOME_DAY, Listing, Paper

_LONGEST_REPR = 2_000_000  # characters; a longer Python literal is refused without parsing


class _Author(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = None
    hidden: bool | None = None


class _ItemPaper(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    summary: str
    authors: list[_Author] = Field(default_factory=list[_Author])
    publishedAt: LenientMoment = None  # noqa: N815 - the API's own names
    submittedOnDailyAt: LenientMoment = None  # noqa: N815
    upvotes: Count = None
    numComments: Count = None  # noqa: N815
    githubRepo: WebAddress = None  # noqa: N815
    projectPage: WebAddress = None  # noqa: N815
    withdrawnAt: LenientMoment = None  # noqa: N815


def read_item(raw: object, *, list_day: date | None, position: int) -> tuple[Paper, list[str]]:
    """One item as a paper, and what is wrong with its other fields. Raises ``SourceError``.

    ``list_day`` is the requested day; the day of the item takes precedence. An item may be the ``repr`` of a Python
    dictionary, as on 22 recorded days.
    """
    item = _object(_literal(raw), "item")
    fields = _object(item.get("paper"), "paper") | {"numComments": item.get("numComments")}
    try:
        paper, defects = read_leniently(_ItemPaper, fields, {"id", "title", "summary"})
        day = paper.submittedOnDailyAt.date() if paper.submittedOnDailyAt else list_day
        made = Paper(
            id=paper.id,
            title=paper.title,
            abstract=paper.summary,
            authors=tuple(author.name for author in paper.authors if author.name and not author.hidden),
            published=paper.publishedAt,
            listing=Listing(name=day.isoformat(), day=day, position=position) if day else None,
            votes=paper.upvotes,
            comments=paper.numComments,
            code_url=paper.githubRepo,
            project_url=paper.projectPage,
            withdrawn=paper.withdrawnAt or (SOME_DAY if says_withdrawn("", paper.summary) else None),
        )
    except ValidationError as error:
        raise SourceError(f"not an item of the daily papers API: {first_defect(error, 'item')}") from error
    return made, defects


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SourceError(f"not an item of the daily papers API: {name}: should be an object")
    return cast("dict[str, Any]", value)


def read_answer(body: bytes, *, list_day: date | None, first: int = 0) -> FetchedPage:
    """``read_items`` for the body of a response. Raises ``SourceError`` if it isn't a JSON array."""
    try:
        items: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError("the response isn't valid JSON; perhaps it was cut off") from error
    if not isinstance(items, list):
        raise SourceError("the response isn't a list of papers")
    return read_items(cast("list[object]", items), list_day=list_day, first=first)


def read_items(items: Sequence[object], *, list_day: date | None, first: int = 0) -> FetchedPage:
    """The papers of a response. ``first`` is the position of its first item: not 0 for the second page of a list."""
    papers, defects = list[Paper](), list[SourceError]()
    for position, raw in enumerate(items, start=first):
        try:
            paper, wrong = read_item(raw, list_day=list_day, position=position)
        except SourceError as defect:
            defects.append(SourceError(f"item {position + 1}: {defect}"))
            continue
        papers.append(paper)
        defects.extend(SourceError(f"item {position + 1}: left out: {each}") for each in wrong)
    return FetchedPage(tuple(papers), tuple(defects), len(items))


def _literal(raw: object) -> Any:
    if not isinstance(raw, str):
        return raw
    if len(raw) > _LONGEST_REPR:
        raise SourceError("not an item of the daily papers API: the text is too long")
    try:
        return ast.literal_eval(raw)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise SourceError("not an item of the daily papers API: the text isn't a Python literal") from error
