"""Items of the Hugging Face Daily Papers API.

Source: https://huggingface.co/docs/hub/api, ``GET /api/daily_papers``. What its schema calls
required can be missing; only the paper's id, title and summary are always there. The outer
``publishedAt`` is on the wrong clock and not read.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from retrieval.errors import SourceError
from retrieval.papers import Listing, Moment, Paper

_LONGEST_REPR = 2_000_000  # characters; what a Python literal may have before it is refused unread


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


_Moment = Annotated[Moment | None, BeforeValidator(_none_if_empty)]


class _Lenient(BaseModel):
    """An object of which only a few fields are read; one that is ``null`` counts as missing."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: each for key, each in cast("dict[Any, Any]", value).items() if each is not None}


class _Author(_Lenient):
    name: str = ""
    hidden: bool = False


class _ItemPaper(_Lenient):
    id: str
    title: str
    summary: str
    authors: list[_Author] = Field(default_factory=list[_Author])
    publishedAt: _Moment = None  # noqa: N815 - the API's own names
    submittedOnDailyAt: _Moment = None  # noqa: N815
    upvotes: int | None = None
    githubRepo: str | None = None  # noqa: N815
    projectPage: str | None = None  # noqa: N815
    withdrawnAt: _Moment = None  # noqa: N815


class _Item(_Lenient):
    paper: _ItemPaper
    numComments: int | None = None  # noqa: N815


def read_item(raw: object, *, list_day: date | None, position: int) -> Paper:
    """One item as a paper. ``list_day`` is the day that was asked for; the item's own day wins.

    An item may be the ``repr`` of a Python dictionary, as 22 recorded days have them.
    Raises ``SourceError`` with what is wrong.
    """
    try:
        item = _Item.model_validate(_literal(raw))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "item"
        raise SourceError(f"not an item of the daily papers API: {where}: {first['msg'].lower()}") from error
    paper = item.paper
    day = paper.submittedOnDailyAt.date() if paper.submittedOnDailyAt else list_day
    try:
        return Paper(
            id=paper.id,
            title=paper.title,
            abstract=paper.summary,
            authors=tuple(author.name for author in paper.authors if author.name and not author.hidden),
            published=paper.publishedAt,
            listing=Listing(name=day.isoformat(), day=day, position=position) if day else None,
            votes=paper.upvotes,
            comments=item.numComments,
            code_url=paper.githubRepo,
            project_url=paper.projectPage,
            withdrawn=paper.withdrawnAt,
        )
    except ValidationError as error:
        raise SourceError(f"not a paper: {error.errors(include_url=False)[0]['msg'].lower()}") from error


def read_answer(body: bytes, *, list_day: date | None, first: int = 0) -> tuple[list[Paper], list[SourceError]]:
    """As ``read_items``, from the bytes of an answer. Raises ``SourceError`` for what is no JSON array at all."""
    try:
        items: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError("the answer is not valid JSON; perhaps it was cut off") from error
    if not isinstance(items, list):
        raise SourceError("the answer is not a list of papers")
    return read_items(cast("list[object]", items), list_day=list_day, first=first)


def read_items(
    items: Sequence[object], *, list_day: date | None, first: int = 0
) -> tuple[list[Paper], list[SourceError]]:
    """The usable papers of one answer, in its order, and what is wrong with each of the others.

    ``first`` is the position of its first item on the list: not 0 where an earlier answer began it.
    """
    papers, defects = list[Paper](), list[SourceError]()
    for position, raw in enumerate(items, start=first):
        try:
            papers.append(read_item(raw, list_day=list_day, position=position))
        except SourceError as defect:
            defects.append(SourceError(f"item {position + 1}: {defect}"))
    return papers, defects


def _literal(raw: object) -> Any:
    if not isinstance(raw, str):
        return raw
    if len(raw) > _LONGEST_REPR:
        raise SourceError("not an item of the daily papers API: a text too long to be one")
    try:
        return ast.literal_eval(raw)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise SourceError("not an item of the daily papers API: a text that is no Python literal") from error
