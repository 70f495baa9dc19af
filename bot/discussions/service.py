"""Opening a paper's thread: one for a server and a paper, whoever presses, and however many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import discord

from bot.client import PaperBot
from bot.errors import permission_names
from bot.interactions.permissions import missing_in, to_discuss
from bot.papers.paper_card import paper_card
from bot.ui.discord_limits import shorten
from bot.ui.latex import readable
from bot.ui.markdown import visible
from retrieval.errors import InvalidInput
from retrieval.papers import Paper

Place = discord.TextChannel | discord.ForumChannel

LEASE: Final = timedelta(minutes=1)
"""How long somebody who began to open a thread is left to it."""

_OPEN_SECONDS: Final = 20.0  # well below the lease
_LOOKS: Final = 20  # while another press is opening it
_LOOK_SECONDS: Final = 0.5
_BEFORE: Final = timedelta(minutes=1)  # our clock may be ahead of Discord's
_NAME: Final = 100


async def discussion(bot: PaperBot, member: discord.Member, pressed_in: object, paper: Paper) -> int:
    """The id of the paper's thread in the member's server, opened now where there is none.

    ``pressed_in`` is the channel of the press: the thread is opened there where the server wants it nowhere
    else. Raises ``InvalidInput`` with the mend where that cannot be.
    """
    guild, store = member.guild, bot.store.discussions
    kept = await store.get(guild.id, paper.id)
    if kept is not None and kept.thread_id is not None:
        if await _is_there(guild, kept.thread_id):
            return kept.thread_id
        await store.drop(guild.id, paper.id, kept.thread_id)
    place = await _place(bot, guild, pressed_in)
    _check(place, member)
    now = bot.clock()
    claimed = await store.claim(guild.id, paper.id, now, now - LEASE)
    if claimed is None:
        return await _opened_by_another(bot, guild.id, paper.id)
    return await _opened(bot, place, paper, claimed.tried_at)


async def _is_there(guild: discord.Guild, thread_id: int) -> bool:
    """Whether a thread exists still, archived or not, also where the bot may not look into it any more."""
    if guild.get_thread(thread_id) is not None:
        return True
    try:
        await guild.fetch_channel(thread_id)
    except discord.NotFound:
        return False
    except discord.Forbidden:
        return True
    return True


async def _place(bot: PaperBot, guild: discord.Guild, pressed_in: object) -> Place:
    """Where the thread is to be opened: where the server wants it, or else where the button was pressed."""
    chosen = await bot.store.discussions.place(guild.id)
    channel = guild.get_channel(chosen) if chosen is not None else None
    if channel is None:  # also where the chosen one was deleted
        channel = pressed_in.parent if isinstance(pressed_in, discord.Thread) else pressed_in
    if not isinstance(channel, Place):
        raise InvalidInput(
            "I cannot open a thread in this channel. Press it in a text channel, or let a server manager "
            "name a channel for all discussions: `/discussions`."
        )
    return channel


def _check(place: Place, member: discord.Member) -> None:
    """Raise ``InvalidInput`` where the bot or the member may not open threads there."""
    wanted = to_discuss(place)
    missing = missing_in(place, wanted)
    if missing:
        raise InvalidInput(
            f"I cannot open a discussion in #{place.name}: I lack the permission {permission_names(missing)} there. "
            "An administrator can give it to me in the channel's settings."
        )
    if not getattr(place.permissions_for(member), wanted[1]):
        raise InvalidInput(
            f"You may not open {'posts' if isinstance(place, discord.ForumChannel) else 'threads'} in "
            f"#{place.name}. Somebody who may can press this; then it leads you there too."
        )


async def _opened_by_another(bot: PaperBot, guild_id: int, paper_id: str) -> int:
    """Wait a little for the thread that somebody else is opening in this moment."""
    for _ in range(_LOOKS):
        kept = await bot.store.discussions.get(guild_id, paper_id)
        if kept is None:
            break
        if kept.thread_id is not None:
            return kept.thread_id
        await asyncio.sleep(_LOOK_SECONDS)
    raise InvalidInput("Somebody is opening this discussion just now. Press again in a minute.")


async def _opened(bot: PaperBot, place: Place, paper: Paper, tried_at: datetime | None) -> int:
    """Open the claimed thread, or find the one that an interrupted try has opened since ``tried_at``."""
    store, guild = bot.store.discussions, place.guild
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            lost = None if tried_at is None else await _lost(place, paper, tried_at - _BEFORE)
            thread_id = lost or await _new_thread(place, paper)
    except (discord.Forbidden, discord.NotFound) as error:  # a clear no: there is no thread
        await store.drop(guild.id, paper.id, None)
        raise InvalidInput(
            f"Discord did not let me open a discussion in #{place.name}: {error.text or 'it is not there any more'}. "
            "An administrator can look at my permissions there."
        ) from error
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
        raise InvalidInput("Discord did not answer as it should. Press again in a minute.") from error
    await store.opened(guild.id, paper.id, thread_id)
    return thread_id


async def _new_thread(place: Place, paper: Paper) -> int:
    """A new thread, or a post where the channel is a forum, that begins with the paper's card."""
    card, name, quiet = paper_card(paper), _name(paper), discord.AllowedMentions.none()
    if isinstance(place, discord.ForumChannel):
        tags = _tags(place)
        made = await place.create_thread(name=name, view=card, applied_tags=tags, allowed_mentions=quiet)
        return made.thread.id
    kind = discord.ChannelType.news_thread if place.is_news() else discord.ChannelType.public_thread
    thread = await place.create_thread(name=name, type=kind)
    await thread.send(view=card, allowed_mentions=quiet)
    return thread.id


async def _lost(place: Place, paper: Paper, since: datetime) -> int | None:
    """The thread of an interrupted try: the bot's own, of this name, not older than the try."""
    for thread in await place.guild.active_threads():
        mine = thread.owner_id == place.guild.me.id and thread.parent_id == place.id
        if mine and thread.name == _name(paper) and discord.utils.snowflake_time(thread.id) >= since:
            return thread.id
    return None


def _name(paper: Paper) -> str:
    return shorten(visible(readable(paper.title)).strip() or paper.id, _NAME)


def _tags(forum: discord.ForumChannel) -> Sequence[discord.ForumTag]:
    """A tag, where the forum takes no post without one: the first that anybody may give."""
    free = [tag for tag in forum.available_tags if not tag.moderated]
    return free[:1] if forum.flags.require_tag else []
