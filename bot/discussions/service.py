"""Opens a paper's thread: one for each server and paper, whoever presses, and however many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import discord

from bot.errors import permission_names
from bot.interactions.permissions import missing_in, to_discuss
from bot.jobs.background import Clock
from bot.jobs.delivery import CLOCK_AHEAD, SEND_SECONDS, TAG_NEEDED, Deliverer
from bot.papers.paper_card import paper_card
from bot.storage import Store
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.texts import in_locale, mark, tr, translated
from bot.ui.discord_limits import check, shorten
from bot.ui.latex import readable
from bot.ui.markdown import visible
from retrieval.errors import InvalidInput
from retrieval.papers import Paper

Place = discord.TextChannel | discord.ForumChannel

_MAX_NAME: Final = 100
_FIRST_MESSAGES: Final = 20  # of a thread: the card is among them, or people wrote before it could be sent

POLL_SECONDS: Final = 0.5
_POLLS: Final = 20  # while another press is opening the same thread


class ThreadOpener(Deliverer):
    """Opens the thread of ``paper`` in ``place``, or finds the one that an interrupted press has opened."""

    kind = DeliveryKind.THREAD
    lease = timedelta(minutes=1)
    retry = timedelta()

    def __init__(self, store: Store, clock: Clock, place: Place, paper: Paper) -> None:
        super().__init__(store, clock)
        self._place = place
        self._paper = paper

    @property
    def claim(self) -> Claim:
        """The paper's thread in the server."""
        guild_id = self._place.guild.id
        return Claim(self.kind, guild_id, self._paper.id, guild_id)

    async def send(self, delivery: Delivery) -> int:
        """Open a thread, or a post if the channel is a forum, that begins with the paper's card."""
        card, name, quiet = self._card(), _name(self._paper), discord.AllowedMentions.none()
        check(card)  # a card that Discord refuses would leave an empty thread
        async with asyncio.timeout(SEND_SECONDS):
            if isinstance(self._place, discord.ForumChannel):
                tags = _tags(self._place)
                post = await self._place.create_thread(name=name, view=card, applied_tags=tags, allowed_mentions=quiet)
                return post.thread.id
            news = self._place.is_news()
            kind = discord.ChannelType.news_thread if news else discord.ChannelType.public_thread
            thread = await self._place.create_thread(name=name, type=kind)
            await thread.send(view=card, allowed_mentions=quiet)
            return thread.id

    async def find(self, delivery: Delivery) -> int | None:
        """The bot's own active thread of this name that isn't older than the delivery's claim."""
        place, since = self._place, delivery.claimed_at - CLOCK_AHEAD
        for thread in await place.guild.active_threads():
            mine = thread.owner_id == place.guild.me.id and thread.parent_id == place.id
            if mine and thread.name == _name(self._paper) and discord.utils.snowflake_time(thread.id) >= since:
                await self._add_missing_card(thread)
                return thread.id
        return None

    async def _add_missing_card(self, thread: discord.Thread) -> None:
        """Send the card if the press was interrupted after it had opened the thread; a forum's post begins with it."""
        if isinstance(self._place, discord.ForumChannel):
            return
        async for message in thread.history(limit=_FIRST_MESSAGES, oldest_first=True):
            if message.author.id == self._place.guild.me.id:
                return
        async with asyncio.timeout(SEND_SECONDS):
            await thread.send(view=self._card(), allowed_mentions=discord.AllowedMentions.none())

    def _card(self) -> discord.ui.LayoutView:
        """The paper in the server's language: everybody reads it."""
        with in_locale(self._place.guild.preferred_locale):
            return paper_card(self._paper)


async def discussion(
    store: Store,
    clock: Clock,
    member: discord.Member,
    pressed_in: object,
    paper: Paper,
    *,
    poll_seconds: float = POLL_SECONDS,
) -> int:
    """The id of the paper's thread in the member's server, which is opened now if there is none.

    ``pressed_in`` is the channel of the press: the thread is opened there unless the server chose another channel.
    Raises ``InvalidInput`` that says how to fix it if a thread can't be opened.
    """
    guild, deliveries = member.guild, store.deliveries
    opened = await deliveries.named(DeliveryKind.THREAD, guild.id, paper.id)
    if opened is not None and opened.status is not Status.OPEN:
        if opened.message_id is not None and await _exists(guild, opened.message_id):
            return opened.message_id
        await deliveries.remove(opened)
        opened = None
    place = await _place(store, guild, pressed_in)
    _check_permissions(place, member)
    opener = ThreadOpener(store, clock, place, paper)
    settled = None
    if opened is None:
        settled = await opener.deliver(opener.claim)
    elif opened.tried_at + opener.lease <= clock():  # that press was interrupted
        settled = await opener.resume(opened)
    return await _opened_by_another(store, guild.id, paper.id, poll_seconds) if settled is None else _id(place, settled)


def _id(place: Place, thread: Delivery) -> int:
    """The id of an opened thread. Raises ``InvalidInput`` with the reason if it was not opened."""
    match thread:
        case Delivery(status=Status.SENT, message_id=int(thread_id)):
            return thread_id
        case Delivery(status=Status.OPEN):
            raise InvalidInput("Discord didn't respond as expected. Press again in a minute.")
        case _:
            failed = mark(
                "I couldn't open a discussion in #{channel}. {reason} An administrator can check my permissions there."
            )
            raise InvalidInput(tr(failed, channel=place.name, reason=translated(thread.reason or "")))


async def _exists(guild: discord.Guild, thread_id: int) -> bool:
    """Whether a thread still exists, archived or not, even if the bot is no longer allowed to see it."""
    if guild.get_thread(thread_id) is not None:
        return True
    try:
        await guild.fetch_channel(thread_id)
    except discord.NotFound:
        return False
    except discord.Forbidden:
        return True
    return True


async def _place(store: Store, guild: discord.Guild, pressed_in: object) -> Place:
    """Where the thread is opened: in the channel that the server chose, or else where the button was pressed."""
    chosen = await store.discussions.place(guild.id)
    channel = guild.get_channel(chosen) if chosen is not None else None
    if channel is None:  # also if the chosen one was deleted
        channel = pressed_in.parent if isinstance(pressed_in, discord.Thread) else pressed_in
    if not isinstance(channel, Place):
        raise InvalidInput(
            "I can't open a thread in this channel. Press the button in a text channel, or ask a server manager to "
            "choose a channel for all discussions: `/discussions`."
        )
    return channel


def _check_permissions(place: Place, member: discord.Member) -> None:
    """Raise ``InvalidInput`` if the bot or the member may not open threads there."""
    wanted = to_discuss(place)
    missing = missing_in(place, wanted)
    if missing:
        lacking = mark(
            "I can't open a discussion in #{channel}: I lack the permission {permission} there. An administrator can "
            "give it to me in the channel's settings."
        )
        raise InvalidInput(tr(lacking, channel=place.name, permission=permission_names(missing)))
    if isinstance(place, discord.ForumChannel) and place.flags.require_tag and not _tags(place):
        refused = tr("I can't open a discussion in #{channel}.", channel=place.name)
        raise InvalidInput(f"{refused} {tr(TAG_NEEDED)}")
    if not getattr(place.permissions_for(member), wanted[1]):
        what = mark("You can't open threads in #{channel}.")
        what = mark("You can't open posts in #{channel}.") if isinstance(place, discord.ForumChannel) else what
        ask = tr("Ask somebody who can to press the button; then it leads you there too.")
        raise InvalidInput(f"{tr(what, channel=place.name)} {ask}")


async def _opened_by_another(store: Store, guild_id: int, paper_id: str, poll_seconds: float) -> int:
    """Wait a little for the thread that another press is opening now."""
    for _ in range(_POLLS):
        thread = await store.deliveries.named(DeliveryKind.THREAD, guild_id, paper_id)
        if thread is None:
            break
        if thread.status is Status.SENT and thread.message_id is not None:
            return thread.message_id
        await asyncio.sleep(poll_seconds)
    raise InvalidInput("Somebody is opening this discussion right now. Press again in a minute.")


def _name(paper: Paper) -> str:
    return shorten(visible(readable(paper.title)).strip() or paper.id, _MAX_NAME)


def _tags(forum: discord.ForumChannel) -> Sequence[discord.ForumTag]:
    """A tag if the forum requires one: the first that anybody may use."""
    free = [tag for tag in forum.available_tags if not tag.moderated]
    return free[:1] if forum.flags.require_tag else []
