"""Each feature package is one discord.py extension that adds everything its modules define."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.components import CardItem

T = TypeVar("T")


def extension_setup(package: str) -> Callable[[PaperBot], Awaitable[None]]:
    """The ``setup`` that ``load_extension`` calls for a feature package.

    It adds every cog, context menu command, button and menu. The modules are imported when it is called, so that
    importing one of them does not import them all.
    """

    async def setup(bot: PaperBot) -> None:
        for cog in _classes(package, commands.Cog):
            await bot.add_cog(cog(bot))
        for each in _definitions(package):
            if isinstance(each, app_commands.ContextMenu):
                bot.tree.add_command(each)
        bot.add_dynamic_items(*card_items_in(package))

    return setup


def card_items_in(package: str) -> list[type[CardItem[Any, Any]]]:
    """The buttons and menus of a package; base classes have no custom id."""
    return [item for item in _classes(package, CardItem) if item.id_kind]


def _classes(package: str, base: type[T]) -> Iterator[type[T]]:
    return (each for each in _definitions(package) if isinstance(each, type) and issubclass(each, base))


def _definitions(package: str) -> Iterator[Any]:
    """Everything that the modules of a package define; not what they import."""
    for found in iter_modules(import_module(package).__path__, f"{package}."):
        module = import_module(found.name)
        for each in vars(module).values():
            if getattr(each, "module", getattr(each, "__module__", None)) == found.name:
                yield each
