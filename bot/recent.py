"""What a person used lately: papers that they opened, asked about or saved, and the searches that they made."""

from __future__ import annotations

from bot.cards.limits import CHOICES
from bot.client import PaperBot
from bot.store import Store
from bot.store.openings import Opening
from retrieval.papers import Paper


async def open_paper(bot: PaperBot, user_id: int, paper_id: str) -> Paper:
    """A paper for a person who opens it. Raises ``PaperNotFound``."""
    paper = await bot.library.paper(paper_id)
    await bot.store.openings.note(Opening(user_id, paper.id, bot.clock()))
    return paper


async def recent_papers(store: Store, user_id: int) -> list[str]:
    """Ids of the papers that a person used last, the last one first, each once; as many as one can choose from."""
    used = [
        *await store.openings.lately(user_id, CHOICES),
        *await store.answers.quoted_lately(user_id, CHOICES),
        *await store.saves.lately(user_id, CHOICES),
    ]
    newest_first = sorted(used, key=lambda each: each[0], reverse=True)
    return list(dict.fromkeys(paper_id for _, paper_id in newest_first))[:CHOICES]


async def recent_searches(store: Store, user_id: int) -> list[str]:
    """The searches that a person made last, the last one first, each once; as many as one can choose from."""
    return await store.searches.lately(user_id, CHOICES)
