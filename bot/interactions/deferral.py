"""Replies that are usually quick: "thinking …" or "typing …" is shown, and costs a request, only if one takes long.

Discord waits three seconds for the first reply to an interaction.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

import discord

from bot.errors import REQUEST_FAILURES
from bot.interactions.components import BotInteraction

_QUICK: Final = 1.0
_LONGEST: Final = 60.0
"""Seconds."""


@asynccontextmanager
async def defer_if_slow(interaction: BotInteraction, *, private: bool = False) -> AsyncGenerator[None]:
    """Show "thinking" until ``send_reply`` is called, if the block takes long."""
    async with _later(lambda: interaction.response.defer(thinking=True, ephemeral=private)) as begun:
        try:
            yield
        finally:
            await asyncio.gather(*begun)  # what is said then depends on whether Discord has it


async def send_reply(interaction: BotInteraction, card: discord.ui.LayoutView, *, private: bool = False) -> int:
    """Reply with a card, after ``defer_if_slow``; the message's id."""
    if interaction.response.is_done():
        return (await interaction.followup.send(view=card, wait=True)).id
    sent = await interaction.response.send_message(view=card, ephemeral=private)
    return sent.message_id or (await interaction.original_response()).id


@asynccontextmanager
async def type_if_slow(channel: discord.abc.Messageable) -> AsyncGenerator[None]:
    """Show that the bot is typing in a channel, if the block takes long."""
    async with _later(lambda: _type(channel)) as begun:
        try:
            yield
        finally:
            for typing in begun:
                typing.cancel()


async def _type(channel: discord.abc.Messageable) -> None:
    with contextlib.suppress(*REQUEST_FAILURES):  # whoever sends the reply hears of them
        async with channel.typing():
            await asyncio.sleep(_LONGEST)


@asynccontextmanager
async def _later(work: Callable[[], Coroutine[Any, Any, Any]]) -> AsyncGenerator[list[asyncio.Task[Any]]]:
    """Begin some work if the block takes long; yields a list, which has its task then."""
    loop, begun = asyncio.get_running_loop(), list[asyncio.Task[Any]]()
    timer = loop.call_later(_QUICK, lambda: begun.append(loop.create_task(work())))
    try:
        yield begun
    finally:
        timer.cancel()
