"""The card and forms of ``/setup``: every setting of a daily post and of the server, with its current value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord
from discord import ui

from bot.daily_post.feed_text import feed_summary
from bot.daily_post.service import MAX_RULES_LENGTH
from bot.interactions.options import weekday_names
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.texts import counted, mark, tr
from bot.ui import discord_limits, theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import SETUP, SETUP_MENU, SETUP_RULES_FORM, SETUP_TIME_FORM, SetupMenuName
from bot.ui.forms import form, options, text_field
from bot.ui.markdown import small

OWN_VOTES, SOURCE_VOTES = "own", "source"
"""Values of the ranking menu."""

PAPER_NUMBERS: Final = tuple(map(str, range(1, 26)))
_RANKING: Final = {
    SOURCE_VOTES: mark("Rank by the source's votes"),
    OWN_VOTES: mark("Rank by this server's votes too"),
}
_WHEN_EMPTY: Final[Mapping[str, str]] = {
    WhenEmpty.SILENT: mark("No papers: skip the day"),
    WhenEmpty.SAY: mark("No papers: post a notice"),
    WhenEmpty.WAIT: mark("No papers: wait, then post a notice"),
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
    change, new = mark("Change the daily post in {channel}"), mark("Set up a daily post in {channel}")
    heading = tr(change if screen.saved else new, channel=f"<#{feed.channel_id}>")
    plan = f"## {heading}\n{feed_summary(feed, screen.next_at)}"
    lacking = mark("I'm missing {permissions} in that channel. Allow it in the channel's settings, under Permissions.")
    missing = tr(lacking, permissions=screen.missing) if screen.missing else ""
    numbers = {number: tr("Up to {papers}", papers=counted(int(number), "paper")) for number in PAPER_NUMBERS}
    parts = [part for part in (plan, missing, screen.news) if part]
    view = card(
        theme.LIST,
        spaced([*parts, small(tr("Nothing changes until you press Save."))]),
        [_channel_menu("channel", draft, feed.channel_id, _POST_CHANNELS, tr("Channel"))],
        [_menu("papers", draft, numbers, str(feed.papers))],
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
    where = f"<#{server.discussions}>" if server.discussions else ""
    opened = tr("Discussions open in {channel}.", channel=where)
    opened = opened if where else tr("Discussions open in the channel where someone presses Discuss.")
    lacking = mark("I'm missing {permissions} there: allow it in that channel's settings.")
    missing = tr(lacking, permissions=server.missing) if server.missing else ""
    hint = tr(
        "Changes in this section apply immediately. To choose who can use this screen, open Server Settings, "
        "then Integrations, and select me."
    )
    pressed = tr("Where Discuss is pressed")
    places = _channel_menu("discussions", draft, server.discussions, _DISCUSSION_CHANNELS, pressed)
    state = " ".join(part for part in (opened, missing, server.links_state) if part)
    links = mark("Turn link cards off") if server.links else mark("Turn link cards on")
    return ui.Container(
        ui.TextDisplay(f"### {tr('Whole server')}\n{state}"),
        ui.TextDisplay(small(hint)),
        ui.ActionRow(places),
        ui.ActionRow(button(links, SETUP("links", draft))),
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
    days_hint = mark("Every day, Monday to Friday, or days like mon,wed,fri")
    until_hint = mark("For “No papers: wait”: a later time")
    zone_hint, days = mark("Like Europe/Berlin or America/New_York"), weekday_names(feed.weekdays)
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
    hint, votes = mark("As in /search: #cs.CL votes:>5 -survey. Leave empty for every paper"), str(feed.minimum_votes)
    return form(
        "Rules",
        SETUP_RULES_FORM(draft),
        text_field("rules", "Rules", hint, value=feed.rules, max_length=MAX_RULES_LENGTH, required=False, long=True),
        text_field("votes", "Minimum votes", "0 for all papers", value=votes, max_length=_MAX_LENGTH),
    )
