"""Papers, searches and time zones that a person used recently, offered first when they type."""

from __future__ import annotations

from bot.storage import Store
from bot.ui.discord_limits import CHOICES


async def recent_papers(store: Store, user_id: int) -> list[str]:
    """Ids of the papers that a person used, most recent first; as many as there can be choices."""
    used = [
        *await store.recent_papers.lately(user_id, CHOICES),
        *await store.answers.quoted_lately(user_id, CHOICES),
        *await store.saved_papers.lately(user_id, CHOICES),
    ]
    newest_first = sorted(used, key=lambda each: each[0], reverse=True)
    return list(dict.fromkeys(paper_id for _, paper_id in newest_first))[:CHOICES]


async def recent_searches(store: Store, user_id: int) -> list[str]:
    """A person's searches, most recent first; as many as there can be choices."""
    return await store.searches.lately(user_id, CHOICES)


async def recent_zones(store: Store, user_id: int, guild_id: int | None) -> list[str]:
    """The time zones of a person's alerts and mails, then those of the server's posts."""
    follower, inbox = await store.follows.follower(user_id), await store.inboxes.get(user_id)
    feeds = await store.daily_feeds.of_guild(guild_id) if guild_id else []
    zones = [follower and follower.zone, inbox and inbox.zone, *(feed.zone for feed in feeds)]
    return list(dict.fromkeys(zone for zone in zones if zone))
