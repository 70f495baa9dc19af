"""The local preview: the bot in a browser, without a token. SimCord simulates Discord on 127.0.0.1.

The bot is the real one: its commands, buttons and cards run unmodified.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord.results import ResponseMessage

from bot.client import PaperBot, StopRequest, run_until
from bot.daily_post.poster import post_now
from bot.settings import Settings
from bot.storage import Store
from bot.storage.deliveries import DeliveryKind
from bot.ui.discord_limits import MESSAGE
from bot.votes.service import toggle_vote
from retrieval.errors import SettingsError

BOT_NAME = "Daily Papers"
CHANNEL = "daily-papers"
EXAMPLE_MEMBER = "ada (example)"
_POSTED = 5  # papers, so that the post and what is typed below it fit on a screen
_MOST_POSTS = 1_000
_WELCOME = """
Daily Papers Bot is running in a local preview, because DISCORD_TOKEN isn't set. Open this page:

    {url}

Type a question, or / for commands. Everything you type is addressed to the bot. Stop it with Ctrl+C.
What you save and follow is kept for the next start; --fresh begins without it.
The votes below the first post are those of a second member, "{example}".
Nothing leaves this machine: mail from /inbox is written to {mail}
"""


def offline(settings: Settings) -> Settings:
    """The settings of a bot that asks no source for papers, and doesn't say that one is late."""
    return settings.model_copy(update={"sources": settings.sources.model_copy(update={"enabled": False})})


class Visitor(simcord.MemberActor):
    """The person at the keyboard.

    The page has no mention picker, and everything typed in a channel with one person and one bot is meant for the
    bot. So each message is sent as a mention. SimCord's clock stands still between actions: each one sets it to now.
    """

    async def set_clock(self) -> None:
        """Set SimCord's clock to the bot's."""
        bot = self._env.bot
        if isinstance(bot, PaperBot):
            await self._env.advance_time(max(0.0, (bot.clock() - self._env.now()).total_seconds()))

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
            content = f"{bot.mention} {content.removeprefix(f'@{bot.name}').lstrip()}"[:MESSAGE]
        await self.set_clock()
        return await super().send(channel, content, reply_to=reply_to, attachments=attachments)


@dataclass(frozen=True, slots=True)
class Preview:
    """A simulated server with the bot, one channel and one visitor."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    visitor: Visitor


@asynccontextmanager
async def simulated(bot: PaperBot) -> AsyncGenerator[Preview]:
    """A simulated server whose channel has a daily post of the newest trending list, with votes of an example member.

    SimCord counts ids from the beginning of its own time. So the server, its channel and its members, who are
    created before its clock is set, are the same at every start, and what the visitor saved is still theirs.
    """
    async with simcord.run(bot, shard_count=1, check_errors=False) as env:
        guild = env.create_guild("Reading room")
        channel = guild.create_text_channel(CHANNEL, topic="The day's papers, and questions about them")
        user = env.create_user("you")
        manager = guild.create_role("Administrator", permissions=discord.Permissions(administrator=True))
        guild.add_member(user, roles=[manager])
        example = guild.add_member(env.create_user(EXAMPLE_MEMBER))
        visitor = Visitor(env, guild, user)
        await visitor.set_clock()
        if bot.user is not None:
            await bot.user.edit(username=BOT_NAME)
        await env.settle()
        newest = await bot.library.lists.newest()
        posted_in = bot.get_channel(channel.id)
        if newest is not None and isinstance(posted_in, discord.TextChannel):
            await _forget_posts(bot.store, channel.id)
            await _vote(bot, guild.id, example.id, [trend.paper.id for trend in newest.ranked[:_POSTED:2]])
            await post_now(bot, posted_in, newest, papers=_POSTED)
        yield Preview(env, channel, visitor)


async def _forget_posts(store: Store, channel_id: int) -> None:
    """Forget the posts of earlier starts, whose messages are gone."""
    for post in await store.deliveries.recent(DeliveryKind.POST, channel_id, _MOST_POSTS):
        await store.deliveries.remove(post)


async def _vote(bot: PaperBot, guild_id: int, user_id: int, paper_ids: Sequence[str]) -> None:
    """Let the example member vote for papers, if it hasn't yet at an earlier start."""
    if not await bot.store.votes.of_person(user_id):
        for paper_id in paper_ids:
            await toggle_vote(bot.library, bot.store, bot.clock, guild_id, user_id, paper_id)


async def serve_preview(bot: PaperBot, background: Coroutine[Any, Any, None], stop: StopRequest) -> None:
    """Serve the page on 127.0.0.1, print its address, and run ``background``, until ``stop`` is set.

    Raises ``SettingsError`` if the port can't be used.
    """
    port = bot.settings.preview.port
    async with simulated(bot) as preview:
        page = preview.env.preview(preview.channel, viewers=[preview.visitor], layout="channel", port=port)
        try:
            await page.__aenter__()
        except simcord.SetupError as error:
            reason = error.__cause__.strerror if isinstance(error.__cause__, OSError) else str(error)
            raise SettingsError(
                f"The page can't be served on port {port} ({reason}). Set another one; "
                "DAILY_PAPERS_PREVIEW__PORT=0 chooses a free one."
            ) from error
        try:
            welcome = _WELCOME.format(url=page.url, mail=bot.settings.preview_mail, example=EXAMPLE_MEMBER)
            print(welcome, flush=True)
            await run_until(stop, background)
        finally:
            await page.__aexit__(None, None, None)
