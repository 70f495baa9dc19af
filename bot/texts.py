"""Texts in the language of whoever reads them: gettext catalogues, counts and days.

What the bot does for an interaction or a message happens in a task of its own. At its door, ``use_locale`` sets the
language for that task, and everything that is drawn in it follows. A text without a translation stays English. Quotes,
titles and what people wrote are never translated.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar, copy_context
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"de": "de", "fr": "fr", "es-ES": "es", "es-419": "es", "ja": "ja", "zh-CN": "zh"}
"""The catalogues of ``bot/locales`` by Discord's locales; other locales read English."""
NAME: Final = "name"
"""The context of names of commands and options in the catalogues."""
_ENGLISH: Final = ""
_FOLDER: Final = Path(__file__).with_name("locales")
_SEPARATORS: Final = {"de": ".", "es": ".", "fr": "\u202f"}
_COMMAND: Final = re.compile(r"(?<=`/)[a-z]+(?: [a-z]+)?(?=[ `])")

_language: ContextVar[str] = ContextVar("language", default=_ENGLISH)


def use_locale(locale: object) -> None:
    """Write in the language of a Discord locale from now on, in the current task; ``None`` is English."""
    _language.set(LANGUAGES.get(str(locale), _ENGLISH))


def mark(message: str) -> str:
    """The message itself: marks a constant for the catalogues, which ``tr`` translates where it is used."""
    return message


def tr(message: str, /, **fields: object) -> str:
    """A message in the reader's language, with its ``{fields}`` filled in."""
    template = _translated(_language.get(), message)
    return template.format_map(fields) if fields else template


def tr_count(one: str, many: str, number: int, /, **fields: object) -> str:
    """``one`` or ``many`` in the reader's language, whose ``{number}`` is the number as people write it."""
    language = _language.get()
    template = _catalogue(language).ngettext(one, many, number)
    return _with_commands(language, template).format_map({"number": written_number(number), **fields})


def translated_name(name: str, language: str) -> str:
    """The name of a command or option; of a command in a group, with the group's."""
    return " ".join(_catalogue(language).pgettext(NAME, part) for part in name.split(" "))


def command_name(name: str) -> str:
    """The name of a command as the reader's Discord shows it."""
    return translated_name(name, _language.get())


def translated_to(language: str, message: str) -> str:
    """A message in a language of the catalogues."""
    return _translated(language, message)


def in_every_language(draw: Callable[[], str]) -> frozenset[str]:
    """What ``draw`` makes in each language, to recognise a message whatever language it was written in."""
    return frozenset(copy_context().run(_drawn_in, language, draw) for language in (_ENGLISH, *LANGUAGES.values()))


def _drawn_in(language: str, draw: Callable[[], str]) -> str:
    _language.set(language)
    return draw()


def written_number(number: int) -> str:
    """``12,345`` as the reader writes it."""
    return f"{number:,}".replace(",", _SEPARATORS.get(_language.get(), ","))


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    noun = _catalogue(_language.get()).ngettext(one, many or f"{one}s", number)
    return f"{written_number(number)} {noun}"


def written(day: date) -> str:
    """``5 March 2026``."""
    return tr("{day} {month} {year}", day=day.day, month=tr(MONTHS[day.month - 1]), year=day.year)


def with_weekday(day: date) -> str:
    """``Thursday, 5 March 2026``."""
    return tr("{weekday}, {day}", weekday=tr(WEEKDAYS[day.weekday()]), day=written(day))


def without_year(day: date) -> str:
    """``Thursday, 5 March``."""
    return tr(
        "{weekday}, {day} {month}", weekday=tr(WEEKDAYS[day.weekday()]), day=day.day, month=tr(MONTHS[day.month - 1])
    )


def days_between(first: date, last: date) -> str:
    """``5 March 2026 to 7 March 2026``."""
    return tr("{first} to {last}", first=written(first), last=written(last))


def listed(names: Sequence[str]) -> str:
    """``A, B and C``."""
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return tr("{names} and {last}", names=tr(", ").join(names[:-1]), last=names[-1])


MONTHS: Final = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"),
    mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip
WEEKDAYS: Final = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _translated(language: str, message: str) -> str:
    if language == _ENGLISH or not message:
        return message
    return _with_commands(language, _catalogue(language).gettext(message))


def _with_commands(language: str, text: str) -> str:
    """The text with commands as they are called in the language."""
    return _COMMAND.sub(lambda found: translated_name(found[0], language), text)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == _ENGLISH:
        return gettext.NullTranslations()
    with (_FOLDER / f"{language}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)
