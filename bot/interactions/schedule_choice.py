"""How people choose when something is sent: choices of commands, a form, and a schedule in words."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Final

import discord
from discord import app_commands, ui

from bot.interactions.options import checked_zone
from bot.storage.schedule import EVERY_DAY, Frequency, Schedule

_LABELS: Final = {
    Frequency.AT_ONCE: "At once",
    Frequency.DAILY: "Every day",
    Frequency.MONTHLY: "Every month",
}
_MAX_ZONE_LENGTH: Final = 64


def frequency_choices(*frequencies: Frequency) -> list[app_commands.Choice[str]]:
    """The choices of a command's option, whose value ``change_schedule`` reads."""
    return [app_commands.Choice(name=label, value=value) for value, label in _options(frequencies).items()]


def change_schedule(
    schedule: Schedule, often: str | None = None, hour: int | None = None, zone: str | None = None
) -> Schedule:
    """The schedule with what was chosen; ``None`` keeps what there is."""
    if often is not None:
        weekly = often.isdecimal()
        frequency = Frequency.WEEKLY if weekly else Frequency(often)
        schedule = replace(schedule, frequency=frequency, weekdays=frozenset({int(often)}) if weekly else EVERY_DAY)
    at = schedule.time if hour is None else time(hour)
    return replace(schedule, time=at, zone=zone or schedule.zone)


def schedule_words(schedule: Schedule) -> str:
    """A person's or a recap's schedule: ``every Monday at 09:00 (Europe/Berlin)``."""
    match schedule.frequency:
        case Frequency.AT_ONCE:
            return "as soon as papers come in"
        case Frequency.DAILY:
            often = "every day"
        case Frequency.WEEKLY:
            often = f"every {day_name[min(schedule.weekdays)]}"
        case Frequency.MONTHLY:
            often = "on the first of each month"
    return f"{often} at {schedule.time:%H:%M} ({schedule.zone})"


class ScheduleForm(ui.Modal):
    """Asks how often, at what hour and in which time zone, filled with a schedule."""

    def __init__(self, title: str, schedule: Schedule, *frequencies: Frequency) -> None:
        super().__init__(title=title)
        self._schedule = schedule
        weekly = schedule.frequency is Frequency.WEEKLY
        present = str(min(schedule.weekdays)) if weekly else schedule.frequency.value
        hours = {str(hour): f"{hour:02}:00" for hour in range(24)}
        self.often = _menu("often", _options(frequencies), present)
        self.hour = _menu("hour", hours, str(schedule.time.hour))
        self.zone = ui.TextInput[ui.LayoutView](custom_id="zone", default=schedule.zone, max_length=_MAX_ZONE_LENGTH)
        unless_at_once = "Not used for “At once”" if Frequency.AT_ONCE in frequencies else None
        self.add_item(ui.Label(text="How often", component=self.often))
        self.add_item(ui.Label(text="Hour", description=unless_at_once, component=self.hour))
        self.add_item(ui.Label(text="Time zone", description="For example Europe/Berlin", component=self.zone))

    def chosen(self) -> Schedule:
        """The schedule as filled in. Raises ``InvalidInput`` for an unknown time zone."""
        zone = checked_zone(self.zone.value)
        return change_schedule(self._schedule, self.often.values[0], int(self.hour.values[0]), zone)


def _options(frequencies: Sequence[Frequency]) -> dict[str, str]:
    """Values and labels; weekly has one for each weekday."""
    options = dict[str, str]()
    for frequency in frequencies:
        if frequency is Frequency.WEEKLY:
            options |= {str(number): f"Every week, on {day}" for number, day in enumerate(day_name)}
        else:
            options[frequency.value] = _LABELS[frequency]
    return options


def _menu(custom_id: str, options: dict[str, str], chosen: str) -> ui.Select[ui.LayoutView]:
    entries = [
        discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in options.items()
    ]
    return ui.Select(custom_id=custom_id, options=entries)
