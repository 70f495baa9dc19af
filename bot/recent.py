"""What a person used lately: the papers that they asked about or saved, the searches that they made."""

from __future__ import annotations

from bot.cards.limits import CHOICES
from bot.store import Store


async def recent_papers(store: Store, user_id: int) -> list[str]:
    """Ids of the papers that a person used last, the last one first, each once; as many as one can choose from."""
    used = [*await store.answers.quoted_lately(user_id, CHOICES), *await store.saves.lately(user_id, CHOICES)]
    newest_first = sorted(used, key=lambda each: each[0], reverse=True)
    return list(dict.fromkeys(paper_id for _, paper_id in newest_first))[:CHOICES]


async def recent_searches(store: Store, user_id: int) -> list[str]:
    """The searches that a person made last, the last one first, each once; as many as one can choose from."""
    return await store.searches.lately(user_id, CHOICES)
