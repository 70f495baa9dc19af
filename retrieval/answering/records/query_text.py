"""A request as a query of the search language, so that people see how they could search for it themselves."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

from retrieval.answering.records.request import Request
from retrieval.answering.records.spans import Span
from retrieval.names import name_words
from retrieval.query.query import as_value
from retrieval.text import stem


def query_text(request: Request, *, days: bool = True, phrase: bool = False) -> str:
    """The query; ``days``: with the span; ``phrase``: the words of the topic next to each other."""
    names = [f"author:{as_value(author.name)}" for author in request.authors]
    joined = " OR ".join(names) if request.any_author else " ".join(names)
    span = request.span if days else None
    parts = [
        _phrase(request.topic) if phrase else _topic(request.topic),
        *(f"-{_plain(word)}" for word in request.without_topic.split() if _plain(word)),
        f"({joined})" if request.any_author and len(names) > 1 else joined,
        *(f"-author:{as_value(author.name)}" for author in request.without_authors),
        "title:survey" if request.survey else "",
        f"category:{request.category}" if request.category else "",
        f"after:{_day(span.first, last=False)}" if span and span.first else "",
        f"before:{_day(span.last, last=True)}" if span and span.last else "",
        _outside(request.outside) if request.outside else "",
        *(f"votes:{each}" for each in request.votes.split()),
        {True: "has:code", False: "-has:code", None: ""}[request.code],
    ]
    return " ".join(part for part in parts if part)


def _topic(topic: str) -> str:
    """The words of a topic; "or" between them means that either is enough: of words, phrases, or for a common noun."""
    parts = [part.split() for part in topic.split(" or ") if part.strip()]
    if len(parts) <= 1:
        return " ".join(map(_plain, parts[0] if parts else ()))
    common = list[str]()
    if all(len(part) == 1 and _QUALIFIES.fullmatch(part[0]) for part in parts[:-1]):
        parts[-1], common = parts[-1][:1], parts[-1][1:]
    either = " OR ".join(_plain(part[0]) if len(part) == 1 else as_value(" ".join(part)) for part in parts)
    return " ".join([f"({either})", *map(_plain, common)])


_QUALIFIES: Final = re.compile(r"[a-z]+(?<!s|g|y)(?<!ion|ent|ers)")
"""A word that says of what kind something is, rather than a thing: "image or video generation"."""


def _phrase(topic: str) -> str:
    """The words side by side, the last one in the singular and the plural: "world models"."""
    before, _, last = topic.rpartition(" ")
    one = f"{before} {last.removesuffix('s')}"
    has_both = last.endswith("s") and not last.endswith(_NO_PLURALS) and stem(last) == stem(last[:-1])
    return f"({as_value(topic)} OR {as_value(one)})" if has_both else as_value(topic)


_NO_PLURALS: Final = ("ss", "is", "us", "ics")
"""How words end that have an s and are no plural: "robotics"."""


def _outside(span: Span) -> str:
    ends = [f"after:{_day(span.first, last=False)}" if span.first else ""]
    ends += [f"before:{_day(span.last, last=True)}" if span.last else ""]
    return f"-({' '.join(end for end in ends if end)})"


_AGENT: Final = re.compile(r"(?P<one>[a-z-]{3,}(?:er|or))s?", re.IGNORECASE)
"""Nouns whose stem means something else, too: that of "tokenizer" is that of "token"."""
_PROCESS: Final = re.compile(r"(?P<one>[a-z-]{3,})i[sz]ation", re.IGNORECASE)
"""As with ``_AGENT``: "tokenization"."""


def _plain(word: str) -> str:
    """A word as the language writes it so that it means itself and its plural, and can be no operator."""
    bare = word.strip('()[]{}"-–—−@#:*=<>|')
    agent = _AGENT.fullmatch(bare)
    process = _PROCESS.fullmatch(bare)
    if process and stem(bare.lower()) == process["one"].lower():
        return f'("{process["one"]}ization" OR "{process["one"]}izing" OR "{process["one"]}ized")'
    if agent and stem(bare.lower()) != agent["one"].lower():
        return f'("{agent["one"]}" OR "{agent["one"]}s")'
    if bare in {"OR", "AND", "NOT"} or _SIGN.search(bare):
        bare = f'"{bare.replace(chr(34), " ").strip()}"'
    return bare if name_words(bare) else ""


_SIGN: Final = re.compile(r"[^\w'’.+&/-]")
"""Signs that may mean something in the language: with them a word is written in quotation marks."""


def _day(day: date, *, last: bool) -> str:
    """A day, or the month or year that begins or ends with it."""
    if (day.month, day.day) == ((12, 31) if last else (1, 1)):
        return str(day.year)
    of_month = monthrange(day.year, day.month)[1] if last else 1
    return f"{day:%Y-%m}" if day.day == of_month else day.isoformat()
