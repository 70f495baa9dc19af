"""What a person used lately: papers, searches and time zones: what they are offered first."""

from __future__ import annotations

from bot.client import PaperBot
from bot.storage import Store
from bot.storage.recent_papers import RecentPaper
from bot.ui.discord_limits import CHOICES
from retrieval.papers import Paper


async def open_paper(bot: PaperBot, user_id: int, paper_id: str) -> Paper:
    """A paper for a person who opens it. Raises ``PaperNotFound``."""
    paper = await bot.library.paper(paper_id)
    await bot.store.recent_papers.note(RecentPaper(user_id, paper.id, bot.clock()))
    return paper


async def recent_papers(store: Store, user_id: int) -> list[str]:
    """Ids of the papers that a person used last, the last one first, each once; as many as one can choose from."""
    used = [
        *await store.recent_papers.lately(user_id, CHOICES),
        *await store.answers.quoted_lately(user_id, CHOICES),
        *await store.saved_papers.lately(user_id, CHOICES),
    ]
    newest_first = sorted(used, key=lambda each: each[0], reverse=True)
    return list(dict.fromkeys(paper_id for _, paper_id in newest_first))[:CHOICES]


async def recent_searches(store: Store, user_id: int) -> list[str]:
    """The searches that a person made last, the last one first, each once; as many as one can choose from."""
    return await store.searches.lately(user_id, CHOICES)


async def recent_zones(store: Store, user_id: int, guild_id: int | None) -> list[str]:
    """The time zones of a person's own messages and mails, then those of the server's posts, each once."""
    follower, inbox = await store.follows.follower(user_id), await store.inboxes.get(user_id)
    feeds = await store.daily_feeds.of_guild(guild_id) if guild_id else []
    zones = [follower and follower.zone, inbox and inbox.zone, *(feed.zone for feed in feeds)]
    return list(dict.fromkeys(zone for zone in zones if zone))
