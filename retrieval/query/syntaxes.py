"""Signs and fields that other programs' queries have, replaced by those of this language.

Links to a page of results; Lucene's boosts and distances; Scopus's years; OpenAlex's, IEEE Xplore's and the ACM's
fields; ``|`` for OR; spaces around the colon of a field.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_plus

_LINK: Final = re.compile(
    r"\s*(?:https?://\S+?[?&])?(?:search_query|query|queryText|searchTerm|q|term|text)=(?P<query>[^&\s]+)(?:&\S*)?\s*"
)
_PLUS: Final = re.compile(r"(?<=[\w\")])\+(?=[\w\"(])")
_TAGGED_DAY: Final = (
    r"\"?(?P<{}>\d{{4}}(?:/\d\d){{0,2}})\"?\[(?:dp|pdat|publication date|date - publication|Date - \w+)\]"
)
_QUOTED: Final = re.compile(r'("[^"]*"(?!["\w]))')
_FIELD_NAMES: Final = MappingProxyType(
    {
        name: field
        for field, names in {
            "title:": "title|document title|display_name|publication title",
            "abstract:": "abstract",
            "author:": "author|authors|contrib author|raw_author_name|authorships.author.display_name",
            "year:": "publication year",
            "": "title_and_abstract|default|fulltext|all metadata|all|keyword|keywords",
        }.items()
        for name in names.split("|")
    }
)
_WHOLE: Final = (
    (
        re.compile(rf"{_TAGGED_DAY.format('first')}\s*:\s*{_TAGGED_DAY.format('last')}", re.IGNORECASE),
        r"date:\g<first>..\g<last>",
    ),
    (re.compile(r"(?<=\")(?:~\d+|\^\d+(?:\.\d+)?)(?=[\s)]|$)"), ""),
)
_NAMED: Final = re.compile(
    r"(?:\[+(?P<acm>title|abstract|author|contrib author|publication title|all|keywords?): *(?P<value>[^\[\]]+)\]+"
    r"|\"(?P<ieee>document title|abstract|authors?|publication year|publication title|all metadata)\":"
    r"|\b(?P<openalex>title|display_name|abstract|title_and_abstract|default|fulltext|raw_author_name|"
    r"authorships\.author\.display_name)\.search:|\b(?P<long>authorships\.author\.display_name):)",
    re.IGNORECASE,
)
"""The ACM's ``[[Title: mamba]]``, IEEE Xplore's ``"Document Title":mamba``, OpenAlex's ``title.search:mamba``."""
_BOUND: Final = r"(?<![^\s(-])"
_NAME: Final = r"[^\W\d_a-z][\w'’-]+"
_OUTSIDE_QUOTES: Final = (
    (re.compile(r"\bPUBYEAR\s*(?:IS\b|=)\s*(?=\d{4})"), "year:"),
    (re.compile(r"\bPUBYEAR\s*(?:AFT\b|>(?!=))\s*(?=\d{4})"), "year:>"),
    (re.compile(r"\bPUBYEAR\s*(?:BEF\b|<(?!=))\s*(?=\d{4})"), "year:<"),
    (re.compile(r"(?<=[\s)])(?:NEAR|ADJ|(?:NEAR|ADJ|W|PRE|AROUND|WITHIN)(?:[/:]?\d+|\(\d+\)))(?=[\s(])"), "AND"),
    (re.compile(r"(?<=\w)~(?:\d(?:\.\d)?)?(?=[\s)]|$)"), ""),
    (re.compile(rf"{_BOUND}(\w+[:=]\w+)\^\d+(?:\.\d+)?(?=[\s)]|$)"), r"\1"),
    (re.compile(rf"{_BOUND}(?:intext|allintext|fulltext|full|body|keywords?|kw|topic):(?=[\w(])"), ""),
    (re.compile(r"^\s*allintitle: *([^:]+)$"), r"title:(\1)"),
    (re.compile(rf"{_BOUND}(?:AUTHORS?|AU): +(?=\w)"), "author:"),
    (re.compile(rf"{_BOUND}([Aa]uthors?[:=] ?)({_NAME} [A-Z]\.?|[A-Z]\.? {_NAME})(?=[\s)]|$)"), r'\1"\2"'),
)
_SMILEY: Final = re.compile(r"\s+[:;]-?[()]+\s*$")
_BARS: Final = re.compile(r"(?<![\w|])(\w[\w-]*(?:\|\w[\w-]*)+)(?![\w|])")
_SPACED: Final = re.compile(rf"{_BOUND}(author|title|abstract|category|year|date)s? *(?: :|(?: =)) *(?=[\w\"<>(])")
_SHORT: Final = 8
"""Words of a query, at most, in which a space before a colon or equals sign is no punctuation."""
_ALTERNATIVE: Final = 2
"""Words on each side of a ``|`` that means OR; many titles have it before the name of a page."""


def in_one_syntax(text: str) -> str:
    """The query with the signs and fields of this language."""
    if (searched := searched_text(text)) is not None:
        text = searched
    elif " " not in text.strip() and ":" in text and "://" not in text:
        text = _PLUS.sub(" ", text)  # as in a link
    if not re.search(r"[\[\":=|~^]|[A-Z]{3}|W/|;-?[()]", text):
        return text
    for pattern, by in _WHOLE:
        text = pattern.sub(by, text)
    text = _NAMED.sub(_with_field, text)
    parts = _QUOTED.split(_SMILEY.sub("", text))
    parts[::2] = map(_outside_quotes, parts[::2])
    return _with_alternatives("".join(parts))


def searched_text(text: str) -> str | None:
    """What a link to a page of results is a search for."""
    link = _LINK.fullmatch(text)
    return unquote_plus(link["query"]) if link else None


def _with_field(found: re.Match[str]) -> str:
    name = next(found[group] for group in ("acm", "ieee", "openalex", "long") if found[group]).lower()
    field = _FIELD_NAMES[name]
    return f"{field}({found['value'].strip()})" if found["value"] else field


def _outside_quotes(text: str) -> str:
    for pattern, by in _OUTSIDE_QUOTES:
        text = pattern.sub(by, text)
    text = _BARS.sub(lambda found: f"({found[1].replace('|', ' OR ')})", text)
    return _SPACED.sub(r"\1:", text) if len(text.split()) <= _SHORT else text


def _with_alternatives(text: str) -> str:
    """``mamba | rwkv`` with OR; what is longer is a title with the name of a page behind it."""
    parts = re.split(r"\s+\|\s+", text)
    return " OR ".join(parts) if all(0 < len(part.split()) <= _ALTERNATIVE for part in parts) else text
