"""One runner for everything that the bot delivers: claim, send, settle; and what Discord may answer.

A delivery is claimed before it is sent. If its outcome is unknown (a crash, a lost answer, a 5xx), it stays open, and
after ``LEASE`` whoever finds it looks for the message before sending it again.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Generic, TypeGuard, TypeVar
from zoneinfo import ZoneInfoNotFoundError

import discord

from bot.connection.requests import single_attempt
from bot.errors import REQUEST_FAILURES
from bot.jobs.background import Clock, ConcurrencyLimit
from bot.storage import Store
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from retrieval.english import Text
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

T = TypeVar("T")

LEASE: Final = timedelta(minutes=2)
"""How long a delivery is left to whoever began to send it."""

RETRY: Final = timedelta(hours=1)
"""How long after a refusal the same delivery can be claimed again."""

SEND_SECONDS: Final = 30.0
"""Well below the lease: the sender has given up before anybody else looks."""

FIND_SECONDS: Final = 60.0
"""How long a message is looked for."""

MAY_NOT_READ: Final = Text("I can't check whether it was sent: I'm not allowed to read the message history there.")

TAG_NEEDED: Final = Text(
    "That forum requires a tag, and has none that everybody may use. Add one in the channel's settings under Tags, or "
    "turn off “Require people to select tags when posting” there."
)

CLOCK_AHEAD: Final = timedelta(minutes=1)
"""How far our clock may be ahead of Discord's."""

_CLOCK_BEHIND: Final = timedelta(minutes=10)  # and behind it; nothing was sent longer than this after the last try
_CLIENT_ERROR: Final = 4  # the first digit of a 4xx
_TRY_LATER: Final = {408, 429}


class NotDelivered(Exception):
    """A delivery ends, or waits for a retry, without a message that we know of."""

    def __init__(self, status: Status, reason: Text, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_at = retry_at


class Deliverer(ABC):
    """Delivers one kind of message. A subclass says how to send it, and how to find one that may have been sent."""

    kind: ClassVar[DeliveryKind]
    lease = LEASE
    retry = RETRY

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._deliveries = store.deliveries

    @abstractmethod
    async def send(self, delivery: Delivery) -> int | None:
        """Send a claimed delivery; the id of its message. Raises ``NotDelivered`` and ``REQUEST_FAILURES``."""

    @abstractmethod
    async def find(self, delivery: Delivery) -> int | None:
        """The id of the message that an interrupted attempt sent; ``None`` if it sent none.

        Raises ``NotDelivered`` if that can't be found out, and ``REQUEST_FAILURES`` to be called again later.
        """

    async def check_wanted(self, delivery: Delivery) -> None:  # noqa: B027 - most kinds are always wanted
        """Raise ``NotDelivered`` if an interrupted delivery that was not sent is no longer wanted."""

    async def on_refusal(self, delivery: Delivery, error: discord.HTTPException) -> None:  # noqa: B027 - optional
        """Discord refused a delivery, which was released."""

    async def deliver(self, claim: Claim) -> Delivery | None:
        """Claim and send something now; how it ended, or ``None`` if it is claimed already.

        The claim's time must be that of sending: the lease and the search for a lost message count from it.
        """
        delivery = await self._deliveries.claim(claim, self._clock())
        return None if delivery is None else await self._attempt(delivery, self.send)

    async def resume(self, delivery: Delivery) -> Delivery | None:
        """Take over an unfinished delivery; how it ended, or ``None`` if another process was faster."""
        taken = await self._deliveries.take_over(delivery, self._clock())
        return None if taken is None else await self._attempt(taken, self._send_if_lost)

    async def _send_if_lost(self, delivery: Delivery) -> int | None:
        try:
            async with asyncio.timeout(FIND_SECONDS):
                found = await self.find(delivery)
        except discord.Forbidden as error:
            raise NotDelivered(Status.UNKNOWN, MAY_NOT_READ) from error
        except discord.NotFound:
            raise  # there is no such channel, and so no message
        except discord.HTTPException as error:  # says nothing about the message
            raise ConnectionError(f"could not look for it: {error}") from error
        if found is not None:
            log.info("%s was sent before the interruption", label(delivery))
            return found
        await self.check_wanted(delivery)
        return await self.send(delivery)

    async def _attempt(self, delivery: Delivery, attempt: Callable[[Delivery], Awaitable[int | None]]) -> Delivery:
        """Make an attempt and settle the delivery, unless the outcome is unknown: then it stays open."""
        try:
            with single_attempt():
                message_id = await attempt(delivery)
        except NotDelivered as ended:
            return await self._settle(delivery, ended)
        except REQUEST_FAILURES as error:
            if not is_definite(error):
                log.warning("Whether %s was sent is unknown (%r): looking for it later", label(delivery), error)
                return delivery
            log.warning("%s for %s was refused: %s", label(delivery), delivery.target_id, error.text)
            settled = await self._settle(delivery, NotDelivered(Status.RELEASED, refusal(error)))
            await self.on_refusal(settled, error)
            return settled
        return await self._deliveries.confirm(delivery, message_id, self._clock())

    async def _settle(self, delivery: Delivery, ended: NotDelivered) -> Delivery:
        now = self._clock()
        retry_at = now + self.retry if ended.status is Status.RELEASED else ended.retry_at
        return await self._deliveries.settle(delivery, ended.status, ended.reason, now, retry_at)


class DeliveryJob(Deliverer, Generic[T]):
    """Delivers by itself, to targets of type ``T``, what is due. Safe to run in several processes."""

    concurrency = 12
    """At most so many at a time. Discord takes 0.2 to 0.4 seconds for a message and allows 50 requests a second."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._limit = ConcurrencyLimit(self.concurrency)

    @abstractmethod
    async def targets(self, now: datetime) -> Mapping[int, T]:
        """Everybody to whom something may be due at ``now``, by their id."""

    @abstractmethod
    async def due(self, target: T, now: datetime) -> Claim | None:
        """What is to be delivered to a target at ``now``."""

    def sees(self, delivery: Delivery) -> bool:
        """Whether this process can find out if a delivery was sent."""
        return True

    async def on_unknown_zone(self, target: T, reason: Text) -> None:
        """Pause a target whose zone can't be read, and show the reason. By default, that's an error."""
        raise PaperBotError(reason)

    async def tick(self, now: datetime) -> None:
        """Finish what was interrupted, then deliver what is due at ``now`` (aware UTC).

        Each delivery and target is served on its own: an error in one doesn't stop the others. ``now`` only decides
        what is due, because a tick can take long; what is recorded is when it was done.
        """
        unfinished = filter(self.sees, await self._deliveries.unfinished(self.kind, now, self.lease))
        await asyncio.gather(*(self._limit.serve(label(each), self._resume, each) for each in unfinished))
        targets = await self.targets(now)
        await asyncio.gather(
            *(self._limit.serve(f"{self.kind} for {id}", self._serve, target, now) for id, target in targets.items())
        )

    async def _serve(self, target: T, now: datetime) -> None:
        try:
            claim = await self.due(target, now)
        except ZoneInfoNotFoundError as error:  # a moved database, or another version of the time zones
            reason = Text("I don't know its time zone {zone}. Choose another one.", zone=error.args[0][:60])
            await self.on_unknown_zone(target, reason)
            return
        if claim is not None:
            await self.deliver(claim)

    async def _resume(self, delivery: Delivery) -> None:
        await self.resume(delivery)


def label(delivery: Delivery) -> str:
    """What the log calls a delivery."""
    return f"{delivery.kind} {delivery.number}"


def is_definite(error: BaseException) -> TypeGuard[discord.HTTPException]:
    """Whether Discord clearly refused the request: a 4xx, except those that mean "try again later"."""
    return (
        isinstance(error, discord.HTTPException)
        and error.status // 100 == _CLIENT_ERROR
        and error.status not in _TRY_LATER
    )


def refusal(error: discord.HTTPException) -> Text:
    """Why Discord refused something, for people."""
    match error:
        case discord.Forbidden():
            return Text("Discord did not let me post: {error}. I need a permission in that channel.", error=error.text)
        case discord.NotFound():
            return Text("The channel is gone.")
        case discord.HTTPException(code=40067):  # unlike most refusals, a setting of the channel
            return TAG_NEEDED
        case _:
            return Text("Discord refused it: {error}", error=error.text.splitlines()[0] if error.text else error.status)


async def send_message(
    channel: discord.abc.Messageable,
    delivery: Delivery,
    view: discord.ui.LayoutView,
    files: Sequence[discord.File] = (),
    mentioned: Sequence[int] = (),
) -> int:
    """Send a delivery's message; its id. It notifies the people with the ids ``mentioned``, and nobody else.

    The nonce is the delivery's number: for some minutes, Discord itself doesn't accept the same one twice.
    """
    nonce, allowed = f"{delivery.kind}-{delivery.number}", discord.AllowedMentions.none()
    if mentioned:
        allowed.users = [discord.Object(each) for each in mentioned]
    async with asyncio.timeout(SEND_SECONDS):
        message = await channel.send(view=view, files=files, nonce=nonce, allowed_mentions=allowed)
    return message.id


async def find_message(
    channel: discord.abc.Messageable,
    delivery: Delivery,
    me: discord.abc.User,
    matches: Callable[[discord.Message], bool],
) -> int | None:
    """The id of the bot's own message that ``matches``, sent at about the time of the delivery's attempts."""
    since, until = delivery.claimed_at - CLOCK_AHEAD, delivery.tried_at + _CLOCK_BEHIND
    async for message in channel.history(limit=None, before=until, after=since, oldest_first=False):
        if message.author.id == me.id and matches(message):
            return message.id
    return None


def has_button(custom_id: str) -> Callable[[discord.Message], bool]:
    """Whether a message has a button with this id."""

    def matches(message: discord.Message) -> bool:
        items = discord.ui.LayoutView.from_message(message).walk_children()
        return any(isinstance(item, discord.ui.Button) and item.custom_id == custom_id for item in items)

    return matches


async def readable_channel(bot: discord.Client, channel_id: int) -> discord.TextChannel:
    """A channel in which the bot may read the message history.

    Without that permission, Discord returns an empty history, which would look like a message that was never sent.
    Raises ``NotDelivered`` (unknown) if the bot may not, ``ConnectionError`` while the server is unavailable, and
    ``REQUEST_FAILURES``.
    """
    channel = bot.get_channel(channel_id) or await bot.fetch_channel(channel_id)
    if isinstance(channel, discord.TextChannel) and channel.guild.unavailable:
        raise ConnectionError("the server is unavailable, so our permissions there aren't known")
    if not isinstance(channel, discord.TextChannel) or not _can_read(channel):
        raise NotDelivered(Status.UNKNOWN, MAY_NOT_READ)
    return channel


def _can_read(channel: discord.TextChannel) -> bool:
    return channel.permissions_for(channel.guild.me).read_message_history


async def direct_messages(bot: discord.Client, user_id: int) -> discord.DMChannel:
    """A person's direct messages. Raises ``REQUEST_FAILURES``."""
    user = bot.get_user(user_id) or await bot.fetch_user(user_id)
    return user.dm_channel or await user.create_dm()
