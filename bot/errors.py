"""The error policy: what a person reads, and what the operator finds in the log.

Expected errors (wrong input, missing permission, cooldown, a busy bot) have their own sentence. Everything else is
a defect: the person reads one sentence with a reference, and the log has the traceback under the same reference.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import aiohttp
import discord
from discord import app_commands
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.logs import event_id, new_id
from bot.metrics import DEFECTS, REFUSALS
from bot.texts import mark, tr
from bot.ui.notices import error_card, error_text
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

_GONE = {10008, 10062, 40060, 50027}  # message deleted, interaction expired or answered, token dead

REQUEST_FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What a request to Discord can raise. (A timeout is an ``OSError``.)"""


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """What a person reads. ``reference`` is set for defects only."""

    sentence: str
    reference: str | None = None


def explain(error: BaseException, *, what: str) -> ErrorMessage:
    """The sentence for ``error``; a defect is logged with its traceback under a new reference.

    ``what`` names what was being done, for the log.
    """
    error = _cause(error)
    trouble = storage_trouble(error)
    if trouble is not None:
        log.warning("%s: %s (%s)", what, trouble, error.__cause__ or type(error).__name__)
        REFUSALS.labels("database").inc()
        return ErrorMessage(trouble)
    sentence = _expected(error)
    if sentence is not None:
        log.info("%s: %s", what, sentence.splitlines()[0])
        REFUSALS.labels(type(error).__name__).inc()
        return ErrorMessage(sentence)
    return ErrorMessage(tr("Something went wrong on my side. It has been logged."), log_defect(error, what=what))


def log_defect(error: BaseException, *, what: str) -> str:
    """Log ``error`` with its traceback under a reference, the event's id, and return the reference."""
    reference = event_id() or new_id()
    DEFECTS.inc()
    log.error("%s failed, reference %s", what, reference, exc_info=error)
    return reference


def storage_trouble(error: BaseException) -> str | None:
    """What people read about a database that can't be used now; ``None`` for other errors.

    The words are SQLite's own. Source: https://sqlite.org/rescode.html
    """
    if not isinstance(error, DBAPIError | PoolTimeout):
        return None
    if isinstance(error, PoolTimeout):
        return mark(
            "I can't store anything right now, because I still have a lot to store. Please try again in a minute."
        )
    text = str(error.orig)
    if "locked" in text or "busy" in text:
        return mark(
            "I can't store anything right now, because another program uses my database. Please try again in a minute."
        )
    if "full" in text or "disk I/O" in text or "readonly" in text or "unable to open" in text:
        return mark("I can't store anything right now. Whoever runs this bot has to look at its disk.")
    if "malformed" in text or "not a database" in text:
        return mark("My database is damaged. Whoever runs this bot has to restore it: `python -m bot check`.")
    return None


def _cause(error: BaseException) -> BaseException:
    """The error itself, without discord.py's wrappers."""
    while isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        inner = error.original if isinstance(error, app_commands.CommandInvokeError) else error.__cause__
        if inner is None:
            break
        error = inner
    return error


def _expected(error: BaseException) -> str | None:  # noqa: PLR0911 - one line for each expected error
    match error:
        case PaperBotError():
            return error_text(error)
        case app_commands.NoPrivateMessage():
            return tr("This only works in a server.")
        case app_commands.MissingPermissions(missing_permissions=missing):
            return tr("You need the permission {permission} to do this.", permission=permission_names(missing))
        case app_commands.BotMissingPermissions(missing_permissions=missing):
            needed = mark("I need the permission {permission} here. An administrator can allow it.")
            return tr(needed, permission=permission_names(missing))
        case app_commands.CheckFailure():
            return tr("You can't use this here.")
        case app_commands.AppCommandError() if type(error) is app_commands.AppCommandError:
            return tr("Discord sent only a part of that. Please try again.")
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return tr("This command has changed. Reload Discord (Ctrl+R) and try again.")
        case app_commands.TransformerError():
            return tr("I don't understand “{text}” there.", text=str(error.value)[:100])
        case discord.Forbidden():
            return tr("Discord doesn't let me do that here: I'm missing a permission in this channel.")
        case _:
            return None


def permission_names(flags: list[str]) -> str:
    """Permission flags as Discord's settings call them: ``Send Messages, Embed Links``."""
    return ", ".join(f"**{flag.replace('_', ' ').replace('guild', 'server').title()}**" for flag in flags)


async def tell(interaction: discord.Interaction, error: BaseException) -> None:
    """Explain an error to the person who caused it, in a message that only they see."""
    name = interaction.command.qualified_name if interaction.command else f"press {_custom_id(interaction)}"
    explanation = explain(error, what=name)
    card = error_card(explanation.sentence, explanation.reference)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(view=card, ephemeral=True)
        else:
            await interaction.response.send_message(view=card, ephemeral=True)
    except discord.HTTPException as refused:
        if refused.code not in _GONE:
            raise
        log.info("%s: the interaction is gone, so nobody sees the error (%s)", name, refused.text)


def _custom_id(interaction: discord.Interaction) -> str:
    return str((interaction.data or {}).get("custom_id", "?"))


P = ParamSpec("P")
S = TypeVar("S")
I = TypeVar("I", bound=discord.Interaction)  # noqa: E741 - the interaction's own type


def reports_errors(
    callback: Callable[Concatenate[S, I, P], Awaitable[None]],
) -> Callable[Concatenate[S, I, P], Awaitable[None]]:
    """Make a button's or form's callback follow the error policy (discord.py only logs what it raises)."""

    @wraps(callback)
    async def guarded(self: S, interaction: I, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await callback(self, interaction, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the policy itself: the person sees every error
            await tell(interaction, error)

    return guarded


async def tell_author(message: discord.Message, error: BaseException) -> None:
    """Explain an error in a reply to the message that caused it, if the bot may write there."""
    explanation = explain(error, what="message")
    card = error_card(explanation.sentence, explanation.reference)
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        await message.channel.send(view=card, reference=reference, mention_author=False)
    except discord.Forbidden:
        log.info("Not allowed to write in channel %s: the author doesn't see the error", message.channel.id)
