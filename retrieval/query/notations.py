"""Notations of other programs, as this language writes them: PubMed's tags, Scopus's functions, lists with commas.

The query that is shown is the translated one, so that people see how they were understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from retrieval.query.days import meant_day
from retrieval.query.fields import ARCHIVES
from retrieval.query.syntaxes import in_one_syntax

_TAG: Final = re.compile(
    r"\[(?P<tag>title/abstract|all fields|text word|mesh terms|first author|last author|publication date|"
    r"date - publication|titles?|authors?|abstract|tiab|1au|lastau|fau|pdat|all|au|ti|ab|dp|tw|mh|mesh(?:[ :]\w+)?|"
    r"majr|kw|ot|pt|publication type|la|language|ta|journal)\](?=[\s)]|$)",
    re.IGNORECASE,
)
"""PubMed's tags, which follow what they are about: ``Curie M[Author]``, ``deep learning[ti]``, ``2023:2024[dp]``."""
_SUBJECT: Final = re.compile(
    r"(?<![^\s(-])(?:\"(?P<quoted>[^\"]*)\"|(?!(?:AND|OR|NOT)\b)(?P<bare>[^\"()\[\]\s=@#-](?:(?!\s(?:AND|OR|NOT)\b)[^\"()\[\]=@#])*))\Z"
)
"""A phrase, or all words since the last operator."""
_LONGEST: Final = 100  # characters of what a tag is about
_TAGS: Final = MappingProxyType(
    {
        tag: field
        for field, tags in {
            "title": "ti,title,titles",
            "abstract": "ab,abstract",
            "author": "au,author,authors,1au,lastau,fau,first author,last author",
            "date": "dp,pdat,publication date,date - publication",
        }.items()
        for tag in tags.split(",")
    }
)
"""Tags that are about a field; all others are about the whole text."""
_FUNCTION: Final = re.compile(
    r"(?<![^\s(-])(?P<name>TITLE(?:-ABS(?:-KEY(?:-AUTH)?)?)?|ABS|KEY|(?:FIRST)?AUTH(?:OR)?(?:-?(?:LAST|FIRST)?-?NAME)?|"
    r"ALL|TS(?==)|AK(?==))(?==?\()=?"
)
"""Scopus's and Web of Science's: ``TITLE-ABS-KEY(mamba)``, ``TS=(mamba)``."""
_FUNCTIONS: Final = MappingProxyType({"TITLE": "title:", "ABS": "abstract:"})
_VALUE: Final = r"(?:\"[^\"]+\"|[^\s\"()\[\],;|<>=≥≤:]+)"
_LIST: Final = re.compile(
    r"(?<![^\s(-])(?:(?P<field>(?i:authors?|au|by|categor(?:y|ies)|cat|subject|year|id)[:=]|[@#](?=[^\W\d_]))"
    rf"(?P<values>{_VALUE}(?:[,;|]{_VALUE})+)|(?P<archive>(?i:categor(?:y|ies)|cat|subject)[:=])"
    r"(?P<categories>[a-z-]+\.[\w*-]+(?:, ?[a-z-]+\.[\w*-]+)+))(?=[\s)]|$)"
)
"""``author:lecun,bengio``: either of them."""
_SIGILS: Final = MappingProxyType({"@": "author:", "#": "category:"})
_CATEGORY: Final = re.compile(rf"(?<!\S)(?=(?:{ARCHIVES})\.(?:[A-Z]{{2}}|[a-z]+-[a-z]+|\*)(?!\S))")
"""Before an arXiv category alone: ``cs.CL``."""
_ID: Final = re.compile(r"\d{4}\.\d{4,5}")
_INITIAL: Final = re.compile(r"[^\W\d_]\.?")
_INVERTED: Final = re.compile(
    r"(?<![^\s(-])(?P<field>(?i:authors?|au)[:=] ?)"
    r"(?P<name>[^\W\d_a-z][\w'’-]+, [^\W\d_a-z][\w.'’-]*(?: [A-Z]\.)*)(?=[\s)]|$)"
)
"""``author:LeCun, Yann`` without quotation marks."""
_DATE: Final = r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?"
_BETWEEN_YEARS: Final = re.compile(rf"(?<![^\s(])(?P<first>{_DATE})(?:(?:\.\.\.?|…)(?P<last>{_DATE})|\.\.)(?=[\s)]|$)")
_SPACED_DAY: Final = re.compile(
    r"(?<![^\s(-])(?P<field>(?i:after|before|since|until|from|to|date|published)[:=] ?)"
    r"(?P<day>(?:[0-9]{1,2}(?:st|nd|rd|th)? )?[A-Za-z]{3,9}\.?,? (?:[0-9]{1,2}(?:st|nd|rd|th)?,? )?[0-9]{4})(?=[\s)]|$)"
)


def translated(text: str) -> str:
    """The query in this language; text in quotation marks is only read by a tag that follows it."""
    text = in_one_syntax(text)
    if "[" in text:
        text = "".join(_with_fields(text))
    if "(" in text:
        text = _FUNCTION.sub(_of_function, text)
    if re.search("[:=@#]", text):
        text = _SPACED_DAY.sub(_with_day, text)
        text = _INVERTED.sub(r'\g<field>"\g<name>"', text)
        text = _LIST.sub(_either, text)
    if "." in text and not _ID.search(text):
        text = _CATEGORY.sub("category:", text)
    if ".." in text or "…" in text:
        text = _BETWEEN_YEARS.sub(_of_years, text)
    return text


def _with_fields(text: str) -> Iterator[str]:
    """The parts of a query with fields for PubMed's tags."""
    at = 0
    for tag in _TAG.finditer(text):
        first = max(at, tag.start() - _LONGEST)
        if subject := _SUBJECT.search(text[first : tag.start()]):
            yield text[at : first + subject.start()]
            yield _field(_TAGS.get(tag["tag"].lower()), subject["quoted"], subject["bare"])
            at = tag.end()
    yield text[at:]


def _field(field: str | None, quoted: str | None, bare: str | None) -> str:
    text = f'"{quoted}"' if quoted else bare or ""
    match field:
        case None:
            return text
        case "date":
            days = re.sub(r'[\s"]', "", text)
            return f"date:{days.replace('/', '-').replace(':', '..')}"
        case "author" if bare:
            initials = re.search(r"(?<=\w )[A-Z]{2,3}$", bare)  # as PubMed has them: LeCun YA
            name = f"{bare[: initials.start()]}{' '.join(initials[0])}" if initials else bare
            return f'author:"{name}"'
        case _:
            return f"{field}:({text})" if bare and " " in bare else f"{field}:{text}"


def _of_function(found: re.Match[str]) -> str:
    name = found["name"]
    return "author:" if "AUTH" in name.removesuffix("-AUTH") else _FUNCTIONS.get(name, "")


def _of_years(found: re.Match[str]) -> str:
    return f"{'date' if '-' in found[0] else 'year'}:{found['first']}..{found['last'] or ''}"


def _with_day(found: re.Match[str]) -> str:
    day = meant_day(found["day"].replace(",", ""))
    return f"{found['field'].rstrip()}{day}" if day else found[0]


def _either(found: re.Match[str]) -> str:
    """A list of values; two capitalised words, or a name and an initial, are rather one name: ``LeCun,Yann``."""
    if found["archive"]:
        return f"{found['archive']}({' OR '.join(re.split(', ?', found['categories']))})"
    values = re.findall(_VALUE, found["values"])
    if found["field"][:1].lower() in "ab@" and len(values) == 2:  # noqa: PLR2004 - family and given name
        inverted = "," in found["values"] and values[0][0].isupper() and values[1][0].isupper()
        if inverted or _INITIAL.fullmatch(values[1]):
            return found[0]
    return f"{_SIGILS.get(found['field'], found['field'])}({' OR '.join(values)})"
