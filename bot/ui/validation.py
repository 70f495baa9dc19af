"""Checks of what arrives from outside. Discord checks most of it already; nothing here relies on that."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

import discord
from discord import app_commands

from bot.texts import mark, tr, written_number
from retrieval.errors import InvalidInput

E = TypeVar("E", bound=StrEnum)

LARGEST_NUMBER: Final = 2**63 - 1
"""The largest id that Discord or a database gives."""

_EXACT: Final = 2**53 - 1  # the largest integer that Discord's clients send exactly
_LONGEST: Final = 6_000  # characters of an option or a field, at most
_STRING, _NUMBER = discord.AppCommandOptionType.string, discord.AppCommandOptionType.number
_TYPES: Final[Mapping[discord.AppCommandOptionType, tuple[type, ...]]] = {
    _STRING: (str,),
    discord.AppCommandOptionType.integer: (int,),
    discord.AppCommandOptionType.boolean: (bool,),
    _NUMBER: (int, float),
}


class FormValues(dict[str, str]):
    """The values of a submitted form by the fields' names. Raises ``InvalidInput`` for one that is missing."""

    def __missing__(self, name: str) -> str:
        raise InvalidInput("Part of the form is missing, so nothing was saved. Please open it again.")


_OTHER_CHOICES: Final = mark("The option `{option}` has other choices now. Please choose one of them.")
_CHARACTERS: Final = mark("The option `{option}` takes {least} to {most} characters.")
_NUMBERS: Final = mark("The option `{option}` takes {least} to {most}.")


def check_text(text: str) -> str:
    """The text itself. Raises ``InvalidInput`` if nothing can store or send it."""
    if len(text) > _LONGEST:
        raise InvalidInput(tr("That's too long: {number} characters.", number=written_number(len(text))))
    try:
        text.encode()
    except UnicodeEncodeError:  # half of an emoji
        raise InvalidInput("I can't read part of that text. Please type it again.") from None
    return text


def member(value: str, kind: Callable[[str], E]) -> E:
    """The member of an enumeration that was chosen. Raises ``InvalidInput`` for anything else."""
    try:
        return kind(value)
    except ValueError:
        raise InvalidInput("That isn't one of the choices. Please choose again.") from None


def check_options(data: Mapping[str, Any], command: object) -> None:
    """Check the options of a command as they were sent: types, lengths, ranges, choices and characters.

    discord.py passes on whatever it gets. While an option is being typed (autocomplete), only characters are checked.
    Raises ``InvalidInput`` with what is wrong.
    """
    parameters = {each.display_name: each for each in getattr(command, "parameters", ())}
    resolved: Mapping[str, Mapping[str, object]] = data.get("resolved") or {}
    known = {id for kind in resolved.values() for id in kind}
    options = list(_leaves(data.get("options")))
    typing = any(sent.get("focused") for sent in options)
    for sent in options:
        value, parameter = sent.get("value"), parameters.get(str(sent.get("name")))
        if isinstance(value, str):
            check_text(value)
        if sent.get("focused"):
            if parameter is None or not parameter.autocomplete or not isinstance(value, str):
                raise InvalidInput("This option has no suggestions.")
        elif parameter is not None and not typing:
            _check_option(value, parameter, known)


def _leaves(options: object) -> Iterator[Mapping[str, Any]]:
    """The options with values, those of subcommands too."""
    for each in cast("Sequence[object]", options) if isinstance(options, list) else ():
        if isinstance(each, dict):
            option = cast("Mapping[str, Any]", each)
            yield from _leaves(option["options"]) if "options" in option else [option]


def _check_option(value: object, parameter: app_commands.Parameter, resolved: Collection[str]) -> None:
    """``resolved``: the ids of the channels and people that Discord describes in the command."""
    wanted, name = _TYPES.get(parameter.type), parameter.display_name
    if wanted is None:
        if not isinstance(value, str) or value not in resolved:
            raise InvalidInput(tr("I don't know what `{option}` names. Please choose it again.", option=name))
        return
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise InvalidInput(tr("I can't read the option `{option}`. Please type it again.", option=name))
    if not isinstance(value, bool):
        _check_range(cast("str | float", value), parameter)
    if parameter.choices and value not in [choice.value for choice in parameter.choices]:
        raise InvalidInput(tr(_OTHER_CHOICES, option=name))


def _check_range(value: str | float, parameter: app_commands.Parameter) -> None:
    """Raise ``InvalidInput`` for a number outside the option's range, or a text that is too short or too long."""
    size = len(value) if isinstance(value, str) else value
    least, most = parameter.min_value, parameter.max_value
    least = -_EXACT if least is None else least
    most = _EXACT if most is None else most
    if not math.isfinite(size) or not least <= size <= most:
        limits = _CHARACTERS if isinstance(value, str) else _NUMBERS
        raise InvalidInput(tr(limits, option=parameter.display_name, least=f"{least:,}", most=f"{most:,}"))
