"""The authors of a paper, however a file writes them: one text, several texts, or objects with a name.

In one text they can be separated by commas, semicolons, “and” and ``&``, with the family name first (BibTeX's order:
``LeCun, Yann and Hinton, Geoffrey``) or last, with affiliations, degrees and suffixes. The result has the given names
first; names in Chinese, Japanese or Korean script stay as they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from pylatexenc.latex2text import LatexNodes2Text  # pyright: ignore[reportMissingTypeStubs]

from retrieval.names import GROUP_NAME, NAME_SUFFIX
from retrieval.papers import normalise

_DEGREE: Final = re.compile(
    r"(?:ph\.?\s?d|m\.?\s?d|m\.?sc|b\.?sc|d\.?phil|mba|msc|dr\.-ing|pharm\.?d|r\.?n|mph|esq)\.?", re.IGNORECASE
)
_OTHERS: Final = re.compile(r"(?:,\s*|\s+)?\b(?:et\s+al|and\s+others)\b\.?\s*$", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_AND: Final = re.compile(r"\s*,?\s+(?:and|&)\s+", re.IGNORECASE)
_HARD: Final = re.compile(r"\s*[;；、|\n]\s*|\s+[•·/]\s+")
_COMMA: Final = re.compile(r"\s*[,，،]\s*")
_EAST_ASIAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COMPANY: Final = re.compile(r"(?:inc|ltd|llc|gmbh|corp|co)\.?", re.IGNORECASE)
_TITLED: Final = re.compile(r"^(?:(?:by\s+|authors?:\s*)|(?:dr|prof|mr|mrs|ms)\.\s+)+", re.IGNORECASE)
_RAISED: Final = re.compile(r"\$?\^(?:\{[^{}]*\}|\w)\$?")
_MARKS: Final = re.compile(r"(?:[*†‡§¶#⋆∗¹²³⁰-⁹⁺,]|<[^<>\s]*>|\s)+$")
"""Behind a name: marks of footnotes, and an address."""
_NUMBERED: Final = re.compile(r"(?<=[^\W\d_]{2})\d{1,2}(?:,\d{1,2})*(?=\s*(?:[,;&]|and\b|$))")
"""Numbers of affiliations behind names, if several have them: ``Ann Lee1,2, Bob Ray2``."""
_GROUP_FIRST: Final = re.compile(r"(?<=\w)\s*:\s+(?=\w)")
"""Between a group and its members: ``OpenAI: Josh Achiam``."""
_SEPARATOR: Final = re.compile(r"[,;|&，；、]|\band\b", re.IGNORECASE)
_FOR: Final = re.compile(
    r",?\s+(?:on behalf of|for)\s+(?:the\s+)?(?=.*\b(?:collaboration|consortium|team|group)\b)", re.IGNORECASE
)

_PLAIN_NAME: Final = re.compile(
    r"(?:(?!(?:and|by|et|phd|md|msc|bsc|dphil|mba|pharmd|rn|mph|esq)\b)"
    r"[a-zà-öø-ÿ]++(?:(?<=\b[a-zà-öø-ÿ])\.)?+(?:[ -](?=.)|\Z))++"
)
"""Most names, in lower case: words and initials, none a title, a degree or a separator. They stay as they are."""

_LATEX: Final = LatexNodes2Text(strict_latex_spaces=False)
_MOST_GROUPS: Final = 3
"""Braces that aren't closed: the time that pylatexenc takes doubles with each. Names with more stay as they are."""


def read_authors(value: object) -> tuple[str, ...]:
    """The names of the authors. Raises ``ValueError`` for a value that names nobody in any known way."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        apart = not _SEPARATOR.search(value)  # by lines or tabs, if at all
        return tuple(_people_of_text(normalise(re.sub(r"[\n\t]\s*", ";", value.strip()) if apart else value)))
    if not isinstance(value, list):
        raise ValueError("should be a text or a list of names")  # noqa: TRY004 - pydantic reports ValueError
    elements = [each for each in cast("list[object]", value) if each is not None]
    names = list[str]()
    for each in elements:
        if isinstance(each, str) and _PLAIN_NAME.fullmatch(each.lower()):
            names.append(each)
        else:
            names += (name for name in _people_of_element(each) if re.search(r"[^\W_]", name))
    return tuple(names)


def _people_of_element(element: object) -> Iterator[str]:
    name = normalise(_name_of(element))
    if GROUP_NAME.search(name):
        yield _IN_BRACKETS.sub("", name) or name
    elif len(parts := _parts(_bare(name))) == 2 and _is_inverted(parts):  # noqa: PLR2004 - family name, given names
        yield from _people(parts, one=True)
    else:
        yield from _people_of_text(name)


def _name_of(element: object) -> str:
    """The name in an element of a list: a text, or an object as in Crossref, OpenAlex and others."""
    if isinstance(element, str):
        return element
    if isinstance(element, list) and element and all(isinstance(each, str) for each in cast("list[object]", element)):
        family, *others = cast("list[str]", element)  # arXiv's parsed authors: family name, given names, suffix
        return " ".join([*others[:1], family, *others[1:2]])
    if not isinstance(element, dict):
        raise ValueError("should be names")  # noqa: TRY004 - pydantic reports ValueError
    fields = cast("dict[str, Any]", element)
    if isinstance(fields.get("author"), dict):
        return _name_of(fields["author"])
    for key in ("name", "display_name", "full_name", "fullname", "literal"):
        if isinstance(fields.get(key), str) and fields[key].strip():
            return str(fields[key])
    given = next(
        (fields[key] for key in ("given", "first", "firstName", "first_name", "forename") if fields.get(key)), ""
    )
    family = next(
        (fields[key] for key in ("family", "last", "lastName", "last_name", "surname") if fields.get(key)), ""
    )
    return f"{given} {family}"


def _bare(text: str) -> str:
    """``text`` in Unicode instead of LaTeX, without affiliations and “et al.”."""
    plain = _RAISED.sub("", html.unescape(text))
    if len(_NUMBERED.findall(plain)) > 1:
        plain = _NUMBERED.sub("", plain)
    if ("\\" in plain or "{" in plain) and plain.count("{") <= _MOST_GROUPS + plain.count("}"):
        plain = str(_LATEX.latex_to_text(plain))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    bare = _IN_BRACKETS.sub("", plain)
    between = "; " if ";" in bare else ", "
    bare = _GROUP_FIRST.sub(between, _TITLED.sub("", _FOR.sub(between, bare)))
    return _OTHERS.sub("", bare).strip(" ,;") or text


def _people_of_text(text: str) -> Iterator[str]:
    bare = _bare(text)
    hard = [part for part in _HARD.split(bare) if part.strip(" ,")]
    if len(hard) > 1:
        for part in hard:
            yield from _people(_parts(_AND.sub("", part) if _AND.match(part) else part), one=True)
        return
    parts = [_parts(part) for part in _AND.split(bare) if part.strip(" ,")]
    if len(parts) > 1 and (
        all(map(_is_inverted, parts)) or all(len(part) == 1 or _is_surely_inverted(part) for part in parts)
    ):
        for part in parts:
            yield from _people(part, one=True)
        return
    yield from _people([each for part in parts for each in part], one=False)


def _parts(text: str) -> list[str]:
    """What the commas separate, with suffixes beside the name that they belong to, and without degrees."""
    found = list[str]()
    for part in filter(None, _COMMA.split(text.strip(" ,"))):
        part = re.sub(r"^(?:and|&)\s+", "", part, flags=re.IGNORECASE)  # noqa: PLW2901
        if _DEGREE.fullmatch(part) and found:
            continue
        if NAME_SUFFIX.fullmatch(part) and found:
            found[-1] = f"{found[-1]} {part}"
        elif _COMPANY.fullmatch(part) and found:
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return found


def _people(parts: Sequence[str], *, one: bool) -> Iterator[str]:
    """The people of these parts; ``one``: they are the name of one person."""
    named = [_without_degree(part) for part in parts]
    if one:
        yield _joined(named)
    elif len(named) % 2 == 0 and all(_is_surely_inverted(named[at : at + 2]) for at in range(0, len(named), 2)):
        yield from (_joined(named[at : at + 2]) for at in range(0, len(named), 2))
    else:
        yield from named


def _without_degree(name: str) -> str:
    words = (_TITLED.sub("", _MARKS.sub("", name)) or name).split()
    while len(words) > 2 and _DEGREE.fullmatch(words[-1]):  # noqa: PLR2004 - a name is left
        words.pop()
    return " ".join(words)


def _is_inverted(parts: Sequence[str]) -> bool:
    """Whether two parts are a family name and given names: ``LeCun`` and ``Yann``, ``van der Maaten`` and ``L.``."""
    if len(parts) != 2 or any(_EAST_ASIAN.search(part) or GROUP_NAME.search(part) for part in parts):  # noqa: PLR2004
        return False
    return len(_family_words(parts[0])) <= 1 or len(parts[1].split()) == 1


def _is_surely_inverted(parts: Sequence[str]) -> bool:
    """The same where only commas separate: ``Kurt Gödel, OpenAI`` are two authors, not one."""
    return _is_inverted(parts) and len(_family_words(parts[0])) <= 1


def _family_words(name: str) -> list[str]:
    """The words of a family name without its particles and the suffix."""
    words = [word for word in name.split() if not NAME_SUFFIX.fullmatch(word)]
    return [word for word in words if not word[0].islower()] or words


def _joined(parts: Sequence[str]) -> str:
    """The given names before the family name, and the suffix behind it."""
    if len(parts) != 2 or not _is_inverted(parts):  # noqa: PLR2004 - a family name and given names
        return ", ".join(parts)
    words = [*parts[1].split(), *parts[0].split()]
    suffixes = [word for word in words if NAME_SUFFIX.fullmatch(word)]
    return " ".join([word for word in words if word not in suffixes] + suffixes)
