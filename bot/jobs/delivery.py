"""What Discord may answer to a message of the bot's, and how a message whose fate is unknown is found again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeGuard

import discord

LEASE: Final = timedelta(minutes=2)
"""How long a claim is left to whoever began to send it, before somebody else settles it."""

SEND_SECONDS: Final = 30.0
"""Well below the lease: who sends has given up before another one looks."""

LOOK_SECONDS: Final = 60.0
"""How long a message is looked for."""

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
    channel: discord.abc.Messageable,
    wanted: Callable[[discord.Message], bool],
    me: discord.abc.User,
    *,
    claimed_at: datetime,
    tried_at: datetime,
) -> discord.Message | None:
    """The bot's own message that is ``wanted``, sent at about the time of these tries; ``None``: there is none.

    Raises what ``REQUEST_FAILURES`` names.
    """
    since, until = claimed_at - _BEFORE, tried_at + _AFTER
    async with asyncio.timeout(LOOK_SECONDS):
        async for message in channel.history(limit=None, before=until, after=since, oldest_first=False):
            if message.author.id == me.id and wanted(message):
                return message
    return None


def has_button(message: discord.Message, custom_id: str) -> bool:
    """Whether a message has a button of this id."""
    items = discord.ui.LayoutView.from_message(message).walk_children()
    return any(isinstance(item, discord.ui.Button) and item.custom_id == custom_id for item in items)
