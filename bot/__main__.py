"""``python -m bot``: the one place where settings, databases, library and bot are put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.check import check as run_checks
from bot.client import PaperBot
from bot.logs import set_up_logging
from bot.settings import Settings, load_settings
from bot.store import Store
from bot.terminal import chat as chat_in_terminal
from retrieval.errors import PaperBotError
from retrieval.library import Library

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def now() -> datetime:
    """The present moment, UTC: the clock that is handed to everything."""
    return datetime.now(UTC)


@asynccontextmanager
async def assembled(settings: Settings, community: Path) -> AsyncIterator[PaperBot]:
    """The bot with its library and its store, all closed at the end. Loads the seed page on a first run."""
    async with Library.open(settings, now) as library, Store.open(community) as store:
        await library.add_seeds()
        yield PaperBot(settings, library, store, now)


async def serve(settings: Settings) -> None:
    """Run on Discord with a token, in the local browser preview without one."""
    if settings.discord.token is None:
        from bot.preview import serve_preview  # an optional extra: only this way of running needs it

        community = settings.preview_database
        community.unlink(missing_ok=True)  # the preview's Discord starts empty, so does its memory
        async with assembled(settings, community) as bot:
            await serve_preview(bot)
    else:
        async with assembled(settings, settings.community_database) as bot:
            await bot.run_until_stopped(settings.discord.token.get_secret_value())
