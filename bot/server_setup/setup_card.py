"""The card and forms of ``/setup``: every setting of a daily post and of the server, with its current value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.daily_post.feed_text import WHEN_EMPTY_CHOICES, feed_summary
from bot.daily_post.service import MAX_RULES_LENGTH
from bot.interactions.options import weekday_names
from bot.storage.daily_feeds import DailyFeed
from bot.texts import counted
from bot.ui import discord_limits, theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import SETUP, SETUP_MENU, SETUP_RULES_FORM, SETUP_TIME_FORM, SetupMenuName
from bot.ui.forms import form, options, text_field
from bot.ui.markdown import small

OWN_VOTES, SOURCE_VOTES = "own", "source"
"""Values of the ranking menu."""

PAPER_NUMBERS: Final = {str(number): f"Up to {counted(number, 'paper')}" for number in range(1, 26)}
_RANKING: Final = {SOURCE_VOTES: "Rank by the source's votes", OWN_VOTES: "Rank by this server's votes too"}
_WHEN_EMPTY: Final[Mapping[str, str]] = {
    value: f"No papers: {label[:1].lower()}{label[1:]}" for value, label in WHEN_EMPTY_CHOICES.items()
}
_MAX_LENGTH: Final = 100  # characters of a field
_POST_CHANNELS: Final = (discord.ChannelType.text, discord.ChannelType.news)
_DISCUSSION_CHANNELS: Final = (discord.ChannelType.text, discord.ChannelType.forum)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Settings of the whole server.

    ``links_state`` says in a sentence where pasted links become cards. ``discussions`` is the channel or forum for
    all discussions; ``None``: wherever someone presses Discuss. ``missing`` names the permissions the bot lacks there.
    """

    links: bool
    links_state: str
    discussions: int | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class SetupScreen:
    """The draft of a daily post, the server's options, and ``news``: what the last press did.

    ``next_at`` is the next post once saved. ``saved``: the channel already has a daily post, which this would
    replace. ``missing`` names the permissions the bot lacks in the channel.
    """

    draft_id: int
    feed: DailyFeed
    next_at: datetime | None
    saved: bool
    server: ServerOptions
    missing: str = ""
    news: str = ""


def setup_card(screen: SetupScreen) -> ui.LayoutView:
    """The daily post's draft, which changes nothing until saved, and the server's options, which apply immediately."""
    feed, draft = screen.feed, screen.draft_id
    heading = "Change the daily post" if screen.saved else "Set up a daily post"
    plan = f"## {heading} in <#{feed.channel_id}>\n{feed_summary(feed, screen.next_at)}"
    missing = (
        f"I'm missing {screen.missing} in that channel. Allow it in the channel's settings, under Permissions."
        if screen.missing
        else ""
    )
    parts = [part for part in (plan, missing, screen.news) if part]
    view = card(
        theme.LIST,
        spaced([*parts, small("Nothing changes until you press Save.")]),
        [_channel_menu("channel", draft, feed.channel_id, _POST_CHANNELS, "Channel")],
        [_menu("papers", draft, PAPER_NUMBERS, str(feed.papers))],
        [_menu("order", draft, _RANKING, OWN_VOTES if feed.server_votes else SOURCE_VOTES)],
        [_menu("empty", draft, _WHEN_EMPTY, feed.when_empty)],
        [button("Time, zone and days", SETUP("time", draft)), button("Rules", SETUP("rules", draft))],
        [button("Preview on recent lists", SETUP("try", draft)), button("Test post", SETUP("test", draft))],
        [button("Save", SETUP("save", draft), main=True), button("Cancel", SETUP("cancel", draft))],
    )
    view.add_item(_server_options(screen.server, draft))
    return view


def add_test_note(view: ui.LayoutView, text: str) -> None:
    """Label a test post, if Discord's limits leave room for it."""
    fits = view.content_length() + len(text) <= discord_limits.TEXT
    if fits and len(list(view.walk_children())) < discord_limits.COMPONENTS:
        view.add_item(ui.TextDisplay(text))


def _server_options(server: ServerOptions, draft: int) -> ui.Container[ui.LayoutView]:
    where = f"<#{server.discussions}>" if server.discussions else "the channel where someone presses Discuss"
    missing = f" I'm missing {server.missing} there: allow it in that channel's settings." if server.missing else ""
    hint = (
        "Changes in this section apply immediately. To choose who can use this screen, open Server Settings, "
        "then Integrations, and select me."
    )
    places = _channel_menu("discussions", draft, server.discussions, _DISCUSSION_CHANNELS, "Where Discuss is pressed")
    return ui.Container(
        ui.TextDisplay(f"### Whole server\nDiscussions open in {where}.{missing} {server.links_state}"),
        ui.TextDisplay(small(hint)),
        ui.ActionRow(places),
        ui.ActionRow(button(f"Turn link cards {'off' if server.links else 'on'}", SETUP("links", draft))),
        accent_colour=theme.NOTICE,
    )


def _channel_menu(
    what: SetupMenuName, draft: int, chosen: int | None, types: Sequence[discord.ChannelType], placeholder: str
) -> ui.ChannelSelect[ui.LayoutView]:
    """A menu of channels. The one for discussions can be cleared."""
    kind = discord.SelectDefaultValueType.channel
    return ui.ChannelSelect(
        custom_id=SETUP_MENU(what, draft),
        channel_types=list(types),
        placeholder=placeholder,
        min_values=0 if what == "discussions" else 1,
        default_values=[discord.SelectDefaultValue(id=chosen, type=kind)] if chosen else [],
    )


def _menu(what: SetupMenuName, draft: int, labels: Mapping[str, str], chosen: str) -> ui.Select[ui.LayoutView]:
    return ui.Select(custom_id=SETUP_MENU(what, draft), options=options(labels, chosen))


def time_form(feed: DailyFeed, draft: int) -> ui.Modal:
    """Asks when the post goes out."""
    until = f"{feed.wait_until:%H:%M}" if feed.wait_until else ""
    days_hint, until_hint = (
        "Every day, Monday to Friday, or days like mon,wed,fri",
        "For “No papers: wait”: a later time",
    )
    zone_hint, days = "Like Europe/Berlin or America/New_York", weekday_names(feed.weekdays)
    return form(
        "Time, zone and days",
        SETUP_TIME_FORM(draft),
        text_field("time", "Time", "24-hour, like 09:00", value=f"{feed.time:%H:%M}", max_length=_MAX_LENGTH),
        text_field("zone", "Time zone", zone_hint, value=feed.zone, max_length=_MAX_LENGTH),
        text_field("days", "Days", days_hint, value=days, max_length=_MAX_LENGTH),
        text_field("until", "Wait until", until_hint, value=until, max_length=_MAX_LENGTH, required=False),
    )


def rules_form(feed: DailyFeed, draft: int) -> ui.Modal:
    """Asks which papers the post shows."""
    hint, votes = "As in /search: #cs.CL votes:>5 -survey. Leave empty for every paper", str(feed.minimum_votes)
    return form(
        "Rules",
        SETUP_RULES_FORM(draft),
        text_field("rules", "Rules", hint, value=feed.rules, max_length=MAX_RULES_LENGTH, required=False, long=True),
        text_field("votes", "Minimum votes", "0 for all papers", value=votes, max_length=_MAX_LENGTH),
    )
