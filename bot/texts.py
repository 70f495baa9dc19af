"""Texts in the language of whoever reads them: gettext catalogues, counts and days.

What the bot does for an interaction or a message happens in a task of its own. At its door, ``use_locale`` sets the
language for that task, and everything that is drawn in it follows. A text without a translation stays English. Quotes,
titles and what people wrote are never translated.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from retrieval import english
from retrieval.english import MONTHS, Text, filled, in_language

LANGUAGES: Final = {"de": "de", "fr": "fr", "es-ES": "es", "es-419": "es", "ja": "ja", "zh-CN": "zh"}
"""The catalogues of ``bot/locales`` by Discord's locales; other locales read English."""
NAME: Final = "name"
"""The context of names of commands and options in the catalogues."""
_ENGLISH: Final = ""
_FOLDER: Final = Path(__file__).with_name("locales")
_SEPARATORS: Final = {"de": ".", "es": ".", "fr": "\u202f"}
_COMMAND: Final = re.compile(r"(?<=`/)[a-z]+(?: [a-z]+)?(?=[ `])|(?:(?<=^/)|(?<=[ (。、]/))[a-z]+(?: [a-z]+)?(?![/\w])")
"""A command in backticks, or as the library writes it: ``/daily set``."""

_language: ContextVar[str] = ContextVar("language", default=_ENGLISH)


def use_locale(locale: object) -> None:
    """Write in the language of a Discord locale from now on, in the current task; ``None`` is English."""
    _language.set(LANGUAGES.get(str(locale), _ENGLISH))


@contextmanager
def in_locale(locale: object) -> Generator[None]:
    """Write in the language of a Discord locale inside the block: in the server's, for all in one of its channels."""
    before = _language.get()
    use_locale(locale)
    try:
        yield
    finally:
        _language.set(before)


def use_language(code: str) -> None:
    """Write in a catalogue's language from now on, in the current task; empty is English."""
    _language.set(code if code in LANGUAGES.values() else _ENGLISH)


def language_in_use() -> str:
    """The code of the current task's language; empty for English."""
    return _language.get()


def mark(message: str) -> str:
    """The message itself: marks a constant for the catalogues, which ``tr`` translates where it is used."""
    return message


def tr(message: str, /, **fields: object) -> str:
    """A message in the reader's language, with its ``{fields}`` filled in."""
    return filled(_Reader(_language.get()), message, None, 0, fields)


def tr_count(one: str, many: str, number: int, /, **fields: object) -> str:
    """``one`` or ``many`` in the reader's language, whose ``{number}`` is the number as people write it."""
    return filled(_Reader(_language.get()), one, many, number, fields)


def translated(text: str) -> str:
    """What the library wrote, in the reader's language; a plain string, which is data, stays as it is."""
    return in_language(text, _Reader(_language.get()))


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
    return _Reader(_language.get()).figure(number)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    return translated(english.counted(number, one, many))


def written(day: date) -> str:
    """``5 March 2026``."""
    return translated(english.written(day))


def with_weekday(day: date) -> str:
    """``Thursday, 5 March 2026``."""
    return tr("{weekday}, {day}", weekday=WEEKDAYS[day.weekday()], day=english.written(day))


def without_year(day: date) -> str:
    """``Thursday, 5 March``."""
    return tr("{weekday}, {day} {month}", weekday=WEEKDAYS[day.weekday()], day=day.day, month=MONTHS[day.month - 1])


def days_between(first: date, last: date) -> str:
    """``5 March 2026 to 7 March 2026``."""
    return tr("{first} to {last}", first=written(first), last=written(last))


def listed(names: Sequence[str]) -> str:
    """``A, B and C``."""
    return translated(english.listed(names))


WEEKDAYS: Final = (
    Text("Monday"), Text("Tuesday"), Text("Wednesday"), Text("Thursday"), Text("Friday"), Text("Saturday"),
    Text("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """The language of whoever reads."""

    code: str

    def gettext(self, message: str) -> str:
        """The translation, with commands as they are called in the language."""
        return _translated(self.code, message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The translation for a number."""
        return _with_commands(self.code, _catalogue(self.code).ngettext(one, many, number))

    def figure(self, number: int) -> str:
        """``12,345`` as people write it."""
        return f"{number:,}".replace(",", _SEPARATORS.get(self.code, ","))


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
