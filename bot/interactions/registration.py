"""Each feature package is one discord.py extension that adds every cog, button and menu it defines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from discord.ext import commands

from bot.client import PaperBot
from bot.interactions.components import CardItem

T = TypeVar("T")


def extension_setup(package: str) -> Callable[[PaperBot], Awaitable[None]]:
    """The ``setup`` that ``load_extension`` calls for a feature package.

    The package's modules are imported when it is called, so that importing one module does not import them all.
    """

    async def setup(bot: PaperBot) -> None:
        for cog in classes_in(package, commands.Cog):
            await bot.add_cog(cog(bot))
        bot.add_dynamic_items(*card_items_in(package))

    return setup


def card_items_in(package: str) -> list[type[CardItem[Any, Any]]]:
    """The buttons and menus of a package that have a custom id; those without one are base classes."""
    return [item for item in classes_in(package, CardItem) if item.id_kind]


def classes_in(package: str, base: type[T]) -> Iterator[type[T]]:
    """The subclasses of ``base`` that the modules of a package define."""
    for found in iter_modules(import_module(package).__path__, f"{package}."):
        for each in vars(import_module(found.name)).values():
            if isinstance(each, type) and issubclass(each, base) and each.__module__ == found.name:
                yield each
