"""The forms of ``/setup``: when the post goes out, and which papers it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, Self

import discord
from discord import ui

from bot.daily_post.service import MAX_RULES_LENGTH, check_wait_until, parse_rules
from bot.errors import reports_errors
from bot.interactions.components import BotInteraction
from bot.interactions.options import checked_zone, parsed_time, parsed_weekdays, weekday_names
from bot.server_setup.screen import change
from bot.storage.daily_feeds import DailyFeed
from retrieval.errors import InvalidInput

_OPEN: Final = timedelta(minutes=15)
"""How long a form that was opened may be sent: Discord says nothing of one that is closed."""
_LONGEST: Final = 100  # characters of a field
_MOST_VOTES: Final = 100_000


class Form(ui.Modal):
    """A form of fields, each under its label and a word of help."""

    def __init__(self, title: str, draft_id: int) -> None:
        super().__init__(title=title, timeout=_OPEN.total_seconds())
        self.draft_id = draft_id

    def field(
        self, name: str, label: str, hint: str, value: str, *, required: bool = True, longest: int = _LONGEST
    ) -> ui.TextInput[Self]:
        """Add a field that is filled with ``value``."""
        style = discord.TextStyle.paragraph if longest > _LONGEST else discord.TextStyle.short
        field = ui.TextInput[Self](custom_id=name, default=value, max_length=longest, required=required, style=style)
        self.add_item(ui.Label(text=label, description=hint, component=field))
        return field


class TimeForm(Form):
    """When the post goes out, filled with what holds now."""

    def __init__(self, feed: DailyFeed, draft_id: int) -> None:
        super().__init__("When the post goes out", draft_id)
        until = f"{feed.wait_until:%H:%M}" if feed.wait_until else ""
        days = weekday_names(feed.weekdays)
        self._time = self.field("time", "Time", "24 hours, like 09:00", f"{feed.time:%H:%M}")
        self._zone = self.field("zone", "Time zone", "A place, like Europe/Berlin or America/New_York", feed.zone)
        self._days = self.field("days", "Days", "Every day, Monday to Friday, or names like mon,wed,fri", days)
        hint = "Where “No papers: wait” is chosen: a later time of the same day"
        self._until = self.field("until", "Wait until", hint, until, required=False)

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Take the form over; what cannot be is explained, and the screen stays as it was."""
        at, zone, days = (
            parsed_time(self._time.value),
            checked_zone(self._zone.value),
            parsed_weekdays(self._days.value),
        )
        until = parsed_time(self._until.value) if self._until.value.strip() else None

        def changed(feed: DailyFeed) -> DailyFeed:
            check_wait_until(feed.when_empty, at, until)
            return replace(feed, time=at, zone=zone, weekdays=days, wait_until=until)

        await change(interaction, self.draft_id, changed)


class RulesForm(Form):
    """Which papers the post shows, filled with what holds now."""

    def __init__(self, feed: DailyFeed, draft_id: int) -> None:
        super().__init__("Which papers", draft_id)
        hint = "As for /search: #cs.CL votes:>5 -survey. Empty: every paper of the list"
        self._rules = self.field("rules", "Rules", hint, feed.rules, required=False, longest=MAX_RULES_LENGTH)
        self._votes = self.field("votes", "Fewest votes", "0: all papers", str(feed.minimum_votes))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Take the form over; a mistake is pointed at, and the screen stays as it was."""
        rules = parse_rules(self._rules.value) if self._rules.value.strip() else ""
        votes = _votes(self._votes.value)
        await change(interaction, self.draft_id, lambda feed: replace(feed, rules=rules, minimum_votes=votes))


def _votes(text: str) -> int:
    """A number of votes. Raises ``InvalidInput``."""
    if not (text.strip().isascii() and text.strip().isdigit()) or int(text) > _MOST_VOTES:
        raise InvalidInput(f"“{text[:50]}” is no number of votes. Write one like 0 or 25, at most {_MOST_VOTES:,}.")
    return int(text)
