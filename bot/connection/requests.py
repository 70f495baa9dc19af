"""Requests to Discord: which are sent once only, and how temporary failures are told from refusals.

discord.py repeats a request that was answered with 500, 502, 504 or 524. If Discord had carried it out, a message is
there twice as soon as its nonce is forgotten. Whoever settles such cases by looking sends with ``single_attempt``.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Final, TypeVar

import aiohttp
import discord

log = logging.getLogger(__name__)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[object]]

_REPEATED: Final = {500, 502, 504, 524}
"""After these, discord.py sends a request again."""

_CREATES: Final = re.compile(r"/channels/\d+/(?:messages|threads)$")
_once: ContextVar[bool] = ContextVar("single_attempt", default=False)

_SERVER_ERROR, _TOO_MANY = 500, 429
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds


class OutcomeUnknown(ConnectionError):
    """Discord or the network failed in the middle of a request that mustn't be repeated unseen."""


@contextmanager
def single_attempt() -> Generator[None]:
    """In the block, a request that creates a message or thread is sent once. Raises ``OutcomeUnknown`` if it failed."""
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


def request_trace() -> aiohttp.TraceConfig:
    """What the client is made with (``http_trace``) for ``single_attempt`` to work."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_after_answer)
    trace.on_request_exception.append(_after_exception)
    return trace


async def _after_answer(
    _session: aiohttp.ClientSession, _: SimpleNamespace, sent: aiohttp.TraceRequestEndParams
) -> None:
    if sent.response.status in _REPEATED and _is_single(sent.method, sent.url.path):
        sent.response.close()
        raise OutcomeUnknown(f"Discord answered {sent.response.status}")


async def _after_exception(
    _session: aiohttp.ClientSession, _: SimpleNamespace, sent: aiohttp.TraceRequestExceptionParams
) -> None:
    if isinstance(sent.exception, OSError) and _is_single(sent.method, sent.url.path):
        raise OutcomeUnknown(f"the connection failed: {sent.exception}") from sent.exception


def _is_single(method: str, path: str) -> bool:
    return _once.get() and method == "POST" and _CREATES.search(path) is not None


def is_temporary(error: BaseException) -> bool:
    """Whether the same request may work later: a 5xx, a rate limit, the network."""
    if isinstance(error, discord.GatewayNotFound) and error.__cause__ is not None:
        return is_temporary(error.__cause__)
    if isinstance(error, discord.HTTPException):
        return error.status >= _SERVER_ERROR or error.status == _TOO_MANY
    return isinstance(error, discord.RateLimited | aiohttp.ClientError | OSError)


async def with_back_off(what: str, attempt: Callable[[], Awaitable[T]], sleep: Sleep = asyncio.sleep) -> T:
    """The result of ``attempt``, which is repeated after temporary failures. Raises the others.

    The pauses double from a second to a minute, give or take a quarter.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not is_temporary(error):
                raise
            wait = pause * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
            log.warning("%s failed (%s). Trying again in %.0f seconds", what, _in_short(error), wait)
        await sleep(wait)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _in_short(error: BaseException) -> str:
    if isinstance(error, discord.HTTPException):
        return f"Discord answered {error.status}"
    return f"{type(error).__name__}: {error}".removesuffix(": ")
