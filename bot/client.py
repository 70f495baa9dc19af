"""The bot: intents, extensions, command sync, start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.cooldown import Cooldowns
from bot.errors import explain, tell
from bot.mail.mailer import MailService
from bot.settings import Settings
from bot.storage import Store
from bot.storage.heartbeat import JobStatus
from bot.ui.validation import check_options
from retrieval.errors import PaperBotError, SettingsError
from retrieval.library import Library

log = logging.getLogger(__name__)

FEATURES: Final = (
    "bot.interactions",
    "bot.ask",
    "bot.papers",
    "bot.daily_post",
    "bot.server_setup",
    "bot.follows",
    "bot.saved",
    "bot.votes",
    "bot.discussions",
    "bot.recap",
    "bot.link_cards",
    "bot.inbox",
    "bot.privacy",
)
"""The feature packages; each is an extension (see ``bot.interactions.registration``)."""


def intents(*, message_content: bool) -> discord.Intents:
    """The bot's intents.

    Only ``message_content`` is privileged: without it, Discord sends the content of mentions, replies and direct
    messages only. Source: https://discord.com/developers/docs/events/gateway#message-content-intent
    """
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)


class PaperTree(app_commands.CommandTree["PaperBot"]):
    """The command tree. Its errors follow the error policy."""

    async def interaction_check(self, interaction: discord.Interaction[PaperBot], /) -> bool:
        """Check the options as they were sent, and count a command towards the person's cooldown.

        Autocomplete is free; Discord can't show an error there, so there are no choices.
        """
        typing = interaction.type is discord.InteractionType.autocomplete
        try:
            if not typing:
                interaction.client.cooldowns.check(interaction.user.id)
            check_options(cast("dict[str, Any]", interaction.data or {}), interaction.command)
        except PaperBotError as error:
            await (interaction.response.autocomplete([]) if typing else tell(interaction, error))
            return False
        return True

    async def on_error(
        self, interaction: discord.Interaction[PaperBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Show the person why a command failed."""
        if interaction.type is not discord.InteractionType.autocomplete:
            await tell(interaction, error)


class PaperBot(commands.AutoShardedBot):
    """The bot. It doesn't own what it is given: whoever opened the library and the store closes them."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        store: Store,
        clock: Callable[[], datetime],
        mail: MailService | None = None,
    ) -> None:
        super().__init__(
            command_prefix=_no_prefix,
            help_command=None,
            intents=intents(message_content=settings.discord.message_content),
            tree_cls=PaperTree,
            allowed_mentions=discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True),
            activity=discord.CustomActivity("Ask me about a paper: /ask"),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.settings = settings
        self.library = library
        self.store = store
        self.clock = clock
        self.mail = mail
        self.jobs = dict[str, JobStatus]()  # of the background jobs, by name
        self.cooldowns = Cooldowns(settings.chat.questions, settings.chat.per_seconds, clock)

    async def setup_hook(self) -> None:
        """Load the features and register their commands with Discord."""
        for feature in FEATURES:
            await self.load_extension(feature)
        guild = self.settings.discord.development_guild
        if guild:
            self.tree.copy_global_to(guild=discord.Object(guild))
            await self.tree.sync(guild=discord.Object(guild))
        else:
            await self.tree.sync()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log why a listener failed: nobody is waiting for an answer."""
        error = sys.exception()
        if error is not None:
            explain(error, what=event_method)

    async def run_until_stopped(self, token: str, background: Coroutine[Any, Any, None]) -> None:
        """Stay connected until Discord ends the connection, or until ``run_until_signal`` returns."""
        async with self:
            connection = asyncio.create_task(self.start(token), name="discord")
            try:
                await run_until_signal(background, connection)
            finally:
                if not connection.done():
                    log.info("Closing the connection to Discord")
                    await self.close()
                await self._closed(connection)

    async def _closed(self, connection: asyncio.Task[None]) -> None:
        """Wait for the connection's end. Raises what ended it."""
        try:
            await connection
        except discord.PrivilegedIntentsRequired as error:
            raise SettingsError(
                "Discord doesn't send this application the content of messages. Turn on Message Content Intent "
                "(discord.com/developers/applications → Bot), or set [discord] message_content = false."
            ) from error


async def run_until_signal(background: Coroutine[Any, Any, None], *others: asyncio.Task[None]) -> None:
    """Run ``background`` until the process is asked to stop, or one of the ``others`` ends; then cancel it.

    Raises ``RuntimeError`` if it ends by itself: a bot without its background jobs must not go on unnoticed.
    """
    jobs = asyncio.create_task(background, name="background jobs")
    stopping = asyncio.create_task(_stop_signal(), name="stop signal")
    try:
        await asyncio.wait({jobs, stopping, *others}, return_when=asyncio.FIRST_COMPLETED)
        if jobs.done():
            cause = None if jobs.cancelled() else jobs.exception()
            raise RuntimeError("The background jobs have ended: the bot stops, so that it can be restarted") from cause
    finally:
        for task in (jobs, stopping):
            task.cancel()
        await asyncio.gather(jobs, stopping, return_exceptions=True)


async def _stop_signal() -> None:
    """Return when the process is asked to stop: SIGTERM, or Ctrl+C (on Windows that one arrives by itself)."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(signum, stop.set)
    await stop.wait()


async def _no_prefix(_bot: commands.AutoShardedBot, _message: discord.Message) -> list[str]:
    return []
