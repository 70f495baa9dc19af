"""One cooldown for each person, over every way to ask: commands, mentions, messages, presses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from discord.ext import commands

from retrieval.errors import PaperBotError


class TooQuick(PaperBotError):
    """A person asked more often than they may. ``seconds`` is how long they must wait."""

    def __init__(self, seconds: float) -> None:
        whole = max(1, round(seconds))
        super().__init__(
            f"That was a lot of questions in a short time. Please wait {whole} second{'s' if whole > 1 else ''}."
        )
        self.seconds = seconds


class Cooldowns:
    """``questions`` in any ``seconds``, for each user. discord.py's own buckets keep the count."""

    def __init__(self, questions: int, seconds: float, clock: Callable[[], datetime]) -> None:
        def by_user(user_id: int) -> int:
            return user_id

        cooldown = commands.Cooldown(questions, seconds)
        self._buckets = commands.CooldownMapping[int](cooldown, by_user)
        self._clock = clock

    def take(self, user_id: int) -> None:
        """Count one question of this user. Raises ``TooQuick`` where it is one too many."""
        wait = self._buckets.update_rate_limit(user_id, self._clock().timestamp())
        if wait is not None:
            raise TooQuick(wait)
