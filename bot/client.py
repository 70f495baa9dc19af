"""The bot: intents, extensions, command sync, start and stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.admission import Admission, Place, leave_at_the_end_of_this_task
from bot.connection.busy_replies import refusal_of_command, reply_busy
from bot.connection.events import Events, Restarting
from bot.connection.gateway import use_gateway_socket
from bot.connection.refusals import refusal_of
from bot.connection.requests import request_trace, with_back_off
from bot.connection.shards import IdentifyTurns, ShardRange
from bot.cooldown import QuestionCooldowns, is_question
from bot.errors import explain, tell
from bot.logs import begin_event
from bot.mail.mailer import MailService
from bot.settings import Settings
from bot.storage import Store
from bot.storage.heartbeat import JobStatus
from bot.texts import use_locale
from bot.ui.command_mentions import CommandMentions
from bot.ui.translator import CatalogueTranslator
from bot.ui.validation import check_options
from retrieval.errors import PaperBotError
from retrieval.library import Library

log = logging.getLogger(__name__)

DRAIN_SECONDS: Final = 5.0
"""How long a stop waits for requests that are being handled. With what follows, it takes less than eight seconds."""

_CLOSE_SECONDS: Final = 1.5


class StopRequest(asyncio.Event):
    """Set when the process is asked to stop. Until it is ``watched``, whatever runs may simply be cancelled."""

    watched = False


_AT_ONCE: Final = 3  # requests that are worked on at the same time, at least

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
    "bot.web_feeds",
    "bot.reading",
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


def _admission(settings: Settings, library: Library) -> Admission:
    """The places that the settings allow; as many people have their turn at once as questions can be worked on."""
    limits = settings.limits
    return Admission(
        places=limits.waiting,
        per_server=limits.per_server,
        per_person=limits.per_person,
        at_once=max(_AT_ONCE, library.processes + 1),
    )


class PaperTree(app_commands.CommandTree["PaperBot"]):
    """The command tree. Its errors follow the error policy."""

    async def interaction_check(self, interaction: discord.Interaction[PaperBot], /) -> bool:
        """Give a command a place, count a question towards the cooldown, and check the options as they were sent.

        Autocomplete is free; Discord can't show an error there, so there are no choices.
        """
        begin_event()
        use_locale(interaction.locale)
        typing = interaction.type is discord.InteractionType.autocomplete
        try:
            if not typing:
                bot, who = interaction.client, (interaction.user.id, interaction.guild_id)
                question = is_question(interaction.command)
                leave_at_the_end_of_this_task(await bot.admit(*who) if question else bot.admission.enter(*who))
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
        shards: ShardRange | None = None,
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
            http_trace=request_trace(),
            shard_ids=shards.ids if shards else None,  # pyright: ignore[reportArgumentType] - None: all
            shard_count=shards.count if shards else None,
        )
        use_gateway_socket()
        self.events = Events(self._connection.parsers, self._refuse, self._refuse_if_busy)
        self.settings = settings
        self.library = library
        self.store = store
        self.clock = clock
        self.mail = mail
        self.shards_here = shards
        self._max_concurrency: int | None = None
        self._identify_turns = None if shards is None else IdentifyTurns(store.leases, clock)
        self.jobs = dict[str, JobStatus]()  # of the background jobs, by name
        self.command_mentions = CommandMentions()
        shared = None if shards is None else store.question_counts.count
        self.cooldowns = QuestionCooldowns(settings.chat.questions, settings.chat.per_seconds, clock, shared)
        self.admission = _admission(settings, library)
        library.is_crowded = lambda: self.admission.others > 0

    async def admit(self, user_id: int, guild_id: int | None) -> Place:
        """A place for a person's question, which counts towards their cooldown.

        Raises ``Busy`` and ``TooQuick``, before anything is read.
        """
        place = self.admission.enter(user_id, guild_id)
        try:
            await self.cooldowns.check(user_id)
        except BaseException:
            place.leave()
            raise
        return place

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Call the listeners of an event."""
        self.events.note(event_name, args)
        super().dispatch(event_name, *args, **kwargs)

    def _refuse_if_busy(self, payload: Any) -> Coroutine[Any, Any, None] | None:
        sentence = refusal_of_command(self.admission, payload)
        return reply_busy(self.http, payload, sentence) if sentence else None

    async def _refuse(self, payload: Any) -> None:
        """Answer an interaction that came after the bot was asked to stop."""
        interaction = discord.Interaction[discord.Client](data=payload, state=self._connection)
        use_locale(interaction.locale)
        if interaction.type is not discord.InteractionType.autocomplete:
            await tell(interaction, Restarting())

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Log in and stay connected. While Discord or the network is down, it tries again and again."""
        await with_back_off("Logging in to Discord", partial(self._log_in, token))
        await with_back_off("Connecting to Discord", partial(self.connect, reconnect=reconnect))

    async def _log_in(self, token: str) -> None:
        try:
            await self.login(token)
        except BaseException:  # the next login begins with new connections
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise

    async def setup_hook(self) -> None:
        """Load the features and register their commands with Discord, which one process of several does."""
        await self.tree.set_translator(CatalogueTranslator())
        for feature in FEATURES:
            if feature not in self.extensions:
                await self.load_extension(feature)
        guild = self.settings.discord.development_guild
        where = discord.Object(guild) if guild else None
        if self.shards_here is not None and not self.shards_here.leads:
            known = await with_back_off("Asking for the commands", lambda: self.tree.fetch_commands(guild=where))
            self.command_mentions = CommandMentions.of(known)
            return
        if where is not None:
            self.tree.copy_global_to(guild=where)
        registered = await with_back_off("Registering the commands", lambda: self.tree.sync(guild=where))
        self.command_mentions = CommandMentions.of(registered)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Keep the pauses that Discord wants, with all processes that share the shards."""
        if self._identify_turns is None:
            await super().before_identify_hook(shard_id, initial=initial)
            return
        if self._max_concurrency is None:
            _, _, limit = await self.http.get_bot_gateway()
            self._max_concurrency = limit["max_concurrency"]
        await self._identify_turns.wait(shard_id or 0, self._max_concurrency)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log why a listener failed: nobody is waiting for an answer."""
        error = sys.exception()
        if error is not None:
            explain(error, what=event_method)

    async def run_until_stopped(self, token: str, background: Coroutine[Any, Any, None], stop: StopRequest) -> None:
        """Stay connected until ``stop`` is set, then finish what people wait for.

        Raises ``DiscordRefusal`` if Discord doesn't want the bot, and what else ended the connection or ``background``.
        """
        async with self:
            connection = asyncio.create_task(self.start(token), name="discord")
            try:
                await run_until(stop, background, connection)
            finally:
                if not connection.done():
                    await self.events.drain(DRAIN_SECONDS)
                    await self._disconnect(connection)
                await _ended(connection)

    async def _disconnect(self, connection: asyncio.Task[None]) -> None:
        """Say goodbye to Discord, which may not answer, or not be there at all."""
        log.info("Closing the connection to Discord")
        closing = asyncio.create_task(self.close(), name="goodbye")
        await asyncio.wait({closing}, timeout=_CLOSE_SECONDS)
        closing.cancel()
        connection.cancel()
        await asyncio.wait({connection, closing}, timeout=_CLOSE_SECONDS)


async def _ended(connection: asyncio.Task[None]) -> None:
    """Raise what ended the connection, if that wasn't the bot itself."""
    try:
        await connection
    except asyncio.CancelledError:
        return
    except Exception as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        raise refused from error


async def run_until(stop: StopRequest, background: Coroutine[Any, Any, None], *others: asyncio.Task[None]) -> None:
    """Run ``background`` until ``stop`` is set or one of the ``others`` ends; then cancel it.

    Raises ``RuntimeError`` if it ends by itself: a bot without its background jobs must not go on unnoticed.
    """
    stop.watched = True
    jobs = asyncio.create_task(background, name="background jobs")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({jobs, stopping, *others}, return_when=asyncio.FIRST_COMPLETED)
        if jobs.done():
            cause = None if jobs.cancelled() else jobs.exception()
            raise RuntimeError("The background jobs have ended: the bot stops, so that it can be restarted") from cause
    finally:
        for task in (jobs, stopping):
            task.cancel()
        await asyncio.gather(jobs, stopping, return_exceptions=True)


async def _no_prefix(_bot: commands.AutoShardedBot, _message: discord.Message) -> list[str]:
    return []
