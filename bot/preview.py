"""The same bot in a local browser, without a token: SimCord plays Discord on 127.0.0.1.

What answers there is the real bot: its commands, buttons and cards run unmodified.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import discord
import simcord
from simcord.types import MessageLike

from bot.client import PaperBot

BOT_NAME = "Daily Papers"
CHANNEL = "daily-papers"


class Visitor(simcord.MemberActor):
    """The person at the keyboard.

    A browser page has no mention picker, and in a channel with one person and one bot everything
    typed is meant for the bot: so what is typed is sent as a mention, as Discord would send it.
    """

    async def send(
        self,
        channel: simcord.ChannelHandle,
        content: str = "",
        *,
        reply_to: MessageLike | None = None,
        attachments: Sequence[tuple[str, bytes]] = (),
    ) -> discord.Message:
        """Send a message that mentions the bot, as the visitor."""
        bot = self._env.bot.user
        if bot is not None and bot.mention not in content:
            content = f"{bot.mention} {content.removeprefix(f'@{bot.name}').lstrip()}"
        return await super().send(channel, content, reply_to=reply_to, attachments=attachments)


@dataclass(frozen=True, slots=True)
class PreviewServer:
    """A running preview. ``url`` is the page; whoever has it can use it."""

    url: str
    env: simcord.Env
    channel: simcord.ChannelHandle
    visitor: Visitor


@asynccontextmanager
async def preview(bot: PaperBot, *, port: int, now: datetime) -> AsyncIterator[PreviewServer]:
    """A server with one channel, the day's trending post in it, and one member who can type.

    Raises ``OSError`` where the port is taken.
    """
    async with simcord.run(bot, shard_count=1, check_errors=False) as env:
        guild = env.create_guild("Reading room")
        channel = guild.create_text_channel(CHANNEL, topic="The day's papers, and questions about them")
        user = env.create_user("you")
        guild.add_member(user)
        visitor = Visitor(env, guild, user)
        yield PreviewServer("", env, channel, visitor)
