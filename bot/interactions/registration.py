"""Each feature package is one discord.py extension that adds everything its modules define."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.components import CARD_ITEMS, CardItem


def extension_setup(package: str) -> Callable[[PaperBot], Awaitable[None]]:
    """The ``setup`` that ``load_extension`` calls for a feature package.

    It adds every cog, context menu command, button and menu. The modules are imported when it is called, so that
    importing one of them does not import them all.
    """

    async def setup(bot: PaperBot) -> None:
        for each in _definitions(package):
            if isinstance(each, type) and issubclass(each, commands.Cog):
                await bot.add_cog(each(bot))
            elif isinstance(each, app_commands.ContextMenu):
                bot.tree.add_command(each)
        bot.add_dynamic_items(*card_items_in(package))

    return setup


def card_items_in(package: str) -> list[type[CardItem]]:
    """The buttons and menus of a package."""
    names = {module.__name__ for module in _modules(package)}
    return [item for item in CARD_ITEMS if item.__module__ in names]


def _definitions(package: str) -> Iterator[Any]:
    """Everything that the modules of a package define; not what they import."""
    for module in _modules(package):
        for each in vars(module).values():
            if getattr(each, "module", getattr(each, "__module__", None)) == module.__name__:
                yield each


def _modules(package: str) -> list[ModuleType]:
    return [import_module(found.name) for found in iter_modules(import_module(package).__path__, f"{package}.")]
