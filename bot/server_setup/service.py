"""What ``/setup`` shows and changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

import discord

from bot.client import PaperBot
from bot.daily_post.service import check_wait_until, feed_service
from bot.errors import permission_names
from bot.interactions.permissions import missing_in, to_discuss
from bot.link_cards.service import links_state
from bot.server_setup.setup_card import ServerOptions, SetupScreen
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.link_cards import WHOLE_SERVER
from bot.texts import tr, written_number
from retrieval.errors import InvalidInput

_DEFAULT_WAIT: Final = timedelta(hours=3)
_END_OF_DAY: Final = time(23, 59)
_MAX_VOTES: Final = 100_000
_ID: Final = 20  # digits that no id has


async def load_screen(bot: PaperBot, guild: discord.Guild, draft_id: int, feed: DailyFeed, news: str) -> SetupScreen:
    """Everything the screen shows, as of now."""
    channel = guild.get_channel(feed.channel_id)
    return SetupScreen(
        draft_id,
        feed,
        next_at=await feed_service(bot).next_post(feed),
        saved=await bot.store.daily_feeds.get(feed.channel_id) is not None,
        server=await _server_options(bot, guild),
        missing=permission_names(missing_in(channel)) if channel else "",
        news=news,
    )


async def _server_options(bot: PaperBot, guild: discord.Guild) -> ServerOptions:
    place = await bot.store.discussions.place(guild.id)
    channel = guild.get_channel(place) if place else None
    return ServerOptions(
        links=await bot.store.link_cards.wanted(guild.id, WHOLE_SERVER),
        links_state=await links_state(bot.store, guild.id, reads_messages=bot.settings.discord.message_content),
        discussions=place,
        missing=permission_names(missing_in(channel, to_discuss(channel))) if channel else "",
    )


def channel_in(guild: discord.Guild, chosen: str, *kinds: type[discord.abc.GuildChannel]) -> int:
    """The id of a channel of this server that was chosen in a menu. Raises ``InvalidInput`` for any other."""
    channel = guild.get_channel(int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < _ID else None
    if not isinstance(channel, kinds):
        raise InvalidInput("I don't find that channel in this server. Choose another one.")
    return channel.id


async def switch_channel(store: Store, draft: DailyFeed, channel_id: int) -> tuple[DailyFeed, str]:
    """The other channel's own settings if it has a daily post, or else the draft's; and the news for the screen."""
    own = await store.daily_feeds.get(channel_id)
    if own is None or own.guild_id != draft.guild_id:
        return replace(draft, channel_id=channel_id), ""
    current = replace(own, paused=False, changed_by=draft.changed_by, changed_at=max(draft.changed_at, own.changed_at))
    return current, tr("These are the current settings of {channel}.", channel=f"<#{channel_id}>")


async def toggle_link_cards(store: Store, guild_id: int) -> None:
    """Turn cards for pasted links on or off in the whole server."""
    wanted = await store.link_cards.wanted(guild_id, WHOLE_SERVER)
    await store.link_cards.choose(guild_id, WHOLE_SERVER, wanted=not wanted)


def with_when_empty(feed: DailyFeed, when_empty: WhenEmpty) -> DailyFeed:
    """The settings with another choice for days without papers.

    A channel that waits without a valid time to stop waits three hours, or until 23:59.
    """
    until = feed.wait_until
    if when_empty is WhenEmpty.WAIT and (until is None or until <= feed.time):
        later = (datetime.combine(feed.changed_at.date(), feed.time) + _DEFAULT_WAIT).time()
        until = later if later > feed.time else _END_OF_DAY
    check_wait_until(when_empty, feed.time, until)
    return replace(feed, when_empty=when_empty, wait_until=until)


def parse_votes(text: str) -> int:
    """A number of votes. Raises ``InvalidInput``."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < _ID) or int(digits) > _MAX_VOTES:
        most = written_number(_MAX_VOTES)
        raise InvalidInput(
            tr("“{text}” isn't a number of votes. Enter a number from 0 to {most}.", text=text[:50], most=most)
        )
    return int(digits)
