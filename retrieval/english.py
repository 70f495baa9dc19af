"""Texts for people: English, with the parts from which other languages are written.

A ``Text`` is an English string that remembers its template and what filled it in. Whoever reads English uses it as it
is; ``in_language`` writes it in another language, with any catalogue of translations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, Protocol, Self, cast


class Language(Protocol):
    """A catalogue of translations, as gettext's are, and how its language writes numbers."""

    def gettext(self, message: str) -> str:
        """The translation of a template."""
        ...

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The translation of a template that depends on a number."""
        ...

    def figure(self, number: int) -> str:
        """``12,345`` as people write it."""
        ...


class Text(str):
    """An English text made of a ``template`` whose ``{fields}`` are filled in; fields are data or texts themselves.

    With a ``number``, the template is the singular and ``many`` the plural, and both have the field ``number``. Several
    texts in a field are a list: ``(a, b)`` is ``a, b``. What string methods and f-strings make of a text is plain
    English and can't be translated: put texts together with templates.
    """

    __slots__ = ("fields", "many", "number", "template")

    template: str
    many: str | None
    number: int
    fields: Mapping[str, object]

    def __new__(cls, template: str, /, **fields: object) -> Self:
        """A text without a plural; a template without fields stays as it is."""
        return cls.of(template, None, 0, fields)

    @classmethod
    def plural(cls, one: str, many: str, number: int, /, **fields: object) -> Self:
        """A text in the singular or the plural; ``{number}`` is the number as people write it."""
        return cls.of(one, many, number, fields)

    @classmethod
    def of(cls, template: str, many: str | None, number: int, fields: Mapping[str, object]) -> Self:
        """The text of these parts."""
        text = super().__new__(cls, filled(ENGLISH, template, many, number, fields))
        text.template, text.many, text.number, text.fields = template, many, number, fields
        return text

    def with_fields(self, **fields: object) -> Text:
        """The text with its fields filled in."""
        return Text.of(self.template, self.many, self.number, fields)


class _English:
    """No translation at all."""

    def gettext(self, message: str) -> str:
        """The template itself."""
        return message

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The singular for one, the plural for others."""
        return one if number == 1 else many

    def figure(self, number: int) -> str:
        """``12,345``."""
        return f"{number:,}"


ENGLISH: Final[Language] = _English()


def filled(language: Language, template: str, many: str | None, number: int, fields: Mapping[str, object]) -> str:
    """A template in a language, with its fields."""
    if not template:
        return ""
    if many is not None:
        translated = language.ngettext(template, many, number)
        fields = {"number": language.figure(number), **fields}
    else:
        translated = language.gettext(template)
    if not fields:
        return translated
    return translated.format_map({name: in_language(each, language) for name, each in fields.items()})


def in_language(value: object, language: Language) -> str:
    """A text in a language; data as they are, and several with commas."""
    match value:
        case Text():
            return filled(language, value.template, value.many, value.number, value.fields)
        case tuple():
            parts = cast("tuple[object, ...]", value)
            return language.gettext(_COMMA).join(in_language(each, language) for each in parts)
        case _:
            return str(value)


def figure(number: int) -> Text:
    """``12,345``."""
    return Text.plural("{number}", "{number}", number)


def counted(number: int, one: str, many: str | None = None) -> Text:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    return Text("{number} {noun}", number=figure(number), noun=Text.plural(one, many or f"{one}s", number))


def written(day: date) -> Text:
    """``5 March 2026``."""
    return Text("{day} {month} {year}", day=day.day, month=MONTHS[day.month - 1], year=day.year)


def data(value: str) -> Text:
    """A string that reads the same in every language; a text stays as it is."""
    return value if isinstance(value, Text) else Text("{only}", only=value)


def listed(names: Sequence[str]) -> Text:
    """``A, B and C``."""
    if len(names) > 1:
        return Text("{names} and {last}", names=tuple(names[:-1]), last=names[-1])
    return data(names[0]) if names else Text("")


def either(names: Sequence[str]) -> Text:
    """``A, B or C``."""
    return Text("{names} or {last}", names=tuple(names[:-1]), last=names[-1]) if len(names) > 1 else listed(names)


def sentences(*parts: str) -> Text:
    """Sentences one after the other; empty ones are left out."""
    return _joined(parts, lambda first, then: Text("{first} {then}", first=first, then=then))


def phrase(*parts: str) -> Text:
    """Parts of a sentence one after the other; empty ones are left out."""
    return _joined(parts, lambda part, rest: Text("{part} {rest}", part=part, rest=rest))


def _joined(parts: Sequence[str], join: Callable[[str, Text], Text]) -> Text:
    present = [part for part in parts if part]
    whole = data(present[-1]) if present else Text("")
    for part in reversed(present[:-1]):
        whole = join(part, whole)
    return whole


_COMMA: Final = Text(", ")

MONTHS: Final = (
    Text("January"), Text("February"), Text("March"), Text("April"), Text("May"), Text("June"), Text("July"),
    Text("August"), Text("September"), Text("October"), Text("November"), Text("December"),
)  # fmt: skip
