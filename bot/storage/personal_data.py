"""What repositories with data about people or servers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class OfPersons(Protocol):
    """Has data about people."""

    async def of_person(self, user_id: int, /) -> Sequence[Any]:
        """Everything about this person, as dataclasses, oldest first."""
        ...

    async def forget_person(self, user_id: int, /) -> int:
        """Delete it; how many records."""
        ...


class OfGuilds(Protocol):
    """Has data about servers."""

    async def forget_guild(self, guild_id: int, /) -> int:
        """Delete it; how many records."""
        ...
