"""A generator of everything that a bot can be sent: commands, options, presses, menus, forms, messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, cast

import simcord
from discord import AppCommandOptionType, app_commands

from bot.interactions.components import CARD_ITEMS, SUBMISSIONS
from bot.ui.custom_ids import CustomId
from tests.bot.hostile import corpus
from tests.bot.hostile.forger import CHANNEL_MENU, Forger, fields

FIELDS = (
    *("question", "fault", "comment", "list", "note", "tags", "time", "zone", "days", "until", "rules", "votes"),
    *("address", "code", "often", "hour", "text"),
)
"""The names of the fields of all forms."""

_GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")


@dataclass(frozen=True)
class Hostile:
    """One input: what it is, for the report of a failure, and what sends it."""

    label: str
    send: Callable[[], Any]


Leaf = app_commands.Command[Any, Any, Any]
OfCommand = Callable[[Random, Forger, Leaf], Hostile]
OfKind = Callable[[Random, Forger, CustomId[...]], Hostile]


def inputs(random: Random, forgers: list[Forger]) -> Iterator[Hostile]:
    """Inputs of every kind, for ever."""
    leaves = list(_leaves(forgers[0].world.bot.tree.get_commands()))
    kinds = [item.custom_id_kind for item in CARD_ITEMS]
    while True:
        forger = random.choice(forgers)
        make: object = random.choice((_command, _command, _typing, _press, _press, _menu, _form, _message))
        if make is _message:
            yield _message(random, forger)
        elif make in {_command, _typing}:
            yield cast("OfCommand", make)(random, forger, random.choice(leaves))
        else:
            of_kind = list(SUBMISSIONS) if make is _form else kinds
            yield cast("OfKind", make)(random, forger, random.choice(of_kind))


def _leaves(commands: Any) -> Iterator[Leaf]:
    for each in commands:
        if isinstance(each, app_commands.Group):
            yield from _leaves(each.commands)
        elif isinstance(each, app_commands.Command):
            yield each


def _command(random: Random, forger: Forger, command: Leaf) -> Hostile:
    options = {
        each.display_name: _option(random, each)
        for each in command.parameters
        if each.required or random.random() < 0.5
    }
    if random.random() < 0.05:
        options.pop(next(iter(options), ""), None)
        options[corpus.text(random)] = corpus.value(random)
    path = command.qualified_name
    return Hostile(f"/{path} {options!r:.300}", lambda: forger.command(path, options))


def _option(random: Random, parameter: app_commands.Parameter) -> object:
    """A value of the right type, mostly."""
    if random.random() < 0.1:
        return corpus.value(random)
    match parameter.type:
        case AppCommandOptionType.integer:
            return random.choice((random.choice(corpus.NUMBERS), int(parameter.min_value or 0)))
        case AppCommandOptionType.boolean:
            return random.random() < 0.5
        case AppCommandOptionType.string if parameter.choices and random.random() < 0.5:
            return random.choice(parameter.choices).value
        case AppCommandOptionType.channel:
            return str(random.choice(corpus.NUMBERS))
        case _:
            most = int(parameter.max_value or 6_000) if random.random() < 0.7 else 10_000
            return corpus.text(random)[:most] or "?"


def _typing(random: Random, forger: Forger, command: Leaf) -> Hostile:
    names = [each.display_name for each in command.parameters if each.autocomplete] or ["paper"]
    name, value = random.choice(names), random.choice((corpus.text(random), corpus.text(random), corpus.value(random)))
    return Hostile(
        f"typing /{command.qualified_name} {name}={value!r:.300}",
        lambda: forger.type(command.qualified_name, name, value),
    )


def _press(random: Random, forger: Forger, kind: CustomId[...]) -> Hostile:
    custom_id, there = _forged(random, kind), random.random() < 0.95
    return Hostile(f"press {custom_id!r}", lambda: forger.press(custom_id, in_message=there))


def _menu(random: Random, forger: Forger, kind: CustomId[...]) -> Hostile:
    custom_id = _forged(random, kind)
    chosen = random.choice(
        ("all", "day", "silent", "wait", "own", "link-3", str(forger.channel.id), corpus.text(random))
    )
    values = random.choice(([chosen], [chosen], [], None, [corpus.value(random)], [chosen, chosen]))
    menu = random.choice((3, 3, CHANNEL_MENU))
    return Hostile(f"choose {values!r:.300} in {custom_id!r}", lambda: forger.press(custom_id, values, kind=menu))


def _form(random: Random, forger: Forger, kind: CustomId[...]) -> Hostile:
    values: dict[str, object] = {name: corpus.text(random)[:4_000] for name in FIELDS if random.random() < 0.9}
    # With some good values, a form gets further.
    values |= {name: good for name, good in _GOOD.items() if random.random() < 0.5}
    if random.random() < 0.1:
        values[random.choice(FIELDS)] = corpus.value(random)
    custom_id, components = _forged(random, kind), fields(values)
    if random.random() < 0.03:
        components = random.choice(([], None, [None], [{"type": 1}], [{"component": 3}]))
    return Hostile(f"submit {custom_id!r} {values!r:.500}", lambda: forger.submit(custom_id, components))


_GOOD: Mapping[str, object] = {
    "time": "09:00", "zone": "UTC", "days": "every day", "until": "", "votes": "0", "rules": "all", "often": ["daily"],
    "hour": ["9"], "fault": ["other"], "list": "Owls", "note": "n", "tags": "a, b",
}  # fmt: skip


def _message(random: Random, forger: Forger) -> Hostile:
    words = corpus.text(random)[:1_900]
    bot = forger.world.bot.user
    assert bot is not None
    content = f"{bot.mention} {words}"
    return Hostile(f"message {words!r:.300}", lambda: _send(forger, content))


async def _send(forger: Forger, content: str) -> simcord.InteractionResult | None:
    await forger.actor.send(forger.channel, content)
    return None


def _forged(random: Random, kind: CustomId[...]) -> str:
    """An id of this kind: as it should be, or nearly."""

    def field(found: re.Match[str]) -> str:
        name, pattern = found.groups()
        if "0-9]{4}" in pattern:
            return random.choice(("2026-11-20", "2026-02-30", "0000-00-00", "9999-12-31"))
        if "0-9" in pattern:
            return str(abs(corpus.number(random)))
        if name in {"paper", "papers"}:
            return random.choice(
                ("2310.07240", "link-0", f"link-{random.randrange(20)}", corpus.text(random)[:64] or "?")
            )
        if pattern.startswith("."):
            return corpus.text(random)[:50]
        return random.choice(pattern.split("|")).replace("\\", "")

    made = _GROUP.sub(field, kind.pattern.pattern).replace("\\", "")
    if random.random() < 0.05:
        made = made[: random.randrange(len(made) + 1)] + corpus.text(random)[:20]
    return made[:100] or "?"
