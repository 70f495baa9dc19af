"""Command options for a time, a time zone, weekdays and days. Errors say what was typed and what works."""

from __future__ import annotations

import re
from calendar import day_name
from datetime import date, time
from difflib import get_close_matches
from functools import cache

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.interactions.autocomplete import in_time
from bot.interactions.recently_used import recent_zones
from bot.settings import known_zones
from bot.storage.schedule import EVERY_DAY, WORKING_DAYS
from bot.texts import WEEKDAYS, listed, mark, tr
from bot.ui.discord_limits import CHOICES
from retrieval.errors import InvalidInput
from retrieval.query.days import parse_day
from retrieval.trending.results import Days

TypedDay = app_commands.Range[str, 4, 10]

_DAYS_UNKNOWN = mark(
    "I don't recognise the days “{text}”. Use “Every day”, “Monday to Friday”, or names like mon,wed,fri."
)
_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})")


_LONGEST_ZONE = 40  # characters: no name is longer


_WEEK = 7
_WEEKEND = frozenset({5, 6})
_NAMED_DAYS: dict[str, frozenset[int]] = {
    name: days
    for days, names in (
        (
            EVERY_DAY,
            (
                "every day",
                "everyday",
                "daily",
                "all",
                "all days",
                "täglich",
                "jeden tag",
                "tous les jours",
                "todos los días",
                "毎日",
                "每天",
            ),
        ),
        (
            WORKING_DAYS,
            (
                "monday to friday",
                "weekdays",
                "weekday",
                "working days",
                "workdays",
                "montag bis freitag",
                "du lundi au vendredi",
                "de lunes a viernes",
                "月曜日から金曜日",
                "星期一至星期五",
            ),
        ),
        (_WEEKEND, ("weekend", "weekends")),
    )
    for name in names
}
_OTHER_DAY_NAMES = (
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda terça quarta quinta sexta sábado domingo",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
)
"""Monday first; each with its beginnings, if they mean one day only."""

_RANGE = re.compile(r"(\w+)\s*(?:-|–|—|\bto\b|\bthrough\b|\bbis\b)\s*(\w+)")
_OFFSET = re.compile(r"(?:utc|gmt)?_?([+\-−])_?(\d{1,2})(?::?(?:00|(30|45)))?")  # folded: spaces are underscores
_HALF_HOURS = {
    "+3:30": "Asia/Tehran",
    "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+6:30": "Asia/Yangon",
    "+8:45": "Australia/Eucla",
    "+9:30": "Australia/Darwin",
    "-9:30": "Pacific/Marquesas",
}
"""Zones with such an offset all year round."""
_LARGEST_OFFSETS = range(-12, 15)  # hours ahead of UTC for which there's a zone


class TimeOfDay(app_commands.Transformer):
    """A time of day as ``HH:MM``, 24 hours."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> time:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The time. Raises ``InvalidInput`` with an example."""
        return parse_time(value)


class Zone(app_commands.Transformer):
    """An IANA time zone, found by any part of its name."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The zone's name as IANA writes it. Raises ``InvalidInput`` with the nearest names."""
        return parse_zone(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, interaction: discord.Interaction[PaperBot], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Zones whose name contains what was typed, starting with those used by this person and this server."""
        return await in_time(_zone_choices(interaction, value))


class Weekdays(app_commands.Transformer):
    """Days of the week: a common choice, or names such as ``mon,wed,fri``."""

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> frozenset[int]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The days, Monday 0. Raises ``InvalidInput`` with an example."""
        return parse_weekdays(value)

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, _interaction: discord.Interaction, value: str, /
    ) -> list[app_commands.Choice[str]]:
        """The common choices."""
        usual = {mark("Every day"): tr("Every day"), mark("Monday to Friday"): tr("Monday to Friday")}
        usual["mon,wed,fri"] = "mon,wed,fri"
        wanted = value.casefold()
        return [
            app_commands.Choice(name=name, value=value)
            for value, name in usual.items()
            if wanted in name.casefold() or wanted in value.casefold()
        ]


async def _zone_choices(interaction: discord.Interaction[PaperBot], value: str) -> list[app_commands.Choice[str]]:
    used = await recent_zones(interaction.client.store, interaction.user.id, interaction.guild_id)
    found = zones_like(value)
    first = [zone for zone in used if zone in found or not value.strip()]
    offered = list(dict.fromkeys([*first, *found]))[:CHOICES]
    return [app_commands.Choice(name=zone_label(name), value=name) for name in offered]


def parse_time(text: str) -> time:
    """A time of day out of ``HH:MM``. Raises ``InvalidInput`` with an example."""
    found = _TIME.fullmatch(text.strip())
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass  # 25:00 gets the same error as any other text
    raise InvalidInput(tr("“{text}” isn't a time. Use the 24-hour format, like 09:00 or 21:30.", text=text[:50]))


def parse_zone(text: str) -> str:
    """The zone's name as IANA writes it. Raises ``InvalidInput`` with the nearest names."""
    name = _zone_of_offset(text) or _zones().get(_folded(text))
    if name:
        return name
    near = zones_like(text)[:3] or ["Europe/Berlin", "America/New_York", "UTC"]
    raise InvalidInput(
        tr(
            "I don't recognise the time zone “{text}”. Choose one such as {zones}.",
            text=text[:50],
            zones=", ".join(near),
        )
    )


def zones_like(text: str) -> list[str]:
    """Up to 25 zones whose name contains ``text``, first those whose place starts with it; else similar names."""
    offset = _zone_of_offset(text)
    if offset:
        return [offset]
    wanted = _folded(text)
    found = [name for folded, name in _zones().items() if wanted in folded]
    if not found:
        return _misspelt(wanted)
    return sorted(found, key=lambda name: (not _folded(name.rpartition("/")[2]).startswith(wanted), name))[:CHOICES]


def _zone_of_offset(text: str) -> str | None:
    """The zone that "UTC+2", "GMT-5" or "+3" means. IANA's own names have the opposite sign: Etc/GMT-2 is UTC+2."""
    found = _OFFSET.fullmatch(_folded(text))
    if found is None:
        return None
    hours = int(found[2]) if found[1] == "+" else -int(found[2])
    if found[3]:
        return _HALF_HOURS.get(f"{hours:+d}:{found[3]}")
    if hours == 0:
        return "UTC"
    return f"Etc/GMT{-hours:+d}" if hours in _LARGEST_OFFSETS else None


def zone_label(name: str) -> str:
    """What people read for a zone: ``UTC+2`` for Etc/GMT-2, whose sign nobody expects."""
    found = re.fullmatch(r"Etc/GMT([+-]\d+)", name)
    return f"UTC{-int(found[1]):+d}" if found else name


def _misspelt(wanted: str) -> list[str]:
    """Zones whose place or full name is similar, most similar first."""
    names = dict[str, str]()
    for folded, name in sorted(_zones().items(), key=lambda each: -each[1].count("/")):
        names |= {folded: name, folded.rpartition("/")[2]: name}
    alike = get_close_matches(wanted[:_LONGEST_ZONE], names, n=CHOICES, cutoff=0.7)
    return list(dict.fromkeys(names[each] for each in alike))


@cache
def _zones() -> dict[str, str]:
    """Names of zones by their folded form.

    Without ``localtime``, the server's own zone, and ``Factory``, a placeholder.
    """
    return {_folded(name): name for name in known_zones() - {"localtime", "Factory"}}


def parse_weekdays(text: str) -> frozenset[int]:
    """Weekdays from names, their beginnings, ranges and words like "daily". Raises ``InvalidInput``."""
    named = _NAMED_DAYS.get(" ".join(text.casefold().split()))
    if named:
        return named
    days = set[int]()
    rest = text.casefold()
    for first, last in _RANGE.findall(rest):
        begin, end = _day(first), _day(last)
        if begin is not None and end is not None:
            days |= {(begin + ahead) % _WEEK for ahead in range((end - begin) % _WEEK + 1)}
            rest = _RANGE.sub(" ", rest, count=1)
    words = [word for word in re.split(r"[\s,;/&+.、，和]+", rest) if word and word not in {"and", "und", "et", "y"}]
    single = [_day(word) for word in words]
    if None in single or not (single or days):
        raise InvalidInput(tr(_DAYS_UNKNOWN, text=text[:50]))
    return frozenset(days.union(day for day in single if day is not None))


def _day(word: str) -> int | None:
    """The day that a name or its beginning means, Monday 0. English comes first; then it must mean one day only."""
    found = {n for n, name in enumerate(day_name) if name.casefold().startswith(word)}
    if not found and len(word) > 1:
        found = {n for names in _OTHER_DAY_NAMES for n, name in enumerate(names.split()) if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def parse_days(since: str | None, until: str | None) -> Days | None:
    """The days that were typed, if any; an open end is the first or last day there is. Raises ``InvalidInput``."""
    if since is None and until is None:
        return None
    first = _parse_day(since, last=False) if since else date.min
    return Days(first, _parse_day(until, last=True) if until else date.max)


def _parse_day(text: str, *, last: bool) -> date:
    try:
        return parse_day(text, last=last)
    except ValueError:
        raise InvalidInput(tr("“{text}” isn't a date like 2026-05-27, 2026-05 or 2026.", text=text)) from None


def weekday_names(weekdays: frozenset[int]) -> str:
    """``Every day``, ``Monday to Friday`` or ``Monday, Tuesday and Friday``. Monday is 0."""
    if weekdays in (EVERY_DAY, WORKING_DAYS):
        return tr("Every day") if weekdays == EVERY_DAY else tr("Monday to Friday")
    return listed([tr(WEEKDAYS[day]) for day in sorted(weekdays)])
