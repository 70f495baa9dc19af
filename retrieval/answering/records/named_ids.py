"""Papers that a question names by their arXiv ids or by links to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from retrieval.answering.records.sentence import Sentence
from retrieval.papers import arxiv_id

_AROUND: Final = "()[]{}<>,;:!?\"'“”„‘’«»`*|…"
_ASKS: Final = re.compile(
    r"\b(?:what(?!['’]s this)|how|why|which|who|explain|summari[sz]e|summary|tldr|tl;dr|overview|gist|tell|describe"
    r"|about|does|did|do they|is it|are they|compare|main|key)\b",
    re.IGNORECASE,
)
_WHAT_IT_IS: Final = re.compile(r"\bwhat(?:['’]?s| is) (?:it|this|that)(?= *(?:please|pls|then)?$)", re.IGNORECASE)
_NO_ID: Final = re.compile(r"(?:arxiv:|https?://(?:www\.)?arxiv\.org/\w+/)(\d{4}\.\d{4,5})(?:v\d+)?", re.IGNORECASE)
_BARE_NO_ID: Final = re.compile(r"(?<![\w.$€-])(\d{4}\.\d{5})(?:v\d+)?(?![\w.%])")
_DIGITS: Final = re.compile(r"\d{4}")
_CATEGORY: Final = re.compile(r"\[[a-z-]+(?:\.[A-Za-z-]+)?\]")
"""As arXiv's pages write it beside the id: ``[cs.CL]``."""


@dataclass(frozen=True, slots=True)
class NamedIds:
    """The ids in a question, and the question with bare ids in the place of links.

    ``is_question``: it asks something beside calling the papers up.
    """

    ids: tuple[str, ...]
    text: str
    is_question: bool


def impossible_id(text: str) -> str | None:
    """What is written as an arXiv id and can be none: the digits before its point are no year and month."""
    found = _NO_ID.search(text) or _BARE_NO_ID.search(text)
    return found[1] if found and arxiv_id(found[1]) is None else None


def named_ids(text: str) -> NamedIds:
    """The papers that a question names, in order, each once."""
    if not _DIGITS.search(text):
        return NamedIds((), text, is_question=False)
    ids, words, others = list[str](), list[str](), list[str]()
    for word in text.split():
        bare = word.strip(_AROUND).rstrip(".").removesuffix("'s").removesuffix("’s")
        id = (
            arxiv_id(bare)
            or arxiv_id(re.sub(r"^(?:abs|pdf|html)/", "", bare))
            or arxiv_id(bare.rpartition("(")[2])
            or arxiv_id(bare.rstrip("/").rpartition("/")[2])
            or arxiv_id(bare.partition("]")[0])
        )
        if id is None:
            words.append(word)
            others += [] if _CATEGORY.fullmatch(word) else [word.strip(_AROUND).lower()]
            continue
        if id not in ids:
            ids.append(id)
        words.append(word.replace(bare, id))
    if not ids:
        return NamedIds((), text, is_question=False)
    rest = _WHAT_IT_IS.sub("", " ".join(others))
    content = [unit for unit in Sentence.of(rest).units if unit.has("other", "code")]
    calls_up = re.fullmatch(r"(?:and )?(?:what|how) about (?:this|that|it)?(?: one| paper)?\W*", rest.strip())
    here = calls_up or (re.search(r"\b(?:have|know|here|in your|got)\b", rest) and not content)
    return NamedIds(tuple(ids), " ".join(words), is_question=bool(content or _ASKS.search(rest)) and not here)
