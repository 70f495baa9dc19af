"""Command options for a time, a time zone and weekdays. Errors say what was typed and what works."""

from __future__ import annotations

import re
from calendar import day_name
from datetime import time
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

import discord
from discord import app_commands

from bot.client import PaperBot
from bot.interactions.autocomplete import in_time
from bot.interactions.recently_used import recent_zones
from bot.storage.schedule import EVERY_DAY, WORKING_DAYS
from bot.ui.discord_limits import CHOICES
from retrieval.errors import InvalidInput

_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})")


_LONGEST_ZONE = 40  # characters: no name is longer


_NAMED_DAYS = {"every day": EVERY_DAY, "monday to friday": WORKING_DAYS}


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
        usual = ("Every day", "Monday to Friday", "mon,wed,fri")
        return [app_commands.Choice(name=name, value=name) for name in usual if value.casefold() in name.casefold()]


async def _zone_choices(interaction: discord.Interaction[PaperBot], value: str) -> list[app_commands.Choice[str]]:
    used = await recent_zones(interaction.client.store, interaction.user.id, interaction.guild_id)
    found = zones_like(value)
    first = [zone for zone in used if zone in found or not value.strip()]
    offered = list(dict.fromkeys([*first, *found]))[:CHOICES]
    return [app_commands.Choice(name=name, value=name) for name in offered]


def parse_time(text: str) -> time:
    """A time of day out of ``HH:MM``. Raises ``InvalidInput`` with an example."""
    found = _TIME.fullmatch(text.strip())
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass  # 25:00 gets the same error as any other text
    raise InvalidInput(f"“{text[:50]}” isn't a time. Use the 24-hour format, like 09:00 or 21:30.")


def parse_zone(text: str) -> str:
    """The zone's name as IANA writes it. Raises ``InvalidInput`` with the nearest names."""
    name = _zones().get(_folded(text))
    if name:
        return name
    near = zones_like(text)[:3] or ["Europe/Berlin", "America/New_York", "UTC"]
    raise InvalidInput(f"I don't recognise the time zone “{text[:50]}”. Choose one such as {', '.join(near)}.")


def zones_like(text: str) -> list[str]:
    """Up to 25 zones whose name contains ``text``, first those whose place starts with it; else similar names."""
    wanted = _folded(text)
    found = [name for folded, name in _zones().items() if wanted in folded]
    if not found:
        return _misspelt(wanted)
    return sorted(found, key=lambda name: (not _folded(name.rpartition("/")[2]).startswith(wanted), name))[:CHOICES]


def _misspelt(wanted: str) -> list[str]:
    """Zones whose place or full name is similar, most similar first."""
    names = dict[str, str]()
    for folded, name in sorted(_zones().items(), key=lambda each: -each[1].count("/")):
        names |= {folded: name, folded.rpartition("/")[2]: name}
    alike = get_close_matches(wanted[:_LONGEST_ZONE], names, n=CHOICES, cutoff=0.7)
    return list(dict.fromkeys(names[each] for each in alike))


@cache
def _zones() -> dict[str, str]:
    """Names of zones by their folded form. Cached: ``available_timezones`` walks folders on disk.

    Without ``localtime``, the server's own zone, and ``Factory``, a placeholder.
    """
    return {_folded(name): name for name in available_timezones() - {"localtime", "Factory"}}


def parse_weekdays(text: str) -> frozenset[int]:
    """Weekdays from names or their first letters, two or more. Raises ``InvalidInput`` with an example."""
    named = _NAMED_DAYS.get(" ".join(text.casefold().split()))
    if named:
        return named
    words = [word for word in re.split(r"[\s,;/&+]+", text.casefold()) if word and word != "and"]
    days = [[n for n, name in enumerate(day_name) if name.casefold().startswith(word)] for word in words]
    if not words or any(len(found) != 1 for found in days):
        raise InvalidInput(
            f"I don't recognise the days “{text[:50]}”. Use “Every day”, “Monday to Friday”, or names like mon,wed,fri."
        )
    return frozenset(found[0] for found in days)


def _folded(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def weekday_names(weekdays: frozenset[int]) -> str:
    """``Every day``, ``Monday to Friday`` or ``Monday, Tuesday and Friday``. Monday is 0."""
    if weekdays in (EVERY_DAY, WORKING_DAYS):
        return "Every day" if weekdays == EVERY_DAY else "Monday to Friday"
    *others, last = [day_name[day] for day in sorted(weekdays)]
    return f"{', '.join(others)} and {last}" if others else last
