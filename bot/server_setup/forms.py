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
from bot.server_setup.screen import change_draft, get_setup_draft
from bot.storage.daily_feeds import DailyFeed
from retrieval.errors import InvalidInput

_TIMEOUT: Final = timedelta(minutes=15)
"""How long an open form can be submitted. Discord doesn't report one that is closed."""
_MAX_LENGTH: Final = 100  # characters of a field
_MAX_VOTES: Final = 100_000


class Form(ui.Modal):
    """Text fields, each with a label and a description."""

    def __init__(self, title: str, draft_id: int) -> None:
        super().__init__(title=title, timeout=_TIMEOUT.total_seconds())
        self.draft_id = draft_id

    def field(
        self, name: str, label: str, hint: str, value: str, *, required: bool = True, max_length: int = _MAX_LENGTH
    ) -> ui.TextInput[Self]:
        """Add a field that contains ``value``."""
        style = discord.TextStyle.paragraph if max_length > _MAX_LENGTH else discord.TextStyle.short
        field = ui.TextInput[Self](custom_id=name, default=value, max_length=max_length, required=required, style=style)
        self.add_item(ui.Label(text=label, description=hint, component=field))
        return field


class TimeForm(Form):
    """When the post goes out, with the draft's values."""

    def __init__(self, feed: DailyFeed, draft_id: int) -> None:
        super().__init__("Time, zone and days", draft_id)
        until = f"{feed.wait_until:%H:%M}" if feed.wait_until else ""
        days = weekday_names(feed.weekdays)
        self._time = self.field("time", "Time", "24-hour, like 09:00", f"{feed.time:%H:%M}")
        self._zone = self.field("zone", "Time zone", "Like Europe/Berlin or America/New_York", feed.zone)
        self._days = self.field("days", "Days", "Every day, Monday to Friday, or days like mon,wed,fri", days)
        hint = "For “No papers: wait”: a later time on the same day"
        self._until = self.field("until", "Wait until", hint, until, required=False)

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Change the draft. Raises ``InvalidInput`` for a value that can't be used."""
        at, zone = parsed_time(self._time.value), checked_zone(self._zone.value)
        days = parsed_weekdays(self._days.value)
        until = parsed_time(self._until.value) if self._until.value.strip() else None

        draft = await get_setup_draft(interaction, self.draft_id)
        check_wait_until(draft.when_empty, at, until)
        feed = replace(draft, time=at, zone=zone, weekdays=days, wait_until=until)
        await change_draft(interaction, self.draft_id, feed)


class RulesForm(Form):
    """Which papers the post shows, with the draft's values."""

    def __init__(self, feed: DailyFeed, draft_id: int) -> None:
        super().__init__("Rules", draft_id)
        hint = "As in /search: #cs.CL votes:>5 -survey. Leave empty for every paper"
        self._rules = self.field("rules", "Rules", hint, feed.rules, required=False, max_length=MAX_RULES_LENGTH)
        self._votes = self.field("votes", "Minimum votes", "0 for all papers", str(feed.minimum_votes))

    @reports_errors
    async def on_submit(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Change the draft. Raises ``InvalidInput`` for a value that can't be used."""
        rules = parse_rules(self._rules.value) if self._rules.value.strip() else ""
        votes = _parse_votes(self._votes.value)
        draft = await get_setup_draft(interaction, self.draft_id)
        await change_draft(interaction, self.draft_id, replace(draft, rules=rules, minimum_votes=votes))


def _parse_votes(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or int(text) > _MAX_VOTES:
        raise InvalidInput(f"“{text[:50]}” isn't a number of votes. Enter a number from 0 to {_MAX_VOTES:,}.")
    return int(text)
