"""The one screen on which an administrator sets the bot up; each control says what it is set to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.cards import limits, look
from bot.cards.building import card, press, spaced
from bot.cards.daily import described, next_post
from bot.cards.look import counted
from bot.cards.markup import small
from bot.store.feeds import DailyFeed, WhenEmpty

SETUP: Final = r"setup:(?P<what>time|test|save|cancel):(?P<draft>\d+)"
"""Custom ids of the screen's buttons."""
CHOICE: Final = r"setup:choose:(?P<what>channel|papers|empty):(?P<draft>\d+)"
"""Custom ids of its menus."""

_EMPTY: Final = (
    (WhenEmpty.SILENT, "No papers: stay silent"),
    (WhenEmpty.SAY, "No papers: say so"),
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What the screen shows: a set-up that waits to be saved, and what has just happened.

    ``next_at`` is its next post once saved. ``saved``: the channel has a set-up already, which this would replace.
    ``lacks`` names permissions that the bot lacks in the channel. ``news`` says what the last press did.
    """

    draft_id: int
    feed: DailyFeed
    next_at: datetime | None
    saved: bool
    lacks: str = ""
    news: str = ""


def setup_card(screen: Screen) -> ui.LayoutView:
    """The screen. Nothing of the daily post changes before Save."""
    feed, draft = screen.feed, screen.draft_id
    heading = "Change the daily post" if screen.saved else "Set up a daily post"
    plan = f"## {heading} in <#{feed.channel_id}>\n{described(feed)}\n{next_post(feed, screen.next_at)}"
    parts = [plan, *_trouble(screen), *([screen.news] if screen.news else [])]
    foot = small(
        "Nothing of this changes until you press Save. Who may use this is set by Discord: Server Settings, then "
        "Integrations, then my name."
    )
    return card(
        look.LIST,
        spaced([*parts, foot]),
        [_channels(feed, draft)],
        [_menu("papers", draft, [(str(n), f"Up to {counted(n, 'paper')}") for n in range(1, 26)], str(feed.papers))],
        [_menu("empty", draft, _EMPTY, feed.when_empty)],
        [press("Time, zone and days", _id("time", draft)), press("Test post", _id("test", draft))],
        [press("Save", _id("save", draft), main=True), press("Cancel", _id("cancel", draft))],
    )


def note_on_sample(view: ui.LayoutView, text: str) -> None:
    """Say under a test post what it is, where Discord's limits leave room for that."""
    fits = view.content_length() + len(text) <= limits.TEXT
    if fits and len(list(view.walk_children())) < limits.COMPONENTS:
        view.add_item(ui.TextDisplay(text))


def _trouble(screen: Screen) -> list[str]:
    if not screen.lacks:
        return []
    return [f"I lack {screen.lacks} there. Give it to me in that channel's settings, then Permissions; then save."]


def _channels(feed: DailyFeed, draft: int) -> ui.ChannelSelect[ui.LayoutView]:
    here = discord.SelectDefaultValue(id=feed.channel_id, type=discord.SelectDefaultValueType.channel)
    return ui.ChannelSelect(
        custom_id=_choice("channel", draft),
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        placeholder="Channel",
        default_values=[here],
    )


def _menu(what: str, draft: int, choices: Sequence[tuple[str, str]], chosen: str) -> ui.Select[ui.LayoutView]:
    options = [discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in choices]
    return ui.Select(custom_id=_choice(what, draft), options=options)


def _id(what: str, draft: int) -> str:
    return f"setup:{what}:{draft}"


def _choice(what: str, draft: int) -> str:
    return f"setup:choose:{what}:{draft}"
