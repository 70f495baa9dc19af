"""What Discord may answer to a message of the bot's, and how a message whose fate is unknown is found again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final, TypeGuard

import aiohttp
import discord

LEASE: Final = timedelta(minutes=2)
"""How long a claim is left to whoever began to send it, before somebody else settles it."""

SEND_SECONDS: Final = 30.0
"""Well below the lease: who sends has given up before another one looks."""

FAILURES: Final = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What a request to Discord may end with. (A timeout is an ``OSError``.)"""

_LOOK_SECONDS: Final = 60.0
_BEFORE: Final = timedelta(minutes=1)  # our clock may be ahead of Discord's
_AFTER: Final = timedelta(minutes=10)  # and behind it; nothing was sent longer after the last try
_REFUSAL: Final = 4  # the first digit of a status that says no
_TRY_LATER: Final = {408, 429}


def is_definite(error: BaseException) -> TypeGuard[discord.HTTPException]:
    """Whether Discord said clearly that it did not carry the request out: a 4xx but for "try later"."""
    return (
        isinstance(error, discord.HTTPException) and error.status // 100 == _REFUSAL and error.status not in _TRY_LATER
    )


async def find_sent(
    channel: discord.abc.Messageable, custom_id: str, claimed_at: datetime, tried_at: datetime, me: discord.abc.User
) -> discord.Message | None:
    """The bot's own message with a button of this id, sent at about the time of these tries; ``None``: there is none.

    Raises what ``FAILURES`` names.
    """
    async with asyncio.timeout(_LOOK_SECONDS):
        past = channel.history(limit=None, before=tried_at + _AFTER, after=claimed_at - _BEFORE, oldest_first=False)
        async for message in past:
            if message.author.id == me.id and _carries(message, custom_id):
                return message
    return None


def _carries(message: discord.Message, custom_id: str) -> bool:
    items = discord.ui.LayoutView.from_message(message).walk_children()
    return any(isinstance(item, discord.ui.Button) and item.custom_id == custom_id for item in items)
