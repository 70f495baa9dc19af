"""How people choose when something is sent: choices of commands, fields of forms, and a schedule in words."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from discord import app_commands
from discord.utils import format_dt

from bot.interactions.options import parse_zone
from bot.storage.schedule import EVERY_DAY, Frequency, Schedule
from bot.texts import WEEKDAYS, mark, tr
from bot.ui.forms import Field, menu_field, options, text_field
from bot.ui.validation import member
from retrieval.errors import InvalidInput

_LABELS: Final = {
    Frequency.AT_ONCE: mark("At once"),
    Frequency.DAILY: mark("Every day"),
    Frequency.MONTHLY: mark("Every month"),
}
_WEEKDAYS: Final = {str(number): day for number, day in enumerate(day_name)}
_HOURS: Final = {str(hour): f"{hour:02}:00" for hour in range(24)}
_MAX_ZONE_LENGTH: Final = 64


def frequency_choices(*frequencies: Frequency) -> list[app_commands.Choice[str]]:
    """The choices of a command's option, whose value ``change_schedule`` reads."""
    return [app_commands.Choice(name=label, value=value) for value, label in _options(frequencies).items()]


def change_schedule(
    schedule: Schedule, often: str | None = None, hour: int | None = None, zone: str | None = None
) -> Schedule:
    """The schedule with what was chosen; ``None`` keeps what there is. Raises ``InvalidInput``."""
    if often is not None:
        weekly = often in _WEEKDAYS
        frequency = Frequency.WEEKLY if weekly else member(often, Frequency)
        schedule = replace(schedule, frequency=frequency, weekdays=frozenset({int(often)}) if weekly else EVERY_DAY)
    if hour is not None and hour not in range(24):
        raise InvalidInput("That isn't an hour of the day. Choose one from 0 to 23.")
    at = schedule.time if hour is None else time(hour)
    return replace(schedule, time=at, zone=zone or schedule.zone)


def schedule_words(schedule: Schedule) -> str:
    """A person's or a recap's schedule: ``every Monday at 09:00 (Europe/Berlin)``."""
    match schedule.frequency:
        case Frequency.AT_ONCE:
            return tr("as soon as papers come in")
        case Frequency.DAILY:
            often = tr("every day")
        case Frequency.WEEKLY:
            often = tr("every {weekday}", weekday=tr(WEEKDAYS[min(schedule.weekdays)]))
        case Frequency.MONTHLY:
            often = tr("on the first of each month")
    return tr("{often} at {time} ({zone})", often=often, time=f"{schedule.time:%H:%M}", zone=schedule.zone)


def next_line(at: datetime) -> str:
    """When the next message or mail is due, in the reader's time zone (Discord renders it)."""
    return tr("Next: {when} ({in_time}).", when=format_dt(at, "F"), in_time=format_dt(at, "R"))


def schedule_fields(schedule: Schedule, *frequencies: Frequency) -> list[Field]:
    """The fields of a form that asks how often, at what hour and in which time zone, filled with a schedule."""
    weekly = schedule.frequency is Frequency.WEEKLY
    often = str(min(schedule.weekdays)) if weekly else schedule.frequency.value
    hint = mark("Not used for “At once”") if Frequency.AT_ONCE in frequencies else None
    zone_hint = mark("For example Europe/Berlin")
    return [
        menu_field("often", "How often", options(_options(frequencies), often)),
        menu_field("hour", "Hour", options(_HOURS, str(schedule.time.hour)), hint),
        text_field("zone", "Time zone", zone_hint, value=schedule.zone, max_length=_MAX_ZONE_LENGTH),
    ]


def submitted_schedule(schedule: Schedule, values: Mapping[str, str]) -> Schedule:
    """The schedule as filled in. Raises ``InvalidInput`` for an unknown time zone."""
    hour = int(values["hour"]) if values["hour"] in _HOURS else -1
    return change_schedule(schedule, values["often"], hour, parse_zone(values["zone"]))


def _options(frequencies: Sequence[Frequency]) -> dict[str, str]:
    """Values and labels; weekly has one for each weekday."""
    labels = dict[str, str]()
    for frequency in frequencies:
        if frequency is Frequency.WEEKLY:
            labels |= {number: f"Every week, on {day}" for number, day in _WEEKDAYS.items()}
        else:
            labels[frequency.value] = _LABELS[frequency]
    return labels
