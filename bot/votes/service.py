"""A server's own votes for papers. No Discord objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.storage import Store
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class VoteResult:
    """A paper after someone voted for it or removed their vote, and its ``votes`` in the server."""

    paper: Paper
    voted: bool
    votes: int


async def toggle_vote(
    library: Library, store: Store, clock: Callable[[], datetime], guild_id: int | None, user_id: int, paper_id: str
) -> VoteResult:
    """Vote for a paper in a server, or remove the vote. Raises ``InvalidInput`` outside servers."""
    if guild_id is None:
        raise InvalidInput("Votes belong to servers: vote in a server, below its daily post.")
    paper = await library.paper(paper_id)
    voted = await store.votes.toggle(guild_id, paper.id, user_id, clock())
    votes = (await store.votes.counts(guild_id, [paper.id])).get(paper.id, 0)
    return VoteResult(paper, voted, votes)
