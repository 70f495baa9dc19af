"""The one screen on which an administrator sets the bot up; each control says what it is set to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.daily_post.feed_text import describe_feed, next_post_line
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.ui import discord_limits, theme
from bot.ui.components import button, card, spaced
from bot.ui.markdown import small
from bot.ui.theme import counted

SETUP: Final = r"setup:(?P<what>time|rules|try|test|save|cancel|links):(?P<draft>\d+)"
"""Custom ids of the screen's buttons."""
CHOICE: Final = r"setup:choose:(?P<what>channel|papers|order|empty|discussions):(?P<draft>\d+)"
"""Custom ids of its menus."""

OWN_VOTES, SOURCE_VOTES = "own", "source"
"""The two orders of a post's papers, as the menu calls them."""

_PAPERS: Final = tuple((str(number), f"Up to {counted(number, 'paper')}") for number in range(1, 26))
_ORDER: Final = ((SOURCE_VOTES, "Order: the source's votes"), (OWN_VOTES, "Order: this server's votes too"))
_EMPTY: Final = (
    (WhenEmpty.SILENT, "No papers: stay silent"),
    (WhenEmpty.SAY, "No papers: say so"),
    (WhenEmpty.WAIT, "No papers: wait, then say so"),
)


@dataclass(frozen=True, slots=True)
class OfServer:
    """What holds for the whole server: whether pasted links become cards, told in words, and where is discussed.

    ``discussions`` is the channel or forum of all discussions; ``None``: where somebody presses Discuss. ``lacks``
    names the permissions that the bot lacks there.
    """

    links: bool
    links_told: str
    discussions: int | None
    lacks: str = ""


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
    server: OfServer
    lacks: str = ""
    news: str = ""


def setup_card(screen: Screen) -> ui.LayoutView:
    """The screen. Nothing of the daily post changes before Save; what holds for the server changes at once."""
    feed, draft = screen.feed, screen.draft_id
    heading = "Change the daily post" if screen.saved else "Set up a daily post"
    plan = f"## {heading} in <#{feed.channel_id}>\n{describe_feed(feed)}\n{next_post_line(feed, screen.next_at)}"
    parts = [plan, *_trouble(screen), *([screen.news] if screen.news else [])]
    order = OWN_VOTES if feed.server_votes else SOURCE_VOTES
    view = card(
        theme.LIST,
        spaced([*parts, small("Nothing of this changes until you press Save.")]),
        [_channel("channel", draft, feed.channel_id, _POSTED_IN, "Channel")],
        [_menu("papers", draft, _PAPERS, str(feed.papers))],
        [_menu("order", draft, _ORDER, order)],
        [_menu("empty", draft, _EMPTY, feed.when_empty)],
        [button("Time, zone and days", _id("time", draft)), button("Rules", _id("rules", draft))],
        [button("Try on the last lists", _id("try", draft)), button("Test post", _id("test", draft))],
        [button("Save", _id("save", draft), main=True), button("Cancel", _id("cancel", draft))],
    )
    view.add_item(_of_server(screen.server, draft))
    return view


def note_on_sample(view: ui.LayoutView, text: str) -> None:
    """Say under a test post what it is, where Discord's limits leave room for that."""
    fits = view.content_length() + len(text) <= discord_limits.TEXT
    if fits and len(list(view.walk_children())) < discord_limits.COMPONENTS:
        view.add_item(ui.TextDisplay(text))


_POSTED_IN: Final = (discord.ChannelType.text, discord.ChannelType.news)
_DISCUSSED_IN: Final = (discord.ChannelType.text, discord.ChannelType.forum)


def _of_server(server: OfServer, draft: int) -> ui.Container[ui.LayoutView]:
    where = f"in <#{server.discussions}>" if server.discussions else "where somebody presses Discuss"
    lacks = f" I lack {server.lacks} there: give it to me in that channel's settings." if server.lacks else ""
    told = f"### The whole server\nDiscussions are opened {where}.{lacks} {server.links_told}"
    who = "Changes here hold at once. Who may use this screen: Server Settings, then Integrations, then my name."
    places = _channel("discussions", draft, server.discussions, _DISCUSSED_IN, "Where Discuss is pressed")
    switch = button(f"Turn link cards {'off' if server.links else 'on'}", _id("links", draft))
    return ui.Container(
        ui.TextDisplay(told),
        ui.TextDisplay(small(who)),
        ui.ActionRow(places),
        ui.ActionRow(switch),
        accent_colour=theme.NOTICE,
    )


def _trouble(screen: Screen) -> list[str]:
    if not screen.lacks:
        return []
    return [f"I lack {screen.lacks} there. Give it to me in that channel's settings, then Permissions; then save."]


def _channel(
    what: str, draft: int, chosen: int | None, types: Sequence[discord.ChannelType], asks: str
) -> ui.ChannelSelect[ui.LayoutView]:
    """A menu of channels; of discussions none may be chosen."""
    kind = discord.SelectDefaultValueType.channel
    return ui.ChannelSelect(
        custom_id=_choice(what, draft),
        channel_types=list(types),
        placeholder=asks,
        min_values=0 if what == "discussions" else 1,
        default_values=[discord.SelectDefaultValue(id=chosen, type=kind)] if chosen else [],
    )


def _menu(what: str, draft: int, choices: Sequence[tuple[str, str]], chosen: str) -> ui.Select[ui.LayoutView]:
    options = [discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in choices]
    return ui.Select(custom_id=_choice(what, draft), options=options)


def _id(what: str, draft: int) -> str:
    return f"setup:{what}:{draft}"


def _choice(what: str, draft: int) -> str:
    return f"setup:choose:{what}:{draft}"
