"""The same bot in a local browser, without a token: SimCord plays Discord on 127.0.0.1.

What answers there is the real bot: its commands, buttons and cards run unmodified.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord.results import ResponseMessage

from bot.client import PaperBot, run_until_signal
from bot.daily_post.poster import post_now
from retrieval.errors import SettingsError

BOT_NAME = "Daily Papers"
CHANNEL = "daily-papers"
_POSTED = 5  # papers: the whole post then fits on a screen, and what is typed below it stays in sight
_WELCOME = """
Daily Papers Bot runs in a local preview (no DISCORD_TOKEN is set). Open this page:

    {url}

Type a question, or / for the commands. Everything typed there is addressed to the bot. Ctrl+C stops it.
Nothing leaves this machine: mail of /inbox is put into {mail}
"""


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
        reply_to: discord.Message | ResponseMessage | None = None,
        attachments: Sequence[tuple[str, bytes]] = (),
    ) -> discord.Message:
        """Send a message that mentions the bot, as the visitor."""
        bot = self._env.bot.user
        if bot is not None and bot.mention not in content:
            content = f"{bot.mention} {content.removeprefix(f'@{bot.name}').lstrip()}"
        return await super().send(channel, content, reply_to=reply_to, attachments=attachments)


@dataclass(frozen=True, slots=True)
class Room:
    """A simulated server with one channel and one visitor, in which the bot is at home."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    visitor: Visitor


@asynccontextmanager
async def furnished(bot: PaperBot) -> AsyncGenerator[Room]:
    """A room whose channel holds the newest trending list, posted as the daily post would be."""
    async with simcord.run(bot, shard_count=1, check_errors=False) as env:
        await env.advance_time((bot.clock() - env.now()).total_seconds())  # its clock begins in the past
        if bot.user is not None:
            await bot.user.edit(username=BOT_NAME)
        guild = env.create_guild("Reading room")
        channel = guild.create_text_channel(CHANNEL, topic="The day's papers, and questions about them")
        user = env.create_user("you")
        manager = guild.create_role("Administrator", permissions=discord.Permissions(administrator=True))
        guild.add_member(user, roles=[manager])
        await env.settle()
        newest = await bot.library.lists.newest()
        posted_in = bot.get_channel(channel.id)
        if newest is not None and isinstance(posted_in, discord.TextChannel):
            await post_now(bot, posted_in, newest, papers=_POSTED)
        yield Room(env, channel, Visitor(env, guild, user))


async def serve_preview(bot: PaperBot, background: Coroutine[Any, Any, None]) -> None:
    """Serve the page on 127.0.0.1, print its address, and run ``background``, until the process is asked to stop.

    Raises ``SettingsError`` where the port is taken.
    """
    port = bot.settings.preview.port
    async with furnished(bot) as room:
        page = room.env.preview(room.channel, viewers=[room.visitor], layout="channel", port=port)
        try:
            await page.__aenter__()
        except OSError as error:
            raise SettingsError(
                f"Port {port} is taken ({error.strerror}). "
                "Set another one: DAILY_PAPERS_PREVIEW__PORT=0 takes any free one."
            ) from error
        try:
            print(_WELCOME.format(url=page.url, mail=bot.settings.preview_mail), flush=True)
            await run_until_signal(background)
        finally:
            await page.__aexit__(None, None, None)
