"""The catalogues of translations: which texts there are, and what translators still have to do.

``make texts`` collects every text into ``bot/locales/*.po``, keeps the translations that are there, and compiles them.
"""

from __future__ import annotations

import ast
import asyncio
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import MagicMock

import discord
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from discord import app_commands

from bot.client import FEATURES, PaperBot
from bot.settings import Settings
from bot.texts import LANGUAGES, NAME
from bot.ui.translator import is_name

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "bot" / "locales"

_SENTENCE: Final = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
_NO_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)

_IN_ENGLISH: Final = {"cli", "benchmark", "evaluation", "training"}
"""Rooms that only terminals show."""

TRANSLATED: Final[dict[str, tuple[int | str, ...]]] = {
    "tr": (0,),
    "mark": (0,),
    "Text": (0,),
    "button": (0,),
    "link_button": (0,),
    "menu": ("asks",),
    "form": (0,),
    "text_field": (1, 2, "placeholder"),
    "menu_field": (1, 3, "asks"),
    "notice_card": (0,),
    "InvalidInput": (0,),
}
"""Functions that translate fixed texts, and where they get them: positions and names of arguments."""

_NOT_READ: Final = {
    *TRANSLATED, "tr_count", "counted", "plural",
    "describe", "command", "Choice",  # translated when the commands are registered
    "SettingsError", "port_taken",  # of a start on a terminal
    "ValueError", "ConnectionError", "run_logged", "serve", "TextInput", "compile", "search", "label",
}  # fmt: skip
"""Calls whose sentences are translated, or that only operators and programs read."""

LIMITS: Final = {"button": 80, "link_button": 80, "form": 45, "text_field": 45}
"""Characters that Discord allows for the first of these texts."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the bot. ``limit`` is how many characters Discord allows for it."""

    message: str
    plural: str | None = None
    context: str | None = None
    limit: int | None = None


def texts_in(tree: ast.AST) -> Iterator[Text]:
    """The fixed texts that a module hands to functions which translate them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        first = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name == "counted" and first:
            yield Text(first[0], first[1] if len(first) > 1 else f"{first[0]}s")
        elif name in {"tr_count", "plural"} and len(first) > 1:
            yield Text(first[0], first[1])
        else:
            for place, constant in _constants(node, TRANSLATED.get(name, ())):
                yield Text(constant, limit=LIMITS.get(name) if place in (0, 1) else None)


def _constants(call: ast.Call, places: tuple[int | str, ...]) -> Iterator[tuple[int | str, str]]:
    """The fixed texts among some arguments of a call, both branches of a condition included."""
    named: dict[int | str | None, ast.expr] = dict(enumerate(call.args))
    named |= {each.arg: each.value for each in call.keywords}
    for place in places:
        value = named.get(place)
        for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.strip():
                yield place, each.value


def untranslated_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and words of sentences that a module writes without handing them to what translates them."""
    if isinstance(tree, ast.Call) and (_called(tree) in _NOT_READ or _is_logged(tree)):
        if _called(tree) in TRANSLATED:
            yield from _in_f_strings([*tree.args, *(each.value for each in tree.keywords)])
        return
    if isinstance(tree, ast.keyword) and tree.arg == "what":  # of ``explain``, for the log
        return
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):  # documentation
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and _SENTENCE.search(tree.value):
        yield tree.lineno, tree.value
    for child in ast.iter_child_nodes(tree):
        yield from untranslated_in(child)


def _in_f_strings(values: Iterable[ast.expr]) -> Iterator[tuple[int, str]]:
    """The sentences in f-strings: what is filled in already is in no catalogue."""
    for value in values:
        for part in value.values if isinstance(value, ast.JoinedStr) else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _SENTENCE.search(part.value):
                yield part.lineno, part.value


def _is_logged(call: ast.Call) -> bool:
    function = call.func
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "log"


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


class _Recorder(app_commands.Translator):
    """Collects what discord.py would have translated."""

    def __init__(self) -> None:
        self.texts = list[Text]()

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> None:
        """Note a text; it is asked for once for each locale."""
        name = is_name(context)
        limit = 32 if name else 100
        self.texts.append(Text(string.message, context=NAME if name else None, limit=limit))


async def _command_texts() -> list[Text]:
    """Names, descriptions and choices of all commands."""
    bot = PaperBot(Settings(), MagicMock(processes=0), MagicMock(), MagicMock())
    recorder = _Recorder()
    for feature in FEATURES:
        await bot.load_extension(feature)
    for command in [*bot.tree.get_commands()]:
        payload: Any = command
        await payload.get_translated_payload(bot.tree, recorder)
    return recorder.texts


def all_texts() -> list[Text]:
    """Every text of the bot, without duplicates; the narrowest limit of those that share a message."""
    found = dict[tuple[str | None, str], Text]()
    paths = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "retrieval").rglob("*.py")])
    modules = [path for path in paths if not _IN_ENGLISH & set(path.parts)]
    of_modules = (text for path in modules for text in texts_in(ast.parse(path.read_text(encoding="utf-8"))))
    for text in [*asyncio.run(_command_texts()), *of_modules]:
        known = found.get((text.context, text.message))
        limits = [each.limit for each in (known, text) if each and each.limit]
        plural = text.plural or (known.plural if known else None)
        found[text.context, text.message] = Text(text.message, plural, text.context, min(limits, default=None))
    return sorted(found.values(), key=lambda text: (text.context or "", text.message))


def read(language: str) -> Catalog:
    """The catalogue of a language, as its translators left it."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def updated(language: str, texts: list[Text]) -> Catalog:
    """The catalogue of a language with exactly these texts."""
    old, new = read(language), Catalog(locale=language, project="Daily Papers Bot", fuzzy=False)
    for text in texts:
        found = translations(old, text)
        string = (
            found[0] if text.plural is None else found if len(found) == new.num_plurals else ("",) * new.num_plurals
        )
        new.add((text.message, text.plural) if text.plural else text.message, string, context=text.context)
    return new


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it, without the present time."""
    catalogue.creation_date = catalogue.revision_date = _NO_TIME
    file = io.BytesIO()
    mofile.write_mo(file, catalogue)
    return file.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The catalogue as translators read it; without dates, so that it only changes with its texts."""
    file = io.BytesIO()
    pofile.write_po(file, catalogue, width=120, omit_header=False, include_previous=False)
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator', b'"Language-Team')
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(dated))


def translations(catalogue: Catalog, text: Text) -> tuple[str, ...]:
    """The translation of a text, or those of its plural forms; empty where there is none."""
    message = catalogue.get(text.message, text.context)
    string = cast("Any", message.string if message is not None else "")
    return (str(string or ""),) if string is None or isinstance(string, str) else tuple(map(str, string))


def main() -> None:
    """Bring the catalogues up to date, and say how many texts wait for a translation."""
    texts = all_texts()
    for language in sorted(set(LANGUAGES.values())):
        catalogue = updated(language, texts)
        missing = sum(not all(translations(catalogue, text)) for text in texts)
        (FOLDER / f"{language}.po").write_bytes(written(catalogue))
        (FOLDER / f"{language}.mo").write_bytes(compiled(read(language)))
        print(f"{language}: {len(texts):,} texts, {missing:,} without a translation")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
