"""What a group of statements offers that keeps something of a person or of a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class OfPersons(Protocol):
    """Keeps something of a person: shows all of it, and forgets all of it."""

    async def of_person(self, user_id: int, /) -> Sequence[Any]:
        """Everything that is kept of this person, as dataclasses, oldest first."""
        ...

    async def forget_person(self, user_id: int, /) -> int:
        """Drop it; how many records that were."""
        ...


class OfGuilds(Protocol):
    """Keeps something of a server: forgets all of it."""

    async def forget_guild(self, guild_id: int, /) -> int:
        """Drop it; how many records that were."""
        ...
