"""One cooldown per person for all ways to ask: commands, mentions and messages. Buttons and settings have none.

Private links have one each.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from discord import app_commands
from discord.ext import commands
from sqlalchemy.exc import SQLAlchemyError

from bot.texts import counted, tr
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

SharedCount = Callable[[int, datetime, timedelta, int], Awaitable[datetime | None]]
"""``QuestionCounts.count`` of the community database."""

_PATIENCE: Final = 0.5  # seconds: an answer is more important than its count
_IS_QUESTION: Final = "is_question"
QUESTION: Final[dict[Any, Any]] = {_IS_QUESTION: True}
"""The ``extras`` of commands that ask for papers. Only these cool down."""


def is_question(command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | None) -> bool:
    """Whether a command counts towards the cooldown."""
    return command is not None and _IS_QUESTION in command.extras


class TooQuick(PaperBotError):
    """A person asked too often. ``seconds`` is how long they must wait."""

    def __init__(self, seconds: float) -> None:
        whole = max(1, round(seconds))
        super().__init__(tr("Slow down a little: try again in {seconds}.", seconds=counted(whole, "second")))
        self.seconds = seconds


class Cooldowns:
    """At most ``questions`` in any ``seconds`` per user, counted by discord.py's cooldown buckets."""

    def __init__(self, questions: int, seconds: float, clock: Callable[[], datetime]) -> None:
        def by_user(user_id: int) -> int:
            return user_id

        cooldown = commands.Cooldown(questions, seconds)
        self._buckets = commands.CooldownMapping[int](cooldown, by_user)
        self._clock = clock

    def check(self, user_id: int) -> None:
        """Count one question of this user. Raises ``TooQuick`` if it's one too many."""
        wait = self._buckets.update_rate_limit(user_id, self._clock().timestamp())
        if wait is not None:
            raise TooQuick(wait)


class QuestionCooldowns:
    """At most ``questions`` in any ``seconds`` per person, in all processes together.

    ``shared`` counts those of all processes: direct messages go to one of them, and each server to one. Without it, or
    while the database doesn't answer, a process counts for itself.
    """

    def __init__(
        self, questions: int, seconds: float, clock: Callable[[], datetime], shared: SharedCount | None = None
    ) -> None:
        self._own = Cooldowns(questions, seconds, clock)
        self._clock, self._shared = clock, shared
        self._questions, self._span = questions, timedelta(seconds=seconds)

    async def check(self, user_id: int) -> None:
        """Count one question of this person. Raises ``TooQuick`` if it's one too many."""
        if self._shared is None:
            self._own.check(user_id)
            return
        now = self._clock()
        try:
            async with asyncio.timeout(_PATIENCE):
                again = await self._shared(user_id, now, self._span, self._questions)
        except (TimeoutError, OSError, SQLAlchemyError) as error:
            log.warning("A question isn't counted for all processes: %s", str(error) or "the database is slow")
            self._own.check(user_id)
            return
        if again is not None:
            raise TooQuick(max(0.0, (again - now).total_seconds()))


class LinkCooldowns:
    """How often private links can be used: each 30 times a minute, and all of them, also wrong ones, 600 times."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._each, self._all = Cooldowns(30, 60, clock), Cooldowns(600, 60, clock)

    def check(self, token: str) -> None:
        """Count one use of the link with this token. Raises ``TooQuick`` if it's one too many."""
        self._all.check(0)
        self._each.check(int.from_bytes(hashlib.sha256(token.encode()).digest()[:8]))
